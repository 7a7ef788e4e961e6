//! What the tests share: keys, bodies, and caches that wait long enough for a busy machine.

use std::time::Duration;

use mizan_runtime::{Cache, CacheConfig, Fill, Keyspace, Loaded, RedisConfig, StoreConfig, Tag};

use crate::server::Server;

pub const SECRET: [u8; 32] = [7; 32];
pub const DAY: Duration = Duration::from_hours(24);
pub const LONG: Duration = Duration::from_secs(30);

/// A store under test; a Redis ends with it.
pub struct Fixture {
    pub cache: Cache,
    _server: Option<Server>,
}

impl Fixture {
    pub fn memory() -> Self {
        Self { cache: memory(64 << 20), _server: None }
    }

    pub fn redis() -> Self {
        let server = Server::start(&[]);
        Self { cache: patient(&server.url()), _server: Some(server) }
    }
}

pub fn memory(bytes: u64) -> Cache {
    Cache::new(&CacheConfig::new(StoreConfig::Memory { bytes }, SECRET)).expect("it starts")
}

/// A cache on a Redis that waits long for answers: for tests where nothing is late.
pub fn patient(url: &str) -> Cache {
    on(waits_long(url))
}

pub fn waits_long(url: &str) -> RedisConfig {
    let wait = Duration::from_secs(10);
    RedisConfig { connect: wait, operation: wait, ..RedisConfig::new(url) }
}

/// A cache with the limits that hosts have.
pub fn strict(url: &str) -> Cache {
    on(RedisConfig::new(url))
}

pub fn on(redis: RedisConfig) -> Cache {
    Cache::new(&CacheConfig::new(StoreConfig::Redis(redis), SECRET)).expect("it starts")
}

/// The bundle of one user: a tag for all users, and one for this one.
pub fn user(id: u32) -> Keyspace {
    Keyspace {
        context: "user".to_owned(),
        entry: format!("ctx:user:{id:064x}"),
        tags: vec!["mz-users".to_owned(), format!("mz-user{id}")],
    }
}

/// What a change of one user purges.
pub fn of_user(id: u32) -> Vec<Tag> {
    vec![("user".to_owned(), format!("mz-user{id}"))]
}

/// What a change of all users purges.
pub fn of_users() -> Vec<Tag> {
    vec![("user".to_owned(), "mz-users".to_owned())]
}

pub trait Expect {
    fn hit(self) -> String;
    fn miss(self) -> Fill;
    fn uncached(self) -> mizan_runtime::Reason;
}

impl Expect for Loaded {
    #[track_caller]
    fn hit(self) -> String {
        match self {
            Loaded::Hit(entry) => String::from_utf8(entry.body.to_vec()).expect("text"),
            other => panic!("expected a hit, found {other:?}"),
        }
    }

    #[track_caller]
    fn miss(self) -> Fill {
        match self {
            Loaded::Miss(fill) => fill,
            other => panic!("expected a miss, found {other:?}"),
        }
    }

    #[track_caller]
    fn uncached(self) -> mizan_runtime::Reason {
        match self {
            Loaded::Uncached(reason) => reason,
            other => panic!("expected no caching, found {other:?}"),
        }
    }
}

/// Loads, expects a miss and stores this.
#[track_caller]
pub fn fill(cache: &Cache, key: &Keyspace, body: &str) {
    let fill = cache.load(key).miss();
    assert!(cache.store(fill, body.as_bytes(), DAY), "it is stored");
}
