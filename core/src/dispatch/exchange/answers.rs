//! What the host answers to each step.

use std::sync::Arc;

use super::{Exchange, Stage, Work, looked_up};
use crate::cache::tags;
use crate::dispatch::args::Args;
use crate::dispatch::caller::Caller;
use crate::dispatch::credentials;
use crate::dispatch::message::{Failure, GuardOutcome, Level, LogLine, Outcome};
use crate::dispatch::origin::{Late, Loaded};
use crate::dispatch::task::{ARGS, Place, failed};
use crate::error::code::{ErrorCode, ErrorReply};
use crate::identity::csrf::NONCE_LENGTH;
use crate::identity::permission_key::permission_key;
use crate::identity::{self, Identity};

impl Exchange {
    /// Answers [`Step::Identify`]: who asks, `None` for nobody known, or why that cannot be told.
    ///
    /// Out of its turn it does nothing, like every other answer.
    pub fn identified(&mut self, caller: Result<Option<Identity>, Failure>) {
        if self.stage != Stage::Identify {
            return;
        }
        match caller {
            Ok(identity) => {
                self.caller = match identity {
                    Some(identity) if identity.is_partial => {
                        Caller::Named(credentials::Bearer { identity, permission_key: None })
                    }
                    identity => Caller::Known(identity),
                };
                if let Some(claim) = self.csrf.take()
                    && let Err(error) = claim.check(self.app.secrets(), self.identity())
                {
                    self.refuse(error, None);
                    return;
                }
            }
            Err(failure) => {
                self.caller = Caller::Known(None);
                let error = self.failed(failure);
                if self.lose_round(error) {
                    return;
                }
            }
        }
        self.guard();
    }

    /// The error of a question about the caller that was not answered; the log names the first function that asks.
    pub(super) fn failed(&mut self, failure: Failure) -> ErrorReply {
        let function = self.tasks.get(self.round.start).map_or(usize::MAX, |task| task.function);
        let place = Place { nonce: self.nonce, root: ARGS };
        let mut error = failed(&self.app, function, failure, &place, &mut self.log);
        error.refuses_token = error.code == ErrorCode::Unauthenticated.name();
        error
    }

    /// Ends the request where its first round cannot go on, and says so. In a later one the calls have run: refreshes that
    /// cannot be read are left out in silence (REFRESH-3).
    pub(super) fn lose_round(&mut self, error: ErrorReply) -> bool {
        if self.first_round() {
            self.refuse(error, None);
            return true;
        }
        for task in self.tasks.get_mut(self.round.clone()).unwrap_or_default() {
            task.fail(error.clone());
        }
        false
    }

    /// Answers [`Step::Permissions`]: what the application allows the caller now, `None` where it cannot tell, or why not.
    ///
    /// A token that was minted when the caller was allowed something else is no longer valid (AUTH-10).
    pub fn permitted(&mut self, permissions: Result<Option<Vec<String>>, Failure>) {
        if self.stage != Stage::Permissions {
            return;
        }
        let Caller::Named(bearer) = std::mem::replace(&mut self.caller, Caller::NotAsked) else { return };
        let mut identity = bearer.identity;
        let error = match permissions {
            Ok(None) => None,
            Ok(Some(permissions)) => {
                let now = permission_key(&permissions, identity.staff, identity.superuser);
                let is_current = bearer.permission_key.is_none_or(|held| held == now);
                identity.permissions = permissions;
                (!is_current).then(credentials::refused)
            }
            Err(failure) => Some(self.failed(failure)),
        };
        self.caller = Caller::Known(Some(identity));
        if error.is_some_and(|error| self.lose_round(error)) {
            return;
        }
        self.guard();
    }

    /// Answers [`Step::Guard`]: what each guard said, in order. A missing answer is a refusal.
    pub fn guarded(&mut self, outcomes: Vec<GuardOutcome>) {
        if self.stage != Stage::Guard {
            return;
        }
        let mut outcomes = outcomes.into_iter();
        let refusal = identity::refusal(self.identity());
        let root = self.root();
        for index in std::mem::take(&mut self.asked) {
            let Some(task) = self.tasks.get_mut(index) else { continue };
            match outcomes.next().unwrap_or(GuardOutcome::Refused) {
                GuardOutcome::Allowed => {}
                GuardOutcome::Refused => task.fail(ErrorReply::new(refusal)),
                GuardOutcome::Failed(failure) => {
                    let place = Place { nonce: self.nonce, root };
                    let error = failed(&self.app, task.function, failure, &place, &mut self.log);
                    task.fail(error);
                }
            }
        }
        self.prepare();
    }

    /// Answers [`Step::Invoke`]: how each function ended, in order. A missing answer is an `INTERNAL` error.
    pub fn returned(&mut self, outcomes: impl IntoIterator<Item = Outcome>) {
        if self.stage != Stage::Invoke {
            return;
        }
        let mut outcomes = outcomes.into_iter();
        let place = Place { nonce: self.nonce, root: self.root() };
        let round = self.tasks.get_mut(self.round.clone()).unwrap_or_default();
        for task in round.iter_mut().filter(|task| task.is_running()) {
            let outcome = outcomes.next().unwrap_or_else(|| Failure::Raised.into());
            task.finish(&self.app, outcome, &place, &mut self.log);
        }
        self.invocations.clear();
        self.settle();
    }

    /// Answers [`Step::Invoke`] before any function was run: has the args checked that its host could not read at once. The
    /// next step says what is wrong with them, or has them as [`Program::decode`](crate::ir::program::Program::decode)
    /// takes them.
    pub fn check(&mut self) {
        let Work::Calls(work) = &mut self.work else { return };
        if self.stage != Stage::Invoke || !std::mem::replace(&mut self.reads, false) {
            return;
        }
        let round = self.tasks.get_mut(self.round.clone()).unwrap_or_default();
        let running = round.iter_mut().filter(|task| task.is_running());
        for (task, asked) in running.zip(self.invocations.drain(..)) {
            task.args = if asked.is_raw { Args::Raw(asked.args) } else { Args::Canonical(asked.args) };
            task.files = asked.files;
            task.invoked = false;
        }
        work.check(&self.app, &mut self.tasks, false);
        self.invoke();
    }

    /// While [`Step::Invoke`] is not answered: what its functions may change, for a host that cannot stop one and will not
    /// wait for it. Nothing where there is no origin cache.
    #[must_use]
    pub fn late(&self) -> Option<Late> {
        if self.stage != Stage::Invoke || self.app.secrets().cache.is_none() {
            return None;
        }
        let sub = self.caller.sub();
        let round = self.tasks.get(self.round.clone()).unwrap_or_default();
        let declared = round
            .iter()
            .filter(|task| task.is_running())
            .flat_map(|task| tags::declared(&self.app, task.function, &task.narrowing(&self.app), sub))
            .collect();
        Some(Late::new(Arc::clone(&self.app), declared))
    }

    /// Answers [`Step::Load`].
    pub fn loaded(&mut self, loaded: Loaded) {
        if self.stage != Stage::Load {
            return;
        }
        let Work::Bundle(work) = &mut self.work else { return };
        match work.loaded(&self.app, looked_up(self.loading.as_deref()), loaded) {
            Some(reply) => {
                self.reply = reply;
                self.finish();
            }
            None => self.invoke(),
        }
    }

    /// Answers [`Step::Hold`].
    pub fn held(&mut self) {
        if self.stage == Stage::Hold {
            self.invoke();
        }
    }

    /// Answers [`Step::Store`].
    pub fn stored(&mut self) {
        if self.stage == Stage::Store {
            self.finish();
        }
    }

    /// Answers [`Step::Purge`]: whether the tags are gone. Where they are not, the call is still a success (STORE-11).
    pub fn purged(&mut self, done: bool) {
        if self.stage != Stage::Purge {
            return;
        }
        if !done {
            let text = format!(
                "the origin cache could not be purged; nothing is served from it until it has been (id {})",
                self.id()
            );
            self.log.push(LogLine { level: Level::Error, text });
        }
        self.refresh();
    }

    /// Answers [`Step::Draw`]: 16 bytes that nobody can guess; `None` where there are none, and then no token either.
    pub fn drew(&mut self, random: Option<[u8; NONCE_LENGTH]>) {
        if self.stage != Stage::Draw {
            return;
        }
        let Work::Session(request) = &self.work else { return };
        if random.is_some() {
            self.reply = credentials::session_reply(&self.app, self.caller.identity(), request, random);
            self.finish();
            return;
        }
        let text = format!("there are no random bytes for a token against forged requests (id {})", self.id());
        self.log.push(LogLine { level: Level::Error, text });
        self.refuse(ErrorReply { id: Some(self.id()), ..ErrorReply::new(ErrorCode::Internal) }, None);
    }
}
