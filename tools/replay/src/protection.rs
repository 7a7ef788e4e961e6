//! What an application of a case is given besides its functions: secrets, tokens, an origin cache.

use std::time::Duration;

use mizan_core::cache::key::CacheKey;
use mizan_core::dispatch::credentials::TokenRules;
use mizan_core::identity::keyring::{Keyring, Purpose};
use mizan_core::identity::origin::TrustedOrigins;
use mizan_core::identity::settings::Keyrings;
use mizan_core::registry::Secrets;
use mizan_runtime::{Cache, CacheConfig, RedisConfig, StoreConfig};

use crate::case::{Input, Refused};
use crate::identity;

const MEMBERS: [&str; 9] =
    ["secrets", "keys", "mwt", "access", "csrf", "audience", "leeway", "trusted_origins", "store"];
const DEFAULT_AUDIENCE: &str = "mizan";
const DEFAULT_LEEWAY: i64 = 30;
/// Room for all that a case keeps, in bytes.
const ROOM: u64 = 16 << 20;
/// How long a Redis has to be reached, and to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Under it a store that dies with the case names its entries, where the case has no secrets.
const OWN_KEY: [u8; 32] = [7; 32];

/// Reads `protection`.
pub(crate) fn read(given: &Input<'_>) -> Result<(Secrets, Option<Cache>), Refused> {
    given.has_only(&MEMBERS)?;
    let rings = identity::keyrings_of(given)?;
    let ring = |purpose, name: &str| -> Result<Option<Keyring>, Refused> {
        if !given.flag(name)? {
            return Ok(None);
        }
        ring(&rings, purpose).map(Some)
    };
    let trusted = if given.find("trusted_origins").is_some() { given.texts("trusted_origins")? } else { Vec::new() };
    let mut secrets = Secrets {
        csrf: ring(Purpose::Csrf, "csrf")?,
        trusted_origins: TrustedOrigins::new(&trusted).map_err(|error| Refused::build(&error))?,
        ..Secrets::default()
    };
    let (mwt, access) = (ring(Purpose::Mwt, "mwt")?, ring(Purpose::Access, "access")?);
    let audience = match given.find("audience") {
        None => DEFAULT_AUDIENCE.to_owned(),
        Some(_) => given.text("audience")?,
    };
    let leeway = if given.find("leeway").is_some() { given.integer("leeway")? } else { DEFAULT_LEEWAY };
    if mwt.is_some() || access.is_some() {
        secrets.tokens = Some(TokenRules { mwt, access, audience, leeway });
    }
    if given.find("store").is_none() {
        return Ok((secrets, None));
    }
    let (store, key) = match given.text("store")?.as_str() {
        "memory" => (StoreConfig::Memory { bytes: ROOM }, rings.get(Purpose::Cache).map(CacheKey::of)),
        url => {
            // A loaded machine must not make a Redis look as if it were away.
            let config = RedisConfig { connect: PATIENCE, operation: PATIENCE, ..RedisConfig::new(url) };
            (StoreConfig::Redis(config), Some(CacheKey::of(&self::ring(&rings, Purpose::Cache)?)))
        }
    };
    let key = key.unwrap_or_else(|| CacheKey::new(&OWN_KEY));
    let cache = Cache::new(&CacheConfig::new(store, key.sealing_key())).map_err(|_| Refused::malformed())?;
    secrets.cache = Some(key);
    Ok((secrets, Some(cache)))
}

fn ring(rings: &Keyrings, purpose: Purpose) -> Result<Keyring, Refused> {
    rings.get(purpose).cloned().ok_or_else(Refused::malformed)
}
