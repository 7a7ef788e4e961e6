//! The I/O that all hosts of Mizan share: the stores of the origin cache, and the bus of what was purged.
//!
//! The core decides what a bundle is kept under, for how long, and what a mutation takes away. This crate keeps it, and
//! keeps one promise: **a read that starts after a purge returned never sees data from before it.** Each tag has a
//! *generation*, 128 random bits. A reader notes the generations of its tags before its functions run, and its entry
//! carries them; a purge removes them. So an entry that lands late lands under generations that nobody has any more, and
//! a generation that a store loses, for whatever reason, only makes misses.
//!
//! [`Cache`] is the way in. Each operation has a blocking form and one that ends in a callback (`…_then`). Nothing holds
//! a lock while it waits, no error of a store reaches a caller, and no panic of a callback does.

mod bus;
mod cache;
mod config;
mod deferred;
mod deployment;
mod drive;
mod fill;
mod flight;
mod io;
mod load;
mod mailbox;
mod metrics;
mod pause;
mod random;
mod store;
mod token_desk;

pub use bus::{Event, Subscription};
pub use cache::{Cache, Hold, Purged, Unreachable};
pub use config::{CacheConfig, ConfigError, RedisConfig, StoreConfig};
pub use deferred::Deferred;
pub use deployment::{Deployment, Options, Store, TOKEN_FUNCTIONS, Tokens, Unfit};
pub use drive::{Drive, HostStep, Late};
pub use fill::Fill;
pub use load::{Loaded, Reason};
pub use metrics::Metrics;
pub use mizan_core::cache::entry::Entry;
#[cfg(feature = "pause-points")]
pub use pause::{Gates, Pauses, Point};
pub use random::random_key;
pub use token_desk::{AccessGrant, IdentityGrant, Presented, TokenDesk};

/// Where one bundle is kept, and what makes it stale. The core derives all three.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keyspace {
    /// The context's name.
    pub context: String,
    /// The entry's key, `ctx:{context}:{hex}`.
    pub entry: String,
    /// The texts of the bundle's tags, in the core's order.
    pub tags: Vec<String>,
}

/// A tag, with the context that it belongs to.
pub type Tag = (String, String);
