//! The machine that carries one request (CALL-5, CTX-5): it says the next step, the host performs it and hands the
//! outcome back.
//!
//! A request is one or two rounds of tasks: the calls or the members of a bundle, then, for calls that ask for it, the
//! members of the bundles to refresh. A round finds out who asks and what they are allowed where something wants to know,
//! guards, checks the input, and invokes. Around the functions stands the origin cache: a bundle is looked up before they
//! run and kept after, a mutation's tags are held before and removed after.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::args::Args;
use super::bundle::BundleWork;
use super::call::{self, CallWork};
use super::caller::Caller;
use super::credentials::{self, CsrfClaim, SessionRequest};
use super::message::{Failure, GuardCall, GuardOutcome, Invocation, Level, LogLine, Outcome, Request, Response, Step};
use super::origin::{Holding, Late, Loaded, Loading, Purging, Storing};
use super::route::{self, Route};
use super::task::{ARGS, PARAMS, Place, Task, failed, id};
use super::{envelope, response};
use crate::cache::tags;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::identity::csrf::NONCE_LENGTH;
use crate::identity::permission_key::permission_key;
use crate::identity::{self, Identity, Verdict};
use crate::ir::model::{Auth, Function};
use crate::registry::{Application, FrozenFunction};

/// One request on its way.
#[derive(Debug)]
pub struct Exchange {
    app: Arc<Application>,
    nonce: u64,
    /// Whether the client was built from another contract.
    contract_changed: bool,
    caller: Caller,
    /// What has to hold of the caller before anything is done.
    csrf: Option<CsrfClaim>,
    work: Work,
    tasks: Vec<Task>,
    /// The tasks of the round that runs.
    round: Range<usize>,
    stage: Stage,
    guards: Vec<GuardCall>,
    invocations: Vec<Invocation>,
    /// Which tasks the guards or invocations belong to.
    asked: Vec<usize>,
    /// The bundle to look up, where one was to be.
    loading: Option<Arc<Loading>>,
    /// Whether the functions may answer by more than the params and who asks.
    varies: bool,
    /// Whether the host checks the args of calls as it reads them.
    reads: bool,
    holding: Holding,
    storing: Storing,
    purging: Purging,
    reply: Response,
    log: Vec<LogLine>,
}

#[derive(Debug)]
enum Work {
    Calls(CallWork),
    Bundle(BundleWork),
    Session(SessionRequest),
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Identify,
    Permissions,
    Guard,
    Load,
    Hold,
    Invoke,
    Store,
    Purge,
    Draw,
    Reply,
}

impl Exchange {
    /// Opens the exchange of one request. It is never refused: what is wrong with a request is its reply.
    #[must_use]
    pub fn open(app: &Arc<Application>, request: &Request<'_>) -> Self {
        let mut exchange = Self::before(app, request, false);
        exchange.begin_with(request);
        exchange
    }

    /// The same in a box, where it is not moved about any more.
    ///
    /// A host that `reads` args by [`Program::read`](crate::ir::program::Program::read) finds most as they came, not checked
    /// before ([`Invocation::is_raw`]). Where one of them is unfit, it answers with [`Self::check`].
    #[must_use]
    pub fn open_boxed(app: &Arc<Application>, request: &Request<'_>, reads: bool) -> Box<Self> {
        let mut exchange = Box::new(Self::before(app, request, reads));
        exchange.begin_with(request);
        exchange
    }

    #[inline]
    fn before(app: &Arc<Application>, request: &Request<'_>, reads: bool) -> Self {
        let contract = request.header("x-mizan-contract");
        Self {
            app: Arc::clone(app),
            nonce: request.nonce,
            contract_changed: contract.is_some_and(|held| held != app.digest().as_bytes()),
            caller: Caller::NotAsked,
            csrf: None,
            work: Work::Done,
            tasks: Vec::new(),
            round: 0..0,
            stage: Stage::Reply,
            guards: Vec::new(),
            invocations: Vec::new(),
            asked: Vec::new(),
            loading: None,
            varies: false,
            reads,
            holding: Holding::default(),
            storing: Storing::default(),
            purging: Purging::default(),
            reply: Response::default(),
            log: Vec::new(),
        }
    }

    fn begin_with(&mut self, request: &Request<'_>) {
        if let Err((error, allow)) = self.read(request) {
            self.refuse(error, allow);
        }
    }

    /// Says that the functions may answer by more than the params and who asks, such as a language that the host's
    /// framework found out. What is not everybody's is neither looked up nor stored then (STORE-3).
    pub fn vary(&mut self) {
        self.varies = true;
        self.pass_by();
    }

    /// Passes the origin cache by where the answer may not be found there.
    fn pass_by(&mut self) {
        let Work::Bundle(work) = &self.work else { return };
        if self.stage == Stage::Load && self.varies && !work.is_public(&self.app) {
            self.loaded(Loaded::Uncached);
        }
    }

    /// The request's id: what a caller is told of an `INTERNAL` error, and what the log has the rest under.
    #[must_use]
    pub fn id(&self) -> String {
        id(self.nonce)
    }

    /// What the exchange needs next.
    #[must_use]
    pub fn step(&self) -> Step<'_> {
        match self.stage {
            Stage::Identify => Step::Identify,
            Stage::Permissions => Step::Permissions(self.identity().map_or("", |identity| &identity.sub)),
            Stage::Guard => Step::Guard(&self.guards),
            Stage::Load => Step::Load(looked_up(self.loading.as_deref())),
            Stage::Hold => Step::Hold(&self.holding),
            Stage::Invoke => Step::Invoke(&self.invocations),
            Stage::Store => Step::Store(&self.storing),
            Stage::Purge => Step::Purge(&self.purging),
            Stage::Draw => Step::Draw,
            Stage::Reply => Step::Reply(&self.reply),
        }
    }

    /// At [`Step::Invoke`]: the invocations, for a host that keeps them. The step has none then.
    pub fn take_invocations(&mut self) -> Vec<Invocation> {
        std::mem::take(&mut self.invocations)
    }

    /// At [`Step::Reply`]: the reply, for a host that keeps it. The step has an empty one then.
    pub fn take_reply(&mut self) -> Response {
        std::mem::take(&mut self.reply)
    }

    /// The lines to log since this was last asked.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }

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
    fn failed(&mut self, failure: Failure) -> ErrorReply {
        let function = self.tasks.get(self.round.start).map_or(usize::MAX, |task| task.function);
        let place = Place { nonce: self.nonce, root: ARGS };
        let mut error = failed(&self.app, function, failure, &place, &mut self.log);
        error.refuses_token = error.code == ErrorCode::Unauthenticated.name();
        error
    }

    /// Ends the request where its first round cannot go on, and says so. In a later one the calls have run: refreshes that
    /// cannot be read are left out in silence (REFRESH-3).
    fn lose_round(&mut self, error: ErrorReply) -> bool {
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
    pub fn returned(&mut self, outcomes: Vec<Outcome>) {
        if self.stage != Stage::Invoke {
            return;
        }
        let mut outcomes = outcomes.into_iter();
        let root = self.root();
        for index in std::mem::take(&mut self.asked) {
            let Some(task) = self.tasks.get_mut(index) else { continue };
            let outcome = outcomes.next().unwrap_or_else(|| Failure::Raised.into());
            task.finish(&self.app, outcome, &Place { nonce: self.nonce, root }, &mut self.log);
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
        for (index, asked) in self.asked.iter().zip(self.invocations.drain(..)) {
            let Some(task) = self.tasks.get_mut(*index) else { continue };
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
        let running = self.asked.iter().filter_map(|index| self.tasks.get(*index));
        let declared = running
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

    /// The identity that asks, as far as it was asked for.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.caller.identity()
    }

    fn first_round(&self) -> bool {
        self.round.start == 0
    }

    /// Where the input of the round's tasks stood.
    fn root(&self) -> &'static str {
        match &self.work {
            Work::Calls(work) if self.first_round() => work.root(),
            _ => PARAMS,
        }
    }

    fn read(&mut self, request: &Request<'_>) -> Result<(), route::Refused> {
        let app = Arc::clone(&self.app);
        let route = route::find(&app, request.method, request.path)?;
        if !matches!(route, Route::Ir) {
            let credentials = credentials::read(&app, request).map_err(|error| (error, None))?;
            // A page that takes a form is protected as the framework protects forms (PAGE-5).
            self.csrf = credentials.csrf.filter(|_| !matches!(route, Route::Page { .. }));
            if let Some(bearer) = credentials.bearer {
                self.caller = Caller::Named(bearer);
            }
        }
        match route {
            Route::Call => {
                let envelope = envelope::read(&app, request).map_err(|error| (error, None))?;
                let (work, tasks) = CallWork::open(&app, envelope).map_err(|error| (error, None))?;
                self.tasks = tasks;
                self.work = Work::Calls(work);
            }
            Route::Bundle { context, head, slash } => {
                let (work, tasks) =
                    BundleWork::open(&app, context, head, slash, request).map_err(|error| (error, None))?;
                self.tasks = tasks;
                self.work = Work::Bundle(work);
            }
            Route::Session { head } => {
                self.work = Work::Session(credentials::session_request(request, head));
            }
            Route::Page { page, params } => {
                envelope::check_length(&app, request).map_err(|error| (error, None))?;
                let limit = app.limits().query;
                if request.query.len() > limit as usize {
                    return Err((envelope::bad_request(format!("a query has at most {limit} bytes")), None));
                }
                let separator: &[u8] = if params.is_empty() || request.query.is_empty() { b"" } else { b"&" };
                let query = [&params, separator, request.query].concat();
                let (work, tasks) = CallWork::page(page.function, query, request.method == "HEAD");
                self.tasks = tasks;
                self.work = Work::Calls(work);
            }
            Route::Ir => {
                self.reply = response::ir(&app, request.method == "HEAD");
                return Ok(());
            }
        }
        self.begin(0);
        Ok(())
    }

    /// Begins the round of the tasks from `start` on.
    fn begin(&mut self, start: usize) {
        self.round = start..self.tasks.len();
        let wanted = |task: &Task| {
            task.is_waiting()
                && self
                    .app
                    .function(task.function)
                    .is_some_and(|(model, frozen)| identity::needs_identity(&model.auth) || frozen.needs_identity)
        };
        let wants_caller = matches!(self.work, Work::Session(_)) || self.csrf.is_some();
        let kept_by_caller = matches!(&self.work, Work::Bundle(work) if work.is_kept_by_caller(&self.app));
        let unknown = matches!(self.caller, Caller::NotAsked);
        let tasks = self.tasks.get(self.round.clone()).unwrap_or_default();
        if unknown && (wants_caller || kept_by_caller || tasks.iter().any(wanted)) {
            self.stage = Stage::Identify;
        } else {
            self.guard();
        }
    }

    fn guard(&mut self) {
        if self.wants_permissions() {
            self.stage = Stage::Permissions;
            return;
        }
        self.guards.clear();
        self.asked.clear();
        let identity = self.caller.identity();
        for index in self.round.clone() {
            let Some(task) = self.tasks.get_mut(index).filter(|task| task.is_waiting()) else { continue };
            let Some((model, _)) = self.app.function(task.function) else { continue };
            match identity::check(&model.auth, identity) {
                Verdict::Allowed => {}
                Verdict::Refused(code) => task.fail(ErrorReply::new(code)),
                Verdict::AskHost => {
                    if let Auth::Guard(guard) = &model.auth {
                        self.guards.push(GuardCall { function: task.function, guard: guard.clone() });
                        self.asked.push(index);
                    }
                }
            }
        }
        if self.guards.is_empty() {
            self.prepare();
        } else {
            self.stage = Stage::Guard;
        }
    }

    /// Whether something of the round asks what the caller is allowed, and that is not known (AUTH-10).
    fn wants_permissions(&self) -> bool {
        let Caller::Named(bearer) = &self.caller else { return false };
        let asks = |(model, frozen): (&Function, &FrozenFunction)| match model.auth {
            // A superuser passes whatever the permissions are.
            Auth::Permissions(_) if !bearer.identity.superuser => true,
            Auth::Guard(_) => true,
            _ => frozen.reads_identity,
        };
        let asks = |task: &Task| task.is_waiting() && self.app.function(task.function).is_some_and(asks);
        self.tasks.get(self.round.clone()).unwrap_or_default().iter().any(asks)
    }

    /// Checks the input of what the guards let pass, and asks for what has to be known or held before the functions run.
    fn prepare(&mut self) {
        if let Work::Calls(work) = &self.work
            && !self.first_round()
        {
            work.spare(&self.app, &mut self.tasks);
        }
        let sub = self.caller.sub();
        let tasks = self.tasks.get_mut(self.round.clone()).unwrap_or_default();
        let go_on = match &mut self.work {
            Work::Calls(work) if self.round.start == 0 => {
                work.check(&self.app, tasks, self.reads);
                true
            }
            // The params of bundles to refresh were checked when the round was planned.
            Work::Calls(_) | Work::Session(_) => true,
            Work::Bundle(work) => work.check(&self.app, tasks),
            Work::Done => false,
        };
        if !go_on {
            self.settle();
            return;
        }
        match &self.work {
            Work::Bundle(work) => {
                if let Some(loading) = work.loading(&self.app, self.caller.identity()) {
                    self.loading = Some(loading);
                    self.stage = Stage::Load;
                    self.pass_by();
                    return;
                }
            }
            Work::Calls(_) if self.round.start == 0 => {
                if let Some(holding) = call::holding(&self.app, &self.tasks, sub) {
                    self.holding = holding;
                    self.stage = Stage::Hold;
                    return;
                }
            }
            Work::Calls(_) | Work::Session(_) | Work::Done => {}
        }
        self.invoke();
    }

    /// Asks for the functions to be run.
    fn invoke(&mut self) {
        if let Work::Bundle(work) = &self.work {
            work.give_params(&self.app, &mut self.tasks);
        }
        let reads = matches!(self.work, Work::Bundle(_)) || !self.first_round();
        self.invocations.clear();
        self.invocations.reserve_exact(self.round.len());
        self.asked.clear();
        self.asked.reserve_exact(self.round.len());
        for index in self.round.clone() {
            let Some(task) = self.tasks.get_mut(index).filter(|task| task.is_waiting()) else { continue };
            let Some((_, frozen)) = self.app.function(task.function) else { continue };
            let files = std::mem::take(&mut task.files);
            let is_raw = task.args.is_raw();
            // What a call makes stale is found by its args; what only reads makes nothing stale.
            let args = if reads || frozen.narrowing.is_empty() { task.args.take() } else { task.args.text().clone() };
            let timeout_ms = frozen.timeout_ms;
            self.invocations.push(Invocation { function: task.function, args, is_raw, files, timeout_ms });
            task.invoked = true;
            self.asked.push(index);
        }
        if self.invocations.is_empty() {
            self.settle();
        } else {
            self.stage = Stage::Invoke;
        }
    }

    /// After a round: removes what the calls made stale and writes the reply, or keeps the bundle and writes it.
    fn settle(&mut self) {
        match &mut self.work {
            Work::Calls(work) => {
                if self.round.start == 0 {
                    let sub = self.caller.sub();
                    work.scope(&self.app, &self.tasks, sub, &mut self.log);
                    if let Some(purging) = work.purging(&self.app, &self.tasks, sub, &self.holding) {
                        self.purging = purging;
                        self.stage = Stage::Purge;
                        return;
                    }
                }
                self.refresh();
            }
            Work::Bundle(work) => match work.reply(&self.app, looked_up(self.loading.as_deref()), &self.tasks) {
                Ok((reply, storing)) => {
                    self.reply = reply;
                    match storing {
                        Some(storing) => {
                            self.storing = storing;
                            self.stage = Stage::Store;
                        }
                        None => self.finish(),
                    }
                }
                Err(error) => self.refuse(error, None),
            },
            Work::Session(request) if credentials::needs_token(&self.app, self.caller.identity(), request) => {
                self.stage = Stage::Draw;
            }
            Work::Session(request) => {
                self.reply = credentials::session_reply(&self.app, self.caller.identity(), request, None);
                self.finish();
            }
            Work::Done => self.finish(),
        }
    }

    /// After the calls: reads again what they made stale and the client shows, once; then writes the reply.
    fn refresh(&mut self) {
        let Work::Calls(work) = &mut self.work else { return };
        if self.round.start == 0 {
            let planned = work.plan_refresh(&self.app, self.tasks.len());
            if !planned.is_empty() {
                let start = self.tasks.len();
                self.tasks.extend(planned);
                self.begin(start);
                return;
            }
        }
        work.mark_contract(&mut self.tasks, self.contract_changed);
        self.reply = work.reply(&self.app, &self.tasks);
        self.finish();
    }

    fn refuse(&mut self, mut error: ErrorReply, allow: Option<Cow<'static, str>>) {
        error.mark_contract(self.contract_changed);
        self.reply = response::error(&self.app, &error, allow);
        self.finish();
    }

    fn finish(&mut self) {
        self.work = Work::Done;
        self.stage = Stage::Reply;
    }
}

/// What was looked up; where nothing was, a bundle that has no name and no tags.
fn looked_up(loading: Option<&Loading>) -> &Loading {
    static NOTHING: Loading = Loading { context: String::new(), entry: String::new(), tags: Vec::new() };
    loading.unwrap_or(&NOTHING)
}
