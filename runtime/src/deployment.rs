//! An application as it is served: its frozen contract with the keys that it trusts, its cache, and its tokens.
//!
//! What a host is given by its author (secrets, which tokens are taken, a store) becomes one here, by rules that are the
//! same for every host.

use std::sync::Arc;
use std::time::Duration;

use mizan_core::cache::key::CacheKey;
use mizan_core::dispatch::credentials::TokenRules;
use mizan_core::dispatch::message::Request;
use mizan_core::identity::keyring::{Keyring, Purpose};
use mizan_core::identity::origin::TrustedOrigins;
use mizan_core::identity::settings::Keyrings;
use mizan_core::identity::token;
use mizan_core::registry::{Application, Secrets};

use crate::{Cache, CacheConfig, Drive, RedisConfig, StoreConfig, TokenDesk, random_key};

/// What an application is given besides its functions.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The keys; none by default.
    pub keyrings: Option<Keyrings>,
    /// Which tokens say who asks; by default none is taken, and none handed out.
    pub tokens: Option<Tokens>,
    /// Whether the application can tell by itself who asks, by a session or whatever it goes by.
    pub has_sessions: bool,
    /// Whether requests that rest on a cookie need a token of `session/`; by default, where there are a key for it and
    /// sessions (CSRF-1).
    pub csrf: Option<bool>,
    /// Origins other than the server's own whose pages may send requests.
    pub trusted_origins: Vec<String>,
    /// The origin cache; by default bundles are not kept.
    pub store: Option<Store>,
}

/// Which tokens are taken (AUTH-9).
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Whether `X-Mizan-Token` carries an identity token.
    pub mwt: bool,
    /// Whether `Authorization: Bearer` carries an access token.
    pub access: bool,
    /// What `aud` has to be; `mizan`.
    pub audience: String,
    /// How far clocks may be apart, in seconds; 30.
    pub leeway: u32,
    /// The functions that hand tokens out, by name: those of [`TOKEN_FUNCTIONS`] that are switched on (AUTH-11, AUTH-12).
    pub functions: Vec<String>,
    /// Whether the application finds who has a `sub` now. `jwt_refresh` needs it.
    pub finds: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            mwt: true,
            access: true,
            audience: "mizan".to_owned(),
            leeway: u32::try_from(token::LEEWAY).unwrap_or(30),
            functions: Vec::new(),
            finds: false,
        }
    }
}

/// Where finished bundles are kept.
#[derive(Debug, Clone)]
pub struct Store {
    /// `memory`, for an application of one process; or `redis://host:port/database`.
    pub url: String,
    /// Most bytes that `memory` keeps; 64 MiB.
    pub bytes: u64,
    /// What all keys of a Redis start with; `mizan`.
    pub prefix: String,
    /// Seconds that a Redis has to be reached, and to answer; 0.05.
    pub timeout: f64,
    /// Seconds that a mutation waits for a Redis that does not answer any more; 0.5 (STORE-13).
    pub patience: f64,
    /// Seconds that concurrent misses of several processes wait for one of them; by default they do not.
    pub lease: Option<f64>,
}

impl Store {
    /// A store with everything else as it is by default.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), bytes: 64 << 20, prefix: "mizan".to_owned(), timeout: 0.05, patience: 0.5, lease: None }
    }

    fn config(&self) -> Result<StoreConfig, Unfit> {
        if self.url == MEMORY {
            return Ok(StoreConfig::Memory { bytes: self.bytes });
        }
        let time = |seconds: f64, name: &str| match Duration::try_from_secs_f64(seconds) {
            Ok(time) if !time.is_zero() => Ok(time),
            _ => Err(Unfit(format!("cache: the {name} is no time"))),
        };
        let timeout = time(self.timeout, "timeout")?;
        let patience = Duration::try_from_secs_f64(self.patience)
            .map_err(|_| Unfit("cache: the patience is no time".to_owned()))?;
        let lease = self.lease.map(|seconds| time(seconds, "lease")).transpose()?;
        Ok(StoreConfig::Redis(RedisConfig {
            prefix: self.prefix.clone(),
            lease,
            connect: timeout,
            operation: timeout,
            patience,
            ..RedisConfig::new(&self.url)
        }))
    }
}

const MEMORY: &str = "memory";

/// Why an application is not served: every problem, each with what to do. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(pub String);

impl std::fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

/// An application that is served.
#[derive(Debug, Clone)]
pub struct Deployment {
    application: Arc<Application>,
    cache: Option<Cache>,
    desk: Option<TokenDesk>,
    reads: bool,
}

impl Deployment {
    /// Freezes what was declared and makes its keys and its cache.
    ///
    /// `document` is the registration document as JSON.
    ///
    /// # Errors
    ///
    /// [`Unfit`] where something declared cannot be served, a key is missing, or an option makes no sense.
    pub fn build(document: &[u8], options: &Options) -> Result<Self, Unfit> {
        let application = Application::build(document).map_err(|error| Unfit(error.to_string()))?;
        let key_of = |purpose: Purpose| options.keyrings.as_ref().and_then(|rings| rings.get(purpose));
        let csrf = options.csrf.unwrap_or(options.has_sessions && key_of(Purpose::Csrf).is_some());
        let mut secrets = Secrets {
            trusted_origins: TrustedOrigins::new(&options.trusted_origins).map_err(|error| Unfit(error.to_string()))?,
            csrf: ring(options, Purpose::Csrf, csrf)?,
            ..Secrets::default()
        };
        if let Some(tokens) = &options.tokens
            && (tokens.mwt || tokens.access)
        {
            secrets.tokens = Some(TokenRules {
                mwt: ring(options, Purpose::Mwt, tokens.mwt)?,
                access: ring(options, Purpose::Access, tokens.access)?,
                audience: tokens.audience.clone(),
                leeway: i64::from(tokens.leeway),
            });
        }
        let issues = options.tokens.as_ref().filter(|tokens| !tokens.functions.is_empty());
        // What is known of refresh tokens is kept somewhere, even where bundles are not.
        let families = issues.filter(|_| options.store.is_none()).map(|_| Store::new(MEMORY));
        let cache = match options.store.as_ref().or(families.as_ref()) {
            None => None,
            Some(store) => {
                let key = cache_key(options.keyrings.as_ref(), &store.url)?;
                let cache = Cache::new(&CacheConfig::new(store.config()?, key.sealing_key()))
                    .map_err(|error| Unfit(format!("cache: {error}")))?;
                cache.contexts(application.document().contexts.iter().map(|context| context.name.clone()).collect());
                secrets.cache = options.store.is_some().then_some(key);
                Some(cache)
            }
        };
        let desk = match (issues, &cache) {
            (Some(tokens), Some(cache)) => {
                let keyrings = keys_of(tokens, options)?;
                Some(TokenDesk::new(keyrings, tokens.audience.clone(), i64::from(tokens.leeway), cache.clone()))
            }
            _ => None,
        };
        Ok(Self { application: Arc::new(application.with_secrets(secrets)), cache, desk, reads: false })
    }

    /// The same for a host that checks args as it reads them ([`mizan_core::dispatch::Exchange::open_boxed`]).
    #[must_use]
    pub fn reading(self) -> Self {
        Self { reads: true, ..self }
    }

    /// What was declared, frozen.
    #[must_use]
    pub const fn application(&self) -> &Arc<Application> {
        &self.application
    }

    /// Where bundles, or what is known of refresh tokens, are kept.
    #[must_use]
    pub const fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// What hands tokens out, where that is switched on.
    #[must_use]
    pub const fn token_desk(&self) -> Option<&TokenDesk> {
        self.desk.as_ref()
    }

    /// Opens a request.
    #[must_use]
    pub fn open(&self, request: &Request<'_>) -> Drive {
        Drive::open(&self.application, self.cache.as_ref(), request, self.reads)
    }

    /// Opens a request inside of a transaction that has yet to be committed: it finds nothing in the cache and leaves
    /// nothing there. Once it has been, its host takes away what was changed ([`Drive::deferred`]).
    #[must_use]
    pub fn open_deferred(&self, request: &Request<'_>) -> Drive {
        Drive::open(&self.application, None, request, self.reads).deferring(self.cache.as_ref())
    }
}

/// The keys that functions of tokens sign with, all of which have to be there.
fn keys_of(tokens: &Tokens, options: &Options) -> Result<Keyrings, Unfit> {
    for name in &tokens.functions {
        let purposes: &[Purpose] = match name.as_str() {
            "mwt_obtain" => &[Purpose::Mwt],
            "jwt_obtain" | "jwt_refresh" => &[Purpose::Access, Purpose::Refresh],
            "jwt_revoke" => &[Purpose::Refresh],
            _ => {
                let known = TOKEN_FUNCTIONS.join(", ");
                return Err(Unfit(format!("{name:?} is no function of tokens\n  help: choose among {known}")));
            }
        };
        for purpose in purposes {
            ring(options, *purpose, true)?;
        }
    }
    if tokens.functions.iter().any(|name| name == "jwt_refresh") && !tokens.finds {
        return Err(Unfit(
            "jwt_refresh has to know who somebody is now, and `find` is missing\n  help: give the tokens `find`, a function \
             from a sub to an identity, or to nothing for who may no longer sign in"
                .to_owned(),
        ));
    }
    options.keyrings.clone().ok_or_else(|| Unfit(NO_SECRET.to_owned()))
}

/// The names of the functions that hand tokens out.
pub const TOKEN_FUNCTIONS: [&str; 4] = ["jwt_obtain", "jwt_refresh", "jwt_revoke", "mwt_obtain"];

const NO_SECRET: &str =
    "tokens and the token against forged requests need a secret: set MIZAN_SECRET in the environment";

/// The keyring of a purpose that is wanted.
fn ring(options: &Options, purpose: Purpose, wanted: bool) -> Result<Option<Keyring>, Unfit> {
    if !wanted {
        return Ok(None);
    }
    let rings = options.keyrings.as_ref().ok_or_else(|| Unfit(NO_SECRET.to_owned()))?;
    rings.get(purpose).cloned().map(Some).ok_or_else(|| Unfit(rings.missing(purpose)))
}

/// The key of the cache: the keyring's, or, for a store that dies with the process, one of its own.
fn cache_key(keyrings: Option<&Keyrings>, store: &str) -> Result<CacheKey, Unfit> {
    match keyrings {
        Some(keyrings) => {
            keyrings.get(Purpose::Cache).map(CacheKey::of).ok_or_else(|| Unfit(keyrings.missing(Purpose::Cache)))
        }
        None if store == MEMORY => random_key()
            .map(|key| CacheKey::new(&key))
            .ok_or_else(|| Unfit("the operating system gives no random bytes".to_owned())),
        None => Err(Unfit(
            "cache: a store that processes share needs a secret that they share: set MIZAN_SECRET in the environment"
                .to_owned(),
        )),
    }
}
