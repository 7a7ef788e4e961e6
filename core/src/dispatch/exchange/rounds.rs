//! The rounds of a request: who asks, what they may, what they say, and the functions; then what follows from those.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Exchange, Stage, Work, looked_up};
use crate::dispatch::bundle::BundleWork;
use crate::dispatch::call::{self, CallWork};
use crate::dispatch::caller::Caller;
use crate::dispatch::credentials;
use crate::dispatch::envelope;
use crate::dispatch::message::{GuardCall, Invocation, Request};
use crate::dispatch::response;
use crate::dispatch::route::{self, Route};
use crate::dispatch::task::{PARAMS, Task};
use crate::error::code::ErrorReply;
use crate::identity::{self, Verdict};
use crate::ir::model::{Auth, Function};
use crate::registry::FrozenFunction;

impl Exchange {
    pub(super) fn first_round(&self) -> bool {
        self.round.start == 0
    }

    /// Where the input of the round's tasks stood.
    pub(super) fn root(&self) -> &'static str {
        match &self.work {
            Work::Calls(work) if self.first_round() => work.root(),
            _ => PARAMS,
        }
    }

    pub(super) fn read(&mut self, request: &Request<'_>) -> Result<(), route::Refused> {
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
                let envelope = envelope::read(&app, request, self.reads).map_err(|error| (error, None))?;
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
    pub(super) fn begin(&mut self, start: usize) {
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

    pub(super) fn guard(&mut self) {
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
    pub(super) fn wants_permissions(&self) -> bool {
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
    pub(super) fn prepare(&mut self) {
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
    pub(super) fn invoke(&mut self) {
        if let Work::Bundle(work) = &self.work {
            work.give_params(&self.app, &mut self.tasks);
        }
        let reads = matches!(self.work, Work::Bundle(_)) || !self.first_round();
        self.invocations.clear();
        self.invocations.reserve_exact(self.round.len());
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
        }
        if self.invocations.is_empty() {
            self.settle();
        } else {
            self.stage = Stage::Invoke;
        }
    }

    /// After a round: removes what the calls made stale and writes the reply, or keeps the bundle and writes it.
    pub(super) fn settle(&mut self) {
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
    pub(super) fn refresh(&mut self) {
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

    pub(super) fn refuse(&mut self, mut error: ErrorReply, allow: Option<Cow<'static, str>>) {
        error.mark_contract(self.contract_changed);
        self.reply = response::error(&self.app, &error, allow);
        self.finish();
    }

    pub(super) fn finish(&mut self) {
        self.work = Work::Done;
        self.stage = Stage::Reply;
    }
}
