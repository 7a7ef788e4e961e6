//! What a request changes inside of a transaction that its host has yet to commit.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mizan_core::cache::tags;

use crate::{Cache, Purged, Tag};

/// What such a request takes away, kept until its host knows that the transaction is committed. All clones are one.
///
/// Nothing is held meanwhile: until then what is kept is the truth, and what a reader fills then is taken away with it.
#[derive(Debug, Clone)]
pub struct Deferred {
    cache: Cache,
    tags: Arc<Mutex<BTreeSet<tags::Tag>>>,
}

impl Deferred {
    pub(crate) fn new(cache: Cache) -> Self {
        Self { cache, tags: Arc::default() }
    }

    fn tags(&self) -> MutexGuard<'_, BTreeSet<tags::Tag>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) const fn cache(&self) -> &Cache {
        &self.cache
    }

    pub(crate) fn note(&self, tags: &[tags::Tag]) {
        self.tags().extend(tags.iter().cloned());
    }

    /// Whether there is nothing to take away, so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags().is_empty()
    }

    /// The transaction is committed: takes it away, and waits until it is gone. Returns whether it is.
    #[must_use]
    pub fn purge(&self) -> bool {
        let tags: Vec<Tag> = self.tags().iter().map(|tag| (tag.context.clone(), tag.tag.clone())).collect();
        self.cache.purge(&tags, None) == Purged::Done
    }
}
