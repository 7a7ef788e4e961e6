//! The cache as hosts call it.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use bytes::Bytes;
use mizan_core::cache::entry::{Entry, Stamp};

use crate::bus::{Event, Subscription};
use crate::config::{CacheConfig, ConfigError, StoreConfig};
use crate::fill::Fill;
use crate::flight::{FlightKey, Flights, Landing};
use crate::load::{self, Loaded, Reason};
use crate::metrics::{Counters, Metrics, count};
use crate::pause::Point;
use crate::store::memory::MemoryStore;
use crate::store::redis::RedisStore;
use crate::store::{Done, FamilyChange, Fault, Fresh, Store};
use crate::{Keyspace, Tag, io, random};

/// The origin cache of one application in one process. Cheap to clone; all clones are one cache.
///
/// A form that ends in `_then` never waits: what it is given runs at once on the caller's thread where nothing has to be
/// waited for, else on a thread of the runtime's own or of whoever ends the waiting. It runs once.
#[derive(Clone)]
pub struct Cache {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Box<dyn Store>,
    pub flights: Flights,
    pub counters: Arc<Counters>,
    largest: usize,
    leases: bool,
    #[cfg(feature = "pause-points")]
    pauses: Option<crate::Pauses>,
}

/// A hold on tags while a mutation runs. It is lifted by [`Cache::purge`] or [`Cache::lift`]; one that is dropped runs
/// out by itself, since nobody knows then what the mutation did.
#[must_use = "a hold that is dropped keeps its tags uncached until it runs out"]
#[derive(Debug)]
pub struct Hold {
    token: String,
    tags: Arc<[Tag]>,
}

/// How a purge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purged {
    /// No reader that starts now sees older data.
    Done,
    /// The store did not take it. This process remembers, serves nothing from the store, and rotates the epochs of all
    /// contexts before it does so again.
    Failed,
}

/// The store did not answer in time, and what it keeps of a family is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable;

impl fmt::Display for Unreachable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the store cannot be reached")
    }
}

impl std::error::Error for Unreachable {}

impl Cache {
    /// A cache; a Redis is not asked for before the first operation.
    pub fn new(config: &CacheConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let counters = Arc::<Counters>::default();
        let (store, leases): (Box<dyn Store>, bool) = match &config.store {
            StoreConfig::Memory { bytes } => (Box::new(MemoryStore::new(*bytes)?), false),
            StoreConfig::Redis(redis) => {
                (Box::new(RedisStore::new(redis, config, Arc::clone(&counters))?), redis.lease.is_some())
            }
        };
        let inner = Inner {
            store,
            flights: Flights::default(),
            counters,
            largest: config.largest,
            leases,
            #[cfg(feature = "pause-points")]
            pauses: config.pauses.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Looks for a bundle. Where another load of this process is filling the same entry, it waits for that one.
    ///
    /// A thread MUST NOT load what it is itself filling: it would wait for itself.
    #[must_use]
    pub fn load(&self, key: &Keyspace) -> Loaded {
        self.pause(Point::BeforeLoad);
        let (sender, receiver) = sync_channel(1);
        let then = Box::new(move |loaded| {
            let _ = sender.send(loaded);
        });
        load::load(&self.inner, &Arc::new(key.clone()), then);
        // A load whose thread is gone is one whose store is.
        let loaded = receiver.recv().unwrap_or(Loaded::Uncached(Reason::Unavailable));
        self.pause(Point::AfterLoad);
        loaded
    }

    /// The bundle, where this process keeps it and it is current. `None` says nothing: the caller loads.
    #[must_use]
    pub fn current(&self, context: &str, entry: &str, tags: &[String]) -> Option<Arc<Entry>> {
        if self.inner.is_paused() {
            return None;
        }
        let found = self.inner.store.current(context, entry, tags)?;
        count(&self.inner.counters.hits);
        Some(found)
    }

    /// Looks for a bundle, and tells `done` what it found.
    pub fn load_then(&self, key: Keyspace, done: impl FnOnce(Loaded) + Send + 'static) {
        self.pause(Point::BeforeLoad);
        let then = self.inner.after_load(done);
        load::load(&self.inner, &Arc::new(key), then);
    }

    /// Keeps what the functions gave, for so long at most, and tells it to those who wait for it. Returns whether it is
    /// kept: a body that is too large is not, nor is anything while the store is away.
    #[allow(clippy::must_use_candidate)] // Most callers have their reply, kept or not.
    pub fn store(&self, fill: Fill, body: &[u8], ttl: Duration) -> bool {
        wait(|done| self.put(fill, |stamp| Entry::of(stamp, body), ttl, done)).is_ok()
    }

    /// As [`Cache::store`], without waiting for the store; `done` hears whether it is kept.
    pub fn store_then(&self, fill: Fill, body: &[u8], ttl: Duration, done: impl FnOnce(bool) + Send + 'static) {
        self.put(fill, |stamp| Entry::of(stamp, body), ttl, told(done));
    }

    /// As [`Cache::store_then`], for a body whose entity tag is known and which nobody needs to copy.
    pub fn keep_then(
        &self,
        fill: Fill,
        body: Bytes,
        etag: String,
        ttl: Duration,
        done: impl FnOnce(bool) + Send + 'static,
    ) {
        self.put(fill, |stamp| Entry { stamp, etag, compressed: false, body }, ttl, told(done));
    }

    fn put(&self, mut fill: Fill, entry: impl FnOnce(Stamp) -> Entry, ttl: Duration, done: Done<()>) {
        self.pause(Point::BeforeStore);
        let inner = Arc::clone(&self.inner);
        let entry = Arc::new(entry(fill.stamp.clone()));
        if entry.body.len() > inner.largest || ttl.is_zero() {
            count(if ttl.is_zero() { &inner.counters.unstored } else { &inner.counters.too_large });
            fill.land(&Landing::Filled(entry));
            return done(Err(Fault));
        }
        let fresh = Fresh { entry: Arc::clone(&entry), ttl, lease: fill.lease.take() };
        let key = Arc::clone(&fill.key);
        let put = move |kept: Result<(), Fault>| {
            count(if kept.is_ok() { &inner.counters.stored } else { &inner.counters.unstored });
            // Whoever waits has the same stamp: what was read under it is new enough for all of them.
            fill.land(&Landing::Filled(entry));
            done(kept);
        };
        self.inner.store.put(&key, fresh, Box::new(put));
    }

    /// Gives a fill up: whoever waits for it loads for itself. Dropping it does the same.
    pub fn abandon(&self, fill: Fill) {
        drop(fill);
    }

    /// Holds tags for as long as a mutation may run: until it is lifted or the time is over, whoever reads them runs
    /// uncached and stores nothing. What is kept under them is gone at once.
    pub fn hold(&self, tags: &[Tag], limit: Duration) -> Hold {
        let hold = Hold::on(tags);
        // A hold that failed is no matter of the caller: the purge decides.
        let _ = wait(|done| self.place(&hold.token, &hold.tags, limit, done));
        hold
    }

    /// As [`Cache::hold`], without waiting.
    pub fn hold_then(&self, tags: &[Tag], limit: Duration, done: impl FnOnce(Hold) + Send + 'static) {
        let hold = Hold::on(tags);
        let (token, tags) = (hold.token.clone(), Arc::clone(&hold.tags));
        self.place(&token, &tags, limit, Box::new(move |_| io::call_back(Box::new(move || done(hold)))));
    }

    fn place(&self, token: &str, tags: &Arc<[Tag]>, limit: Duration, done: Done<()>) {
        if tags.is_empty() {
            return done(Ok(()));
        }
        let inner = Arc::clone(&self.inner);
        let placed = move |placed: Result<(), Fault>| {
            if placed.is_err() {
                count(&inner.counters.failed_holds);
            }
            done(placed);
        };
        self.inner.store.hold(tags, token, limit, Box::new(placed));
    }

    /// Makes everything stale that has one of these tags, then lifts the hold, then tells the listeners. When it
    /// returns [`Purged::Done`], no read that starts sees data from before.
    #[allow(clippy::must_use_candidate)] // A purge that failed is remembered, whether or not anybody asks.
    pub fn purge(&self, tags: &[Tag], hold: Option<Hold>) -> Purged {
        Purged::of(wait(|done| self.remove(tags, hold, done)))
    }

    /// As [`Cache::purge`], without waiting.
    pub fn purge_then(&self, tags: &[Tag], hold: Option<Hold>, done: impl FnOnce(Purged) + Send + 'static) {
        self.remove(tags, hold, Box::new(move |gone| io::call_back(Box::new(move || done(Purged::of(gone))))));
    }

    /// Lifts a hold when the mutation did nothing.
    pub fn lift(&self, hold: Hold) {
        let _ = self.purge(&[], Some(hold));
    }

    fn remove(&self, tags: &[Tag], hold: Option<Hold>, done: Done<()>) {
        let hold = hold.filter(|hold| !hold.tags.is_empty());
        if tags.is_empty() && hold.is_none() {
            return done(Ok(()));
        }
        self.pause(Point::BeforePurge);
        let inner = Arc::clone(&self.inner);
        let purges = !tags.is_empty();
        let gone = move |gone: Result<(), Fault>| {
            if purges {
                count(if gone.is_ok() { &inner.counters.purges } else { &inner.counters.failed_purges });
            }
            done(gone);
        };
        let lifted = hold.as_ref().map(|hold| (hold.token.as_str(), &hold.tags));
        self.inner.store.purge(&tags.into(), lifted, Box::new(gone));
    }

    /// What is kept of a family of refresh tokens (TOK-13), by its name of [`mizan_core::identity::rotation::key`].
    ///
    /// # Errors
    ///
    /// [`Unreachable`] where the store does not answer.
    pub fn family(&self, name: &str) -> Result<Option<String>, Unreachable> {
        if !self.inner.store.ready() {
            return Err(Unreachable);
        }
        wait(|done| self.inner.store.family(name, done)).map_err(|Fault| Unreachable)
    }

    /// Keeps another text of a family for `life`, where what is kept is still `old`; whether it is what is kept now, by this
    /// call or by the same one before. Where a store does not say whether it took it, it is asked again for a few seconds.
    ///
    /// # Errors
    ///
    /// [`Unreachable`] where the store does not answer, or does not write.
    pub fn replace_family(
        &self,
        name: &str,
        old: Option<&str>,
        new: &str,
        life: Duration,
    ) -> Result<bool, Unreachable> {
        if !self.inner.store.ready() {
            return Err(Unreachable);
        }
        let change = FamilyChange { old: old.map(str::to_owned), new: new.to_owned(), life };
        wait(|done| self.inner.store.replace_family(name, change, done)).map_err(|Fault| Unreachable)
    }

    /// Names contexts of the application, so that their epochs are rotated after a purge that failed. Those that were
    /// loaded or purged are known already.
    pub fn contexts(&self, names: Vec<String>) {
        self.inner.store.contexts(names);
    }

    /// What it did so far.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.inner.counters.read()
    }

    /// Hears of every purge, of this process and of all that share the store, until the subscription is dropped.
    ///
    /// The listener runs on the thread that purges, or on one of the runtime's, and must not wait. Purges of other
    /// processes come when they come; after a gap it hears [`Event::Everything`].
    #[must_use = "the subscription ends when it is dropped"]
    pub fn subscribe(&self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Subscription {
        let subscription = self.inner.store.listeners().add(listener);
        self.inner.store.listen();
        subscription
    }

    fn pause(&self, point: Point) {
        self.inner.pause(point);
    }
}

impl Inner {
    /// Whether somebody stops loads at their points.
    #[cfg(feature = "pause-points")]
    fn is_paused(&self) -> bool {
        self.pauses.is_some()
    }

    #[cfg(not(feature = "pause-points"))]
    #[allow(clippy::unused_self)]
    const fn is_paused(&self) -> bool {
        false
    }

    #[cfg(feature = "pause-points")]
    pub(crate) fn pause(&self, point: Point) {
        if let Some(pauses) = &self.pauses {
            pauses.reach(point);
        }
    }

    #[cfg(not(feature = "pause-points"))]
    #[allow(clippy::unused_self)]
    pub(crate) fn pause(&self, _: Point) {}

    /// Goes on after a pause in the middle of an operation. The I/O thread is everybody's and is never stopped: where it
    /// would be, a thread of its own waits.
    #[cfg(feature = "pause-points")]
    pub(crate) fn pause_then(self: &Arc<Self>, point: Point, go_on: impl FnOnce() + Send + 'static) {
        if self.pauses.is_none() || !io::is_here() {
            self.pause(point);
            return go_on();
        }
        let inner = Arc::clone(self);
        std::thread::spawn(move || {
            inner.pause(point);
            go_on();
        });
    }

    #[cfg(not(feature = "pause-points"))]
    #[allow(clippy::unused_self)]
    pub(crate) fn pause_then(self: &Arc<Self>, _: Point, go_on: impl FnOnce() + Send + 'static) {
        go_on();
    }

    /// What a callback form calls in the end.
    #[cfg(not(feature = "pause-points"))]
    #[allow(clippy::unused_self)]
    fn after_load(self: &Arc<Self>, done: impl FnOnce(Loaded) + Send + 'static) -> load::Then {
        Box::new(move |loaded| io::call_back(Box::new(move || done(loaded))))
    }

    /// What a callback form calls in the end: where it may be paused, on a thread of its own.
    #[cfg(feature = "pause-points")]
    fn after_load(self: &Arc<Self>, done: impl FnOnce(Loaded) + Send + 'static) -> load::Then {
        let inner = Arc::clone(self);
        Box::new(move |loaded| {
            let job = move || {
                inner.pause(Point::AfterLoad);
                done(loaded);
            };
            io::call_back(Box::new(job));
        })
    }

    /// The name of the lease of a flight, where there are leases. It goes by the stamp: nobody waits for a fill that
    /// began before a purge.
    pub(crate) fn lease_name(&self, flight: &FlightKey) -> Option<String> {
        self.leases.then(|| {
            let generations = flight.stamp.generations.iter().flatten();
            let all: Vec<u8> = flight.stamp.epoch.iter().chain(generations).copied().collect();
            random::hex(&all)
        })
    }
}

impl Hold {
    /// A hold on these tags; on none where there is no randomness for its token.
    fn on(tags: &[Tag]) -> Self {
        match random::token() {
            Some(token) => Self { token, tags: tags.into() },
            None => Self { token: String::new(), tags: Arc::from([]) },
        }
    }
}

impl Purged {
    fn of(gone: Result<(), Fault>) -> Self {
        if gone.is_ok() { Self::Done } else { Self::Failed }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Cache").field("metrics", &self.metrics()).finish_non_exhaustive()
    }
}

/// Tells the caller of a store, off the I/O thread, whether it was kept.
fn told(done: impl FnOnce(bool) + Send + 'static) -> Done<()> {
    Box::new(move |kept| io::call_back(Box::new(move || done(kept.is_ok()))))
}

/// Waits for an operation. One whose thread is gone has failed.
fn wait<T: Send + 'static>(start: impl FnOnce(Done<T>)) -> Result<T, Fault> {
    let (sender, receiver) = sync_channel(1);
    start(Box::new(move |ended| {
        let _ = sender.send(ended);
    }));
    receiver.recv().unwrap_or(Err(Fault))
}

/// What stores do by themselves, as steps that a schedule can take. They wait, and none of them makes anything stale.
#[cfg(feature = "store-faults")]
#[allow(clippy::must_use_candidate)]
impl Cache {
    /// The store loses an entry. Returns whether it answered, as the others here do.
    pub fn evict_entry(&self, key: &Keyspace) -> bool {
        wait(|done| self.inner.store.evict_entry(&Arc::new(key.clone()), done)).is_ok()
    }

    /// The store loses a tag's generation.
    pub fn evict_generation(&self, context: &str, tag: &str) -> bool {
        wait(|done| self.inner.store.evict_generation(context, Some(tag), done)).is_ok()
    }

    /// The store loses a context's epoch.
    pub fn evict_epoch(&self, context: &str) -> bool {
        wait(|done| self.inner.store.evict_generation(context, None, done)).is_ok()
    }

    /// The store loses everything of this application.
    pub fn restart(&self) -> bool {
        wait(|done| self.inner.store.restart(done)).is_ok()
    }
}
