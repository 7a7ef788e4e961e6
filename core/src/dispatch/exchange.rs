//! The machine that carries one request (CALL-5, CTX-5): it says the next step, the host performs it and hands the
//! outcome back. [`answers`] is what it hands back, [`rounds`] what follows from that.
//!
//! A request is one or two rounds of tasks: the calls or the members of a bundle, then, for calls that ask for it, the
//! members of the bundles to refresh. A round finds out who asks and what they are allowed where something wants to know,
//! guards, checks the input, and invokes. Around the functions stands the origin cache: a bundle is looked up before they
//! run and kept after, a mutation's tags are held before and removed after.

mod answers;
mod rounds;

use std::ops::Range;
use std::sync::Arc;

use super::bundle::BundleWork;
use super::call::CallWork;
use super::caller::Caller;
use super::credentials::{CsrfClaim, SessionRequest};
use super::message::{GuardCall, Invocation, LogLine, Request, Response, Step};
use super::origin::{Holding, Loaded, Loading, Purging, Storing};
use super::task::{Task, id};
use crate::identity::Identity;
use crate::registry::Application;

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
    /// Which tasks the guards belong to.
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

    /// The identity that asks, as far as it was asked for.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.caller.identity()
    }
}

/// What was looked up; where nothing was, a bundle that has no name and no tags.
fn looked_up(loading: Option<&Loading>) -> &Loading {
    static NOTHING: Loading = Loading { context: String::new(), entry: String::new(), tags: Vec::new() };
    loading.unwrap_or(&NOTHING)
}
