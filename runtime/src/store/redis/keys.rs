//! What things are called on a Redis.
//!
//! The braces are a hash tag: all keys of one context share a slot. A Redis Cluster is not spoken to all the same: the client
//! here is one of a single server.

use super::link::Life;
use crate::Keyspace;

/// The names of one application's keys.
#[derive(Clone)]
pub(crate) struct Keys {
    prefix: String,
}

impl Keys {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// An entry, by the last part of its key.
    pub(crate) fn entry(&self, key: &Keyspace) -> String {
        let name = key.entry.rsplit(':').next().unwrap_or_default();
        self.named(&key.context, "entry", name)
    }

    pub(crate) fn generation(&self, context: &str, tag: &str) -> String {
        self.named(context, "gen", tag)
    }

    pub(crate) fn hold(&self, context: &str, tag: &str) -> String {
        self.named(context, "hold", tag)
    }

    pub(crate) fn epoch(&self, context: &str) -> String {
        format!("{}:{{{context}}}:epoch", self.prefix)
    }

    /// The lease of an entry's fill under one stamp.
    pub(crate) fn lease(&self, key: &Keyspace, name: &str) -> String {
        format!("{}:{name}", self.named(&key.context, "lease", key.entry.rsplit(':').next().unwrap_or_default()))
    }

    /// What is known of a family of refresh tokens, in one life of the server: what it brings back from an earlier one may be
    /// from before the family was used or revoked.
    pub(crate) fn family(&self, name: &str, life: Life) -> String {
        format!("{}:{{{name}}}:{:032x}", self.prefix, u128::from_be_bytes(life))
    }

    /// The channel of purges.
    pub(crate) fn channel(&self) -> String {
        format!("{}:purged", self.prefix)
    }

    /// All keys of the application.
    #[cfg(feature = "store-faults")]
    pub(crate) fn pattern(&self) -> String {
        format!("{}:{{*", self.prefix)
    }

    fn named(&self, context: &str, kind: &str, name: &str) -> String {
        format!("{}:{{{context}}}:{kind}:{name}", self.prefix)
    }
}
