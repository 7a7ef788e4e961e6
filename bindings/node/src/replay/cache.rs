//! The origin cache by itself, a step at a time: what the schedules of `pins/` play.

use std::collections::HashMap;
use std::sync::mpsc::channel;
use std::time::Duration;

use mizan_runtime::{CacheConfig, Fill, Hold, Keyspace, Loaded, Purged, RedisConfig, StoreConfig, Tag};
use napi::Result;
use napi_derive::napi;

use super::written;
use crate::keyring::refused as unbuildable;

/// A cache of one process. What may be filled and what is held stays here, by number, and serves once.
#[napi(namespace = "replay")]
pub struct Cache {
    inner: mizan_runtime::Cache,
    fills: HashMap<u32, Fill>,
    holds: HashMap<u32, Hold>,
    last: u32,
}

fn seconds(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(unbuildable)
}

/// One context's tags, for the runtime.
fn of_context(context: &str, tags: Vec<String>) -> Vec<Tag> {
    tags.into_iter().map(|tag| (context.to_owned(), tag)).collect()
}

#[napi(namespace = "replay")]
impl Cache {
    /// `room` are the bytes of a memory store; `patience` the seconds that a Redis may take for an answer.
    #[napi(constructor, catch_unwind)]
    pub fn new(store: String, secret: &[u8], room: u32, prefix: String, patience: f64) -> Result<Self> {
        let patience = seconds(patience)?;
        let store = match store.as_str() {
            "memory" => StoreConfig::Memory { bytes: u64::from(room) },
            url => {
                let usual = RedisConfig::new(url);
                StoreConfig::Redis(RedisConfig { prefix, connect: patience, operation: patience, ..usual })
            }
        };
        let inner = mizan_runtime::Cache::new(&CacheConfig::new(store, secret)).map_err(unbuildable)?;
        Ok(Self { inner, fills: HashMap::new(), holds: HashMap::new(), last: 0 })
    }

    /// `=` and the body that was kept, `?` and the number of what may be filled, or `-` where nothing may be kept now. It
    /// waits for the answer.
    #[napi(catch_unwind)]
    pub fn load(&mut self, context: String, entry: String, tags: Vec<String>, patience: f64) -> Result<String> {
        let (sender, receiver) = channel();
        self.inner.load_then(Keyspace { context, entry, tags }, move |loaded| drop(sender.send(loaded)));
        let loaded = receiver.recv_timeout(seconds(patience)?);
        Ok(match loaded.map_err(|_| unbuildable("another reader is filling it"))? {
            Loaded::Hit(entry) => written(entry.body.to_vec()),
            Loaded::Miss(fill) => {
                self.last += 1;
                self.fills.insert(self.last, fill);
                format!("?{}", self.last)
            }
            Loaded::Uncached(_) => "-".to_owned(),
        })
    }

    /// Keeps a body for so many seconds; whether it is kept.
    #[napi(catch_unwind)]
    pub fn store(&mut self, fill: u32, body: String, ttl: f64) -> Result<bool> {
        let fill = self.fill(fill)?;
        Ok(self.inner.store(fill, body.as_bytes(), seconds(ttl)?))
    }

    /// Gives a fill up.
    #[napi(catch_unwind)]
    pub fn abandon(&mut self, fill: u32) -> Result<()> {
        let fill = self.fill(fill)?;
        self.inner.abandon(fill);
        Ok(())
    }

    /// Holds tags of a context for so many seconds at most; the number of the hold.
    #[napi(catch_unwind)]
    pub fn hold(&mut self, context: String, tags: Vec<String>, limit: f64) -> Result<u32> {
        let hold = self.inner.hold(&of_context(&context, tags), seconds(limit)?);
        self.last += 1;
        self.holds.insert(self.last, hold);
        Ok(self.last)
    }

    /// Removes what has one of the tags, then lifts the hold; whether the store took it.
    #[napi(catch_unwind)]
    pub fn purge(&mut self, context: String, tags: Vec<String>, hold: Option<u32>) -> Result<bool> {
        let hold = hold.map(|hold| self.held(hold)).transpose()?;
        Ok(self.inner.purge(&of_context(&context, tags), hold) == Purged::Done)
    }

    /// Lifts a hold.
    #[napi(catch_unwind)]
    pub fn lift(&mut self, hold: u32) -> Result<()> {
        let hold = self.held(hold)?;
        self.inner.lift(hold);
        Ok(())
    }

    /// The store loses an entry; whether it answered.
    #[napi(catch_unwind)]
    pub fn evict_entry(&self, context: String, entry: String, tags: Vec<String>) -> bool {
        self.inner.evict_entry(&Keyspace { context, entry, tags })
    }

    /// The store loses a tag's generation; whether it answered.
    #[napi(catch_unwind)]
    pub fn evict_generation(&self, context: String, tag: String) -> bool {
        self.inner.evict_generation(&context, &tag)
    }

    /// The store loses a context's epoch; whether it answered.
    #[napi(catch_unwind)]
    pub fn evict_epoch(&self, context: String) -> bool {
        self.inner.evict_epoch(&context)
    }

    /// The store loses everything; whether it answered.
    #[napi(catch_unwind)]
    pub fn restart(&self) -> bool {
        self.inner.restart()
    }
}

impl Cache {
    fn fill(&mut self, number: u32) -> Result<Fill> {
        self.fills.remove(&number).ok_or_else(|| unbuildable("it was used before"))
    }

    fn held(&mut self, number: u32) -> Result<Hold> {
        self.holds.remove(&number).ok_or_else(|| unbuildable("it was used before"))
    }
}
