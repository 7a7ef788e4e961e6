//! What a store does, whichever it is.

mod families;
pub(crate) mod memory;
pub(crate) mod redis;

use std::sync::Arc;
use std::time::Duration;

use mizan_core::cache::entry::{Entry, Generation, Stamp};

use crate::bus::Listeners;
use crate::{Keyspace, Tag};

/// The store did not answer, or not in time, or not with what was asked for. Nothing more is told: whatever it was, the
/// caller runs uncached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault;

/// What is called when an operation ends: at once on the caller's thread, or later on the runtime's own.
pub(crate) type Done<T> = Box<dyn FnOnce(Result<T, Fault>) + Send>;

/// What a store has of one bundle, read together.
#[derive(Debug)]
pub(crate) struct Look {
    /// Whatever stamp it has; `None` where there is none, or none that opens.
    pub entry: Option<Arc<Entry>>,
    /// Whether a mutation holds one of the tags.
    pub held: bool,
    /// One for each tag, in order; `None` where the store has none.
    pub generations: Vec<Option<Generation>>,
    pub epoch: Option<Generation>,
}

impl Look {
    /// The stamp of a fill that starts now, where every generation is there.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let generations = self.generations.iter().copied().collect::<Option<_>>()?;
        Some(Stamp { generations, epoch: self.epoch? })
    }
}

/// What goes into a store.
pub(crate) struct Fresh {
    pub entry: Arc<Entry>,
    pub ttl: Duration,
    /// The lease that this fill was made under; it ends with the fill.
    pub lease: Option<String>,
}

/// How what is kept of a family is to change.
pub(crate) struct FamilyChange {
    /// What was read; `None` where nothing was.
    pub old: Option<String>,
    pub new: String,
    /// After this time no token of the family can be valid.
    pub life: Duration,
}

/// A store of entries, generations and holds.
///
/// Each operation on the keys of one context is atomic only as far as it says so; the promise of the crate rests on
/// generations alone.
pub(crate) trait Store: Send + Sync {
    /// Whether it is worth asking. While it is not, nothing is asked and nobody waits.
    fn ready(&self) -> bool;

    /// Reads entry, generations, holds and epoch, in one trip.
    fn look(&self, key: &Arc<Keyspace>, done: Done<Look>);

    /// The entry of a bundle where it is there and current, and nobody has to wait for that answer. `None` says nothing: the
    /// caller looks by [`Store::look`].
    fn current(&self, _context: &str, _entry: &str, _tags: &[String]) -> Option<Arc<Entry>> {
        None
    }

    /// Creates what generations are missing, from candidates for each tag and then the epoch, and then reads
    /// generations, holds and epoch again: whoever created one first has it.
    fn create(&self, key: &Arc<Keyspace>, candidates: Vec<Generation>, done: Done<Look>);

    /// Takes the lease of this name, if nobody else has it.
    fn lease(&self, key: &Arc<Keyspace>, name: &str, done: Done<bool>);

    /// Waits for the entry of a stamp that another process is filling: until it is there, the stamp is no longer
    /// current, or the time of a lease is over.
    fn wait(&self, key: &Arc<Keyspace>, stamp: Stamp, done: Done<Look>);

    /// Gives a lease back.
    fn release(&self, key: &Arc<Keyspace>, name: &str);

    /// Keeps an entry.
    fn put(&self, key: &Arc<Keyspace>, fresh: Fresh, done: Done<()>);

    /// Sets a hold, and then removes the generations, so that no generation is created unseen in between.
    fn hold(&self, tags: &Arc<[Tag]>, token: &str, limit: Duration, done: Done<()>);

    /// Removes the generations, then lifts the hold of this token on all of `held`, then tells the listeners.
    fn purge(&self, tags: &Arc<[Tag]>, hold: Option<(&str, &Arc<[Tag]>)>, done: Done<()>);

    /// What is kept of a family of refresh tokens.
    fn family(&self, name: &str, done: Done<Option<String>>);

    /// Keeps another text of a family, where what is kept is still `old`; whether it is what is kept now. It may be asked
    /// again for the same change, and asks itself for a bounded time where no answer comes.
    fn replace_family(&self, name: &str, change: FamilyChange, done: Done<bool>);

    /// Contexts whose epochs are rotated after a purge that failed.
    fn contexts(&self, names: Vec<String>);

    /// Who hears of purges.
    fn listeners(&self) -> &Arc<Listeners>;

    /// Begins to hear of the purges of other processes.
    fn listen(&self);

    /// Loses an entry, as eviction does.
    #[cfg(feature = "store-faults")]
    fn evict_entry(&self, key: &Arc<Keyspace>, done: Done<()>);

    /// Loses a generation or, without a tag, the context's epoch, as eviction does.
    #[cfg(feature = "store-faults")]
    fn evict_generation(&self, context: &str, tag: Option<&str>, done: Done<()>);

    /// Loses everything, as a restart does.
    #[cfg(feature = "store-faults")]
    fn restart(&self, done: Done<()>);
}
