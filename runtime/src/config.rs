//! How a cache is set up, and what of it does not start.

use std::fmt;
use std::time::Duration;

use mizan_core::dispatch::LARGEST_ENTRY;

/// Everything a [`crate::Cache`] is told when it starts.
#[derive(Clone)]
pub struct CacheConfig {
    /// Where entries are kept.
    pub store: StoreConfig,
    /// The derived cache key, at least 32 bytes. It signs what a shared store keeps.
    pub secret: Vec<u8>,
    /// Largest body that is kept, in bytes. Default 1 MiB.
    pub largest: usize,
    /// Bodies over this many bytes are compressed before they go to a shared store. Default 8 KiB.
    pub compress_over: usize,
    /// Where tests stop it.
    #[cfg(feature = "pause-points")]
    pub pauses: Option<crate::Pauses>,
}

/// Where entries are kept.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// In this process. It starts anew with the process, and other processes do not see it.
    Memory {
        /// Most bytes of bundles and of what finds them. Default of hosts: 64 MiB. Families of refresh tokens are bounded
        /// apart from that, by their number: of more than 100 000, the one that was not used for longest is forgotten, and
        /// its user has to sign in again.
        bytes: u64,
    },
    /// In a Redis or Valkey that processes share.
    Redis(RedisConfig),
}

/// A Redis or Valkey, and how long anybody waits for it.
#[derive(Clone)]
pub struct RedisConfig {
    /// `redis://[user:password@]host[:port][/database]`, or `redis+unix:///path`.
    pub url: String,
    /// What all keys start with. Default `mizan`.
    pub prefix: String,
    /// Longest wait for a connection. Default 50 ms.
    pub connect: Duration,
    /// Longest wait for an operation. Default 50 ms.
    pub operation: Duration,
    /// How long a mutation waits for a store that does not answer any more, counted from when it was found out (STORE-13).
    /// One that has been away for longer is waited for by nobody. Default 500 ms.
    pub patience: Duration,
    /// How long after a failure, and then how often, it is tried again. Default 1 s.
    pub probe: Duration,
    /// Whether concurrent misses of several processes wait for one of them, and how long at most. Default: they do not.
    pub lease: Option<Duration>,
}

impl RedisConfig {
    /// The defaults, with a URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: "mizan".to_owned(),
            connect: Duration::from_millis(50),
            operation: Duration::from_millis(50),
            patience: Duration::from_millis(500),
            probe: Duration::from_secs(1),
            lease: None,
        }
    }
}

impl fmt::Debug for RedisConfig {
    /// Never with the URL, which may hold a password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RedisConfig").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl CacheConfig {
    /// The defaults, with a store and a key.
    #[must_use]
    pub fn new(store: StoreConfig, secret: impl Into<Vec<u8>>) -> Self {
        Self {
            store,
            secret: secret.into(),
            largest: LARGEST_ENTRY,
            compress_over: 8 << 10,
            #[cfg(feature = "pause-points")]
            pauses: None,
        }
    }

    /// Whether it can start.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.secret.len() < 32 {
            return Err(ConfigError::ShortSecret);
        }
        match &self.store {
            StoreConfig::Memory { bytes: 0 } => Err(ConfigError::NoRoom),
            StoreConfig::Redis(redis) if !plain(&redis.prefix) => Err(ConfigError::Prefix),
            _ => Ok(()),
        }
    }
}

/// A prefix must not hold a brace: the first pair of a key says its slot.
fn plain(prefix: &str) -> bool {
    !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}'))
}

impl fmt::Debug for CacheConfig {
    /// Never with the secret.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CacheConfig").field("store", &self.store).finish_non_exhaustive()
    }
}

/// Why a cache does not start. It names what is wrong, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigError {
    /// The cache key has less than 32 bytes.
    ShortSecret,
    /// A memory store of no bytes.
    NoRoom,
    /// The prefix is empty, or holds a brace, a blank or what is not ASCII.
    Prefix,
    /// The URL is none of a Redis.
    Url,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::ShortSecret => "the cache key has less than 32 bytes",
            Self::NoRoom => "the memory store has no bytes to keep anything in",
            Self::Prefix => "the prefix of the Redis keys is not printable ASCII without braces",
            Self::Url => "the URL is not one of a Redis: redis://host:port/database",
        })
    }
}

impl std::error::Error for ConfigError {}
