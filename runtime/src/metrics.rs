//! Counters of what a cache did since it started.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a cache did since it started, all counted in this process.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Metrics {
            $($(#[$doc])* pub $name: u64,)*
        }

        /// The counters that are counting.
        #[derive(Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: AtomicU64,)*
        }

        impl Counters {
            pub(crate) fn read(&self) -> Metrics {
                Metrics { $($name: self.$name.load(Ordering::Relaxed),)* }
            }
        }
    };
}

counters! {
    /// Loads answered from the store.
    hits,
    /// Loads that the caller had to fill.
    misses,
    /// Loads answered by another load's fill.
    joined,
    /// Loads that ran uncached since a mutation held a tag.
    held,
    /// Loads that ran uncached since the store was away, slow, or read-only while generations were missing.
    unavailable,
    /// Loads that ran uncached since another process did not fill in time.
    leased,
    /// Fills that were stored.
    stored,
    /// Fills that could not be stored.
    unstored,
    /// Fills over the size that is kept.
    too_large,
    /// Values that were not what was stored under their key: another version, damaged, or forged.
    corrupt,
    /// Purges that returned with everything gone.
    purges,
    /// Purges that failed, and are remembered.
    failed_purges,
    /// Holds that could not be placed.
    failed_holds,
    /// Times that all epochs were rotated after failed purges.
    rotations,
    /// Times that the store was given up until a probe reached it again.
    opened,
}

/// Counts one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
