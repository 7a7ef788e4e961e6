//! What keys sign besides tokens: names of cache entries, the token against forged requests; and what needs no key.

use mizan_core::cache::key::{Audience, CacheKey};
use mizan_core::error::code::ErrorCode;
use mizan_core::identity::csrf;
use mizan_core::identity::jws;
use mizan_core::identity::keyring::Purpose;
use mizan_core::identity::mac::MacKey;
use mizan_core::identity::origin::{self, Source, TrustedOrigins};
use mizan_core::identity::rotation::{self, Decision};
use mizan_core::ir::kdl_read;
use napi::Result;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

use super::{fine, refused_with};
use crate::answer;
use crate::keyring::{Keyring, find, refused as unbuildable};

/// The payload of a JWS by a key of that purpose; nothing where it is refused.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn verify_signature(keyring: &Keyring, purpose: String, token: String) -> Result<Option<Buffer>> {
    let ring = keyring.ring(find(&purpose)?)?;
    Ok(jws::verify(ring, token.as_bytes()).ok().map(Buffer::from))
}

/// An identity token with the permission key that is given; of `flags` one is staff, two is superuser.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn mint_mwt(
    keyring: &Keyring,
    sub: String,
    pkey: String,
    flags: u32,
    now: i64,
    life: i64,
) -> Result<String> {
    keyring.mint_mwt(&sub, &pkey, flags, now, life)
}

/// The token of a session against forged requests; `nonce` is 16 random bytes.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn csrf_mint(keyring: &Keyring, session: String, nonce: &[u8]) -> Result<String> {
    let nonce = nonce.try_into().map_err(|_| unbuildable("a nonce has 16 bytes"))?;
    csrf::mint(keyring.ring(Purpose::Csrf)?, &session, nonce).map_err(unbuildable)
}

/// Whether the token is one of that session.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn csrf_check(keyring: &Keyring, session: String, token: String) -> Result<bool> {
    Ok(csrf::check(keyring.ring(Purpose::Csrf)?, &session, token.as_bytes()))
}

/// The name of an entry of the origin cache, in the application of the IR. `params` is canonical JSON. Who asks is nobody in
/// a public context; elsewhere its `sub`, or, where its members take the identity, all of it as [`answer::identity`] reads it.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn cache_key(
    keyring: &Keyring,
    ir: String,
    context: String,
    params: String,
    names_sub: bool,
    sub: Option<String>,
    identity: Option<String>,
) -> Result<String> {
    let misfit = || Ok(refused_with(ErrorCode::BadRequest));
    let Ok(identity) = identity.map(|text| answer::identity(&text)).transpose() else { return misfit() };
    let Some((revision, is_public)) = revision_of(&ir, &context) else { return misfit() };
    let audience = match (is_public, names_sub, &identity) {
        (true, false, None) => Audience::Public,
        (false, true, None) => Audience::Caller(sub.as_deref()),
        (false, false, Some(identity)) => Audience::of(Some(identity), true),
        _ => return misfit(),
    };
    let key = CacheKey::of(keyring.ring(Purpose::Cache)?);
    Ok(fine(&key.entry(&context, params.as_bytes(), &revision, audience)))
}

/// The name of an entry, of what made its bundle; nobody asks where `sub` is left out. What `cache_key` finds out of the IR,
/// a frozen application knows.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn entry_name(
    keyring: &Keyring,
    context: String,
    params: String,
    revision: String,
    sub: Option<String>,
) -> Result<String> {
    let key = CacheKey::of(keyring.ring(Purpose::Cache)?);
    Ok(key.entry(&context, params.as_bytes(), &revision, Audience::Caller(sub.as_deref())))
}

/// What made a bundle of that context, and whether it is public.
fn revision_of(ir: &str, context: &str) -> Option<(String, bool)> {
    let document = kdl_read::read(ir).ok()?;
    let held = document.contexts.iter().find(|held| held.name == context)?;
    Some((document.revision(held), held.public))
}

/// The HMAC-SHA256 that all keys use, for the vectors that others publish.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> Buffer {
    MacKey::new(key).tag(message).to_vec().into()
}

/// What becomes of a refresh token that verified: `=` or `!`, whether it is taken, and the text to write, if any.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn rotate(stored: Option<String>, jti: String, successor: String) -> Vec<String> {
    match rotation::decide(stored.as_deref(), &jti, &successor) {
        Decision::Rotate(text) => vec!["=".to_owned(), text],
        Decision::Revoke => vec!["!".to_owned(), rotation::REVOKED.to_owned()],
        Decision::Refuse => vec!["!".to_owned()],
    }
}

/// Whether a request may come from where its headers say; each argument but the method has all values of its header, and
/// `trusted` the origins of other hosts that may send requests with the caller's cookies.
#[napi(namespace = "replay", catch_unwind)]
pub(crate) fn allow_origin(
    trusted: Vec<String>,
    method: String,
    origin: Vec<String>,
    fetch_site: Vec<String>,
    host: Vec<String>,
) -> Result<String> {
    let trusted = TrustedOrigins::new(&trusted).map_err(unbuildable)?;
    let bytes = |texts: &'_ [String]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    let (origin, fetch_site, host) = (bytes(&origin), bytes(&fetch_site), bytes(&host));
    let origin: Vec<&[u8]> = origin.iter().map(Vec::as_slice).collect();
    let fetch_site: Vec<&[u8]> = fetch_site.iter().map(Vec::as_slice).collect();
    let host: Vec<&[u8]> = host.iter().map(Vec::as_slice).collect();
    let source = Source { origin: &origin, fetch_site: &fetch_site, host: &host };
    let allowed = origin::allowed(&method, &source, &trusted);
    Ok(if allowed { fine("") } else { refused_with(ErrorCode::Forbidden) })
}
