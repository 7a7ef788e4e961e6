//! One request on its way through the core, with the steps that the runtime can take taken: looking a bundle up, keeping
//! it, holding and removing tags. What is left is its host's.
//!
//! None of them makes a host wait. What cannot be answered at once is posted to a mailbox later, by whichever thread has
//! the answer; the drive takes it from there when its host comes back. A panic of the core is an error of this one
//! request, never of the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use mizan_core::cache::entry::Entry;
use mizan_core::cache::tags;
use mizan_core::dispatch::message::{
    Failure, GuardCall, GuardOutcome, Invalidation, Invocation, LogLine, Outcome, Request, Response, Step,
};
use mizan_core::dispatch::{self, Exchange, Holding, Loading, Purging, Storing};
use mizan_core::identity::Identity;
use mizan_core::registry::Application;

use crate::mailbox::{Mailbox, Place};
use crate::random;
use crate::{Cache, Deferred, Fill, Hold, Keyspace, Loaded, Purged, Tag};

/// One request on its way to its reply.
///
/// Its host asks for [`Drive::step`], performs it and answers it, until that is a reply. A drive that is dropped gives its
/// request up: whoever waits for what it was filling loads for itself, and what it holds is free when its time is over. While
/// functions run, its host says before what they had named: [`Drive::abandon`].
#[derive(Debug)]
pub struct Drive {
    app: Arc<Application>,
    cache: Option<Cache>,
    /// Where a purge waits for a commit. There is no cache then.
    deferred: Option<Deferred>,
    /// `None` once the core gave up on it.
    core: Option<Box<Exchange>>,
    nonce: u64,
    pending: Option<Arc<Mailbox<Arrived>>>,
    fill: Option<Fill>,
    hold: Option<Hold>,
    /// The reply where the core failed.
    broken: Option<Response>,
    /// What is drawn in place of the operating system's random bytes.
    random: Option<[u8; 16]>,
    log: Vec<LogLine>,
}

/// What came of a step of the runtime's.
#[derive(Debug)]
enum Arrived {
    Loaded(Loaded),
    Held(Hold),
    Purged(Purged),
}

/// What a request needs of its host next.
#[derive(Debug, Clone, Copy)]
pub enum HostStep<'a> {
    /// Find out who asks; answer with [`Drive::identified`].
    Identify,
    /// Find out what the caller whom a token names is allowed; answer with [`Drive::permitted`].
    Permissions(&'a str),
    /// Ask these callables of the application; answer with [`Drive::guarded`], in the same order.
    Guard(&'a [GuardCall]),
    /// Run these functions, all at once where the host can; answer with [`Drive::returned`], in the same order.
    Invoke(&'a [Invocation]),
    /// A store has yet to answer: come back when [`Drive::expect`] calls, or after [`Drive::wait`].
    Wait,
    /// Send this reply, and log what [`Drive::take_log`] has. The request is over.
    Reply(&'a Response),
}

impl Drive {
    /// Opens a request. Without a cache every bundle comes from its functions. `reads`: whether the host checks args as it
    /// reads them ([`Exchange::open_boxed`]).
    #[must_use]
    pub fn open(app: &Arc<Application>, cache: Option<&Cache>, request: &Request<'_>, reads: bool) -> Self {
        Self {
            core: catch_unwind(AssertUnwindSafe(|| Exchange::open_boxed(app, request, reads))).ok(),
            app: Arc::clone(app),
            cache: cache.cloned(),
            deferred: None,
            nonce: request.nonce,
            pending: None,
            fill: None,
            hold: None,
            broken: None,
            random: None,
            log: Vec::new(),
        }
    }

    /// Has the request draw these bytes in place of the operating system's, for a replay that wants the same reply again.
    #[must_use]
    pub fn drawing(mut self, random: Option<[u8; 16]>) -> Self {
        self.random = random;
        self
    }

    /// Has the request keep what it would take away from this cache until its host has committed it.
    pub(crate) fn deferring(mut self, cache: Option<&Cache>) -> Self {
        self.deferred = cache.cloned().map(Deferred::new);
        self
    }

    /// Says whether the functions may answer by more than the params and who asks, such as a language that the host's
    /// framework found out (STORE-3).
    #[must_use]
    pub fn varying(mut self, varies: bool) -> Self {
        if varies {
            self.vary();
        }
        self
    }

    /// The same, found out later: it counts until the bundle is looked up, and so while it is found out who asks.
    pub fn vary(&mut self) {
        self.answer(Exchange::vary);
    }

    /// What is to be taken away once the transaction is committed that the request is inside of; nothing where it is in
    /// none, or where there is no cache.
    #[must_use]
    pub const fn deferred(&self) -> Option<&Deferred> {
        self.deferred.as_ref()
    }

    /// What its host is to do next.
    pub fn step(&mut self) -> HostStep<'_> {
        match catch_unwind(AssertUnwindSafe(|| self.advance())) {
            Ok(true) => {}
            Ok(false) => return HostStep::Wait,
            Err(_) => self.core = None,
        }
        if self.core.is_none() {
            return HostStep::Reply(self.break_off());
        }
        match self.core.as_deref().map(Exchange::step) {
            Some(Step::Identify) => HostStep::Identify,
            Some(Step::Permissions(sub)) => HostStep::Permissions(sub),
            Some(Step::Guard(calls)) => HostStep::Guard(calls),
            Some(Step::Invoke(invocations)) => HostStep::Invoke(invocations),
            Some(Step::Reply(response)) => HostStep::Reply(response),
            // `advance` has taken every other one.
            _ => HostStep::Wait,
        }
    }

    /// Takes the runtime's steps; false while one waits for a store.
    fn advance(&mut self) -> bool {
        loop {
            let Some(core) = &mut self.core else { return true };
            if let Some(mailbox) = &self.pending {
                let Some(arrived) = mailbox.take() else { return false };
                self.pending = None;
                match arrived {
                    Arrived::Loaded(Loaded::Hit(entry)) => {
                        core.loaded(hit(&entry));
                    }
                    Arrived::Loaded(Loaded::Miss(fill)) => {
                        self.fill = Some(fill);
                        core.loaded(dispatch::Loaded::Missed);
                    }
                    Arrived::Loaded(Loaded::Uncached(_)) => core.loaded(dispatch::Loaded::Uncached),
                    Arrived::Held(hold) => {
                        self.hold = Some(hold);
                        core.held();
                    }
                    Arrived::Purged(purged) => core.purged(purged == Purged::Done),
                }
            }
            match core.step() {
                Step::Load(loading) => match &self.cache {
                    Some(cache) => match cache.current(&loading.context, &loading.entry, &loading.tags) {
                        Some(entry) => core.loaded(hit(&entry)),
                        None => self.pending = Some(load(cache, loading)),
                    },
                    None => core.loaded(dispatch::Loaded::Uncached),
                },
                Step::Hold(holding) => match &self.cache {
                    Some(cache) => self.pending = Some(hold(cache, holding)),
                    None => core.held(),
                },
                Step::Store(storing) => {
                    if let (Some(cache), Some(fill)) = (&self.cache, self.fill.take()) {
                        store(cache, fill, storing);
                    }
                    core.stored();
                }
                Step::Purge(purging) => {
                    if let Some(cache) = &self.cache {
                        // A hold that is dropped runs out by itself.
                        let hold = self.hold.take().filter(|_| purging.release);
                        self.pending = Some(purge(cache, purging, hold));
                    } else {
                        if let Some(deferred) = &self.deferred {
                            deferred.note(&purging.tags);
                        }
                        core.purged(true);
                    }
                }
                Step::Draw => core.drew(self.random.or_else(random::generation)),
                Step::Reply(_) => {
                    // A request that failed has filled nothing. Whoever waits for it must not wait for its host.
                    self.fill = None;
                    self.hold = None;
                    self.log.append(&mut core.take_log());
                    return true;
                }
                Step::Identify | Step::Permissions(_) | Step::Guard(_) | Step::Invoke(_) => return true,
            }
        }
    }

    /// The reply where the core itself failed.
    fn break_off(&mut self) -> &Response {
        self.pending = None;
        self.fill = None;
        self.hold = None;
        let Self { app, nonce, log, broken, .. } = self;
        broken.get_or_insert_with(|| {
            let (response, line) = dispatch::of_failed_core(app, *nonce);
            log.push(line);
            response
        })
    }

    /// Lets the core take an answer.
    fn answer(&mut self, answer: impl FnOnce(&mut Exchange)) {
        if let Some(core) = &mut self.core
            && catch_unwind(AssertUnwindSafe(|| answer(core))).is_err()
        {
            self.core = None;
        }
    }

    /// Answers [`HostStep::Identify`]: who asks, `None` for nobody known, or why that cannot be told.
    ///
    /// Out of its turn it does nothing, like every other answer.
    pub fn identified(&mut self, caller: Result<Option<Identity>, Failure>) {
        self.answer(|core| core.identified(caller));
    }

    /// Answers [`HostStep::Permissions`]: what the application allows the caller now, `None` where it cannot tell, or why not.
    pub fn permitted(&mut self, permissions: Result<Option<Vec<String>>, Failure>) {
        self.answer(|core| core.permitted(permissions));
    }

    /// Answers [`HostStep::Guard`].
    pub fn guarded(&mut self, decisions: Vec<GuardOutcome>) {
        self.answer(|core| core.guarded(decisions));
    }

    /// Answers [`HostStep::Invoke`] where the host could not read all args at once ([`Exchange::check`]).
    pub fn check(&mut self) {
        self.answer(Exchange::check);
    }

    /// Answers [`HostStep::Invoke`].
    pub fn returned(&mut self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.answer(|core| core.returned(outcomes));
    }

    /// After [`HostStep::Invoke`] and before [`Drive::returned`]: what a function may still change that the host cannot stop
    /// and for which nobody will wait. Nothing where there is no cache, and nothing to do then.
    #[must_use]
    pub fn late(&self) -> Option<Late> {
        let core = self.core.as_ref()?.late()?;
        let cache = self.cache.as_ref().or_else(|| self.deferred.as_ref().map(Deferred::cache))?.clone();
        Some(Late { core, cache, deferred: self.deferred.clone() })
    }

    /// Who asks, as far as that was asked for.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.core.as_ref()?.identity()
    }

    /// The application that answers.
    #[must_use]
    pub const fn application(&self) -> &Arc<Application> {
        &self.app
    }

    /// At [`HostStep::Invoke`]: the invocations, for a host that keeps them. The step has none then.
    pub fn take_invocations(&mut self) -> Vec<Invocation> {
        self.core.as_mut().map(|core| core.take_invocations()).unwrap_or_default()
    }

    /// At [`HostStep::Reply`]: the reply, for a host that keeps it. The step has an empty one then.
    pub fn take_reply(&mut self) -> Response {
        match &mut self.core {
            Some(core) => core.take_reply(),
            None => self.broken.take().unwrap_or_default(),
        }
    }

    /// The lines to log since this was last asked.
    pub fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }

    /// After [`HostStep::Wait`]: has `wake` called when there is an answer, on whatever thread. Returns true, and calls
    /// nothing, if there is one already.
    pub fn expect(&self, wake: impl FnOnce() + Send + 'static) -> bool {
        self.pending.as_ref().is_none_or(|mailbox| mailbox.expect(Box::new(wake), Place::Anywhere))
    }

    /// The same for what waits for nothing: it may be called on the thread that does the I/O of all requests, which saves a
    /// trip to another one.
    pub fn expect_here(&self, wake: impl FnOnce() + Send + 'static) -> bool {
        self.pending.as_ref().is_none_or(|mailbox| mailbox.expect(Box::new(wake), Place::Here))
    }

    /// After [`HostStep::Wait`]: what blocks until there is an answer, apart from the drive, so that its host can let go of
    /// it meanwhile.
    pub fn wait(&self) -> impl FnOnce() + Send + 'static {
        let mailbox = self.pending.clone();
        move || {
            if let Some(mailbox) = mailbox {
                mailbox.wait();
            }
        }
    }

    /// Gives the request up because its caller left, where its functions have ended, by themselves or with it. `announced` is
    /// what they had named by `invalidate()`: what they may have changed is taken away (STORE-7). What there is to log is
    /// returned.
    ///
    /// Dropping the drive does all the rest.
    #[must_use]
    pub fn abandon(&mut self, announced: &[Invalidation]) -> Vec<LogLine> {
        let log = catch_unwind(AssertUnwindSafe(|| self.late().map(|late| late.ended(announced))));
        self.core = None;
        self.pending = None;
        self.fill = None;
        // It runs out by itself: what a function began elsewhere, such as a transaction, may end after it.
        self.hold = None;
        log.ok().flatten().unwrap_or_default()
    }
}

/// What a function may still change after its request was answered, or given up (STORE-7).
#[derive(Debug, Clone)]
pub struct Late {
    core: dispatch::Late,
    cache: Cache,
    /// It may be committed before now or after.
    deferred: Option<Deferred>,
}

impl Late {
    /// The function has ended, however it did: what it may have changed is taken away. `announced` is what it has named by
    /// `invalidate()`. Nobody waits for the store; what there is to log is returned.
    #[must_use]
    pub fn ended(self, announced: &[Invalidation]) -> Vec<LogLine> {
        let (tags, log) = self.core.ended(announced);
        if let Some(deferred) = &self.deferred {
            deferred.note(&tags);
        }
        // One that fails is remembered by the store.
        self.cache.purge_then(&named(&tags), None, drop);
        log
    }
}

/// Where the answer to a step will be left, whenever it comes.
fn posted(ask: impl FnOnce(Arc<Mailbox<Arrived>>)) -> Arc<Mailbox<Arrived>> {
    let mailbox = Arc::<Mailbox<Arrived>>::default();
    ask(Arc::clone(&mailbox));
    mailbox
}

fn hit(entry: &Entry) -> dispatch::Loaded {
    dispatch::Loaded::Hit { body: entry.body.clone(), etag: entry.etag.clone() }
}

fn load(cache: &Cache, loading: &Loading) -> Arc<Mailbox<Arrived>> {
    let Loading { context, entry, tags } = loading.clone();
    posted(|mailbox| {
        cache.load_then(Keyspace { context, entry, tags }, move |loaded| mailbox.post(Arrived::Loaded(loaded)));
    })
}

fn hold(cache: &Cache, holding: &Holding) -> Arc<Mailbox<Arrived>> {
    let limit = Duration::from_millis(u64::from(holding.limit_ms));
    posted(|mailbox| cache.hold_then(&named(&holding.tags), limit, move |hold| mailbox.post(Arrived::Held(hold))))
}

fn purge(cache: &Cache, purging: &Purging, hold: Option<Hold>) -> Arc<Mailbox<Arrived>> {
    posted(|mailbox| cache.purge_then(&named(&purging.tags), hold, move |purged| mailbox.post(Arrived::Purged(purged))))
}

/// The core's tags as the stores name them.
fn named<'a>(tags: impl IntoIterator<Item = &'a tags::Tag>) -> Vec<Tag> {
    tags.into_iter().map(|tag| (tag.context.clone(), tag.tag.clone())).collect()
}

/// Keeps a bundle; nobody waits for it.
fn store(cache: &Cache, fill: Fill, storing: &Storing) {
    let ttl = Duration::from_secs(u64::from(storing.ttl));
    cache.keep_then(fill, storing.body.clone(), storing.etag.clone(), ttl, drop);
}
