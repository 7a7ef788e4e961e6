//! Cases of identity: keyrings, tokens, the token against forged requests, origins, and names of cache entries.

use mizan_core::cache::key::{Audience, CacheKey};
use mizan_core::error::code::ErrorCode;
use mizan_core::identity::Identity;
use mizan_core::identity::csrf as forged;
use mizan_core::identity::jws;
use mizan_core::identity::keyring::{Key, Keyring, Purpose};
use mizan_core::identity::mac::MacKey;
use mizan_core::identity::origin::{Source, TrustedOrigins, allowed};
use mizan_core::identity::permission_key::permission_key as permission_key_of;
use mizan_core::identity::rotation::{self, Decision};
use mizan_core::identity::settings::{Environment, Keyrings, Settings};
use mizan_core::identity::token::{self, Claims, Grant, Kind};
use mizan_core::ir::kdl_read;
use mizan_core::value::canonical::{self, Numbers};
use mizan_core::value::{Value, json};

use crate::case::{Case, Input, Refused, hex, member, object, string};

type Answer = Result<Vec<u8>, Refused>;

/// A key as a case gives it.
type Held = (String, Vec<u8>);

/// The values of the environment's two variables.
type Variables = (Option<String>, Option<String>);

fn build(secrets: &[Vec<u8>], keys: &[(Purpose, Vec<Held>)]) -> Result<Keyrings, Refused> {
    build_by(Some(secrets), None, keys)
}

fn build_by(
    secrets: Option<&[Vec<u8>]>,
    environment: Option<&Variables>,
    keys: &[(Purpose, Vec<Held>)],
) -> Result<Keyrings, Refused> {
    let own = keys.iter().map(|(purpose, held)| {
        (*purpose, held.iter().map(|(kid, secret)| (kid.as_str(), secret.as_slice())).collect())
    });
    let settings = Settings {
        secrets: secrets.map(|secrets| secrets.iter().map(Vec::as_slice).collect()),
        environment: environment.map(|(secret, older)| Environment {
            secret: secret.as_ref().map(String::as_bytes),
            older: older.as_ref().map(String::as_bytes),
        }),
        keys: own.collect(),
        ..Settings::default()
    };
    Keyrings::build(&settings).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Refused::build(&lines.join("\n"))
    })
}

/// A list of keys, each with `kid` and `secret`.
fn held_keys(input: &Input<'_>, name: &str) -> Result<Vec<Held>, Refused> {
    let read = |item: &[u8]| {
        let key = Input::of(item)?;
        if key.keys().count() != 2 {
            return Err(Refused::malformed());
        }
        Ok((key.text("kid")?, key.bytes("secret")?))
    };
    input.items(name)?.into_iter().map(read).collect()
}

/// The keyring of a purpose, from `keyring` or from `secrets`.
fn keyring(case: &Case<'_>, purpose: Purpose) -> Result<Keyring, Refused> {
    let rings = match case.find("keyring") {
        Some(_) => build(&[], &[(purpose, held_keys(case, "keyring")?)])?,
        None => build(&case.all_bytes("secrets")?, &[])?,
    };
    rings.get(purpose).cloned().ok_or_else(Refused::malformed)
}

/// The keyrings of `secrets`, `environment` and `keys`.
pub(crate) fn keyrings_of(input: &Input<'_>) -> Result<Keyrings, Refused> {
    let secrets = input.find("secrets").map(|_| input.all_bytes("secrets")).transpose()?;
    let environment = match input.find("environment") {
        None => None,
        Some(text) => {
            let given = Input::of(text)?;
            let value = |name: &str| given.find(name).map(|_| given.text(name)).transpose();
            Some((value("secret")?, value("older")?))
        }
    };
    let mut keys = Vec::new();
    if let Some(text) = input.find("keys") {
        let given = Input::of(text)?;
        let names: Vec<String> = given.keys().map(str::to_owned).collect();
        for name in names {
            keys.push((Purpose::find(&name).ok_or_else(Refused::malformed)?, held_keys(&given, &name)?));
        }
    }
    build_by(secrets.as_deref(), environment.as_ref(), &keys)
}

/// `secrets`, `environment` and `keys` → the names of the keys of each purpose.
pub(crate) fn keyrings(case: &Case<'_>) -> Answer {
    let rings = keyrings_of(case)?;
    let mut purposes = Purpose::ALL;
    purposes.sort_unstable_by_key(|purpose| purpose.name());
    let mut out = vec![b'{'];
    for purpose in purposes {
        let Some(ring) = rings.get(purpose) else { continue };
        if out.len() > 1 {
            out.push(b',');
        }
        let kids: Vec<Vec<u8>> = ring.keys().map(|key: &Key| string(key.kid())).collect();
        let mut list = vec![b'['];
        list.extend_from_slice(&kids.join(&b','));
        list.push(b']');
        member(&mut out, purpose.name(), &list);
    }
    out.push(b'}');
    Ok(out)
}

fn kind(case: &Case<'_>) -> Result<(Kind, Purpose), Refused> {
    let kind = Kind::find(&case.text("type")?).ok_or_else(Refused::malformed)?;
    Ok((
        kind,
        match kind {
            Kind::Mwt => Purpose::Mwt,
            Kind::Access => Purpose::Access,
            Kind::Refresh => Purpose::Refresh,
        },
    ))
}

/// `type`, `keyring` or `secrets`, `claims`, `now`, `ttl`, `audience`, `jti` and `fam` → `text`.
pub(crate) fn token_mint(case: &Case<'_>) -> Answer {
    let (kind, purpose) = kind(case)?;
    let claims = Input::of(case.raw("claims")?)?;
    let flag = |name| claims.value(name)?.as_bool().ok_or_else(Refused::malformed);
    let sub = claims.text("sub")?;
    let (staff, superuser) = if kind == Kind::Refresh { (false, false) } else { (flag("staff")?, flag("super")?) };
    let pkey = if kind == Kind::Mwt { claims.text("pkey")? } else { String::new() };
    let jti = if kind == Kind::Mwt { String::new() } else { case.text("jti")? };
    let fam = if kind == Kind::Refresh { case.text("fam")? } else { String::new() };
    let grant = match kind {
        Kind::Mwt => Grant::Mwt { pkey: pkey.as_str(), staff, superuser },
        Kind::Access => Grant::Access { jti: jti.as_str(), staff, superuser },
        Kind::Refresh => Grant::Refresh { fam: fam.as_str(), jti: jti.as_str() },
    };
    let expected = match kind {
        Kind::Mwt => 4,
        Kind::Access => 3,
        Kind::Refresh => 1,
    };
    if claims.keys().count() != expected {
        return Err(Refused::malformed());
    }
    let ring = keyring(case, purpose)?;
    let (now, life) = (case.integer("now")?, case.integer("ttl")?);
    let text =
        token::mint(&ring, &case.text("audience")?, &sub, &grant, now, life).map_err(|_| Refused::malformed())?;
    Ok(object("text", &string(&text)))
}

/// `type`, `keyring` or `secrets`, `audience`, `text`, `now` and `leeway` → `claims`.
pub(crate) fn token_verify(case: &Case<'_>) -> Answer {
    let (kind, purpose) = kind(case)?;
    let ring = keyring(case, purpose)?;
    let (audience, text) = (case.text("audience")?, case.text("text")?);
    let verified =
        token::verify(&ring, kind, &audience, text.as_bytes(), case.integer("now")?, case.integer("leeway")?);
    let claims = verified.map_err(|_| Refused::code(ErrorCode::Unauthenticated))?;
    Ok(object("claims", &written(&claims, &audience)))
}

/// The claims of the page, as canonical JSON.
fn written(claims: &Claims, audience: &str) -> Vec<u8> {
    let text = |text: &str| Value::String(text.to_owned());
    let number = |time: i64| Value::Number(time.to_string());
    let mut members = vec![
        ("aud", text(audience)),
        ("exp", number(claims.expires)),
        ("iat", number(claims.issued)),
        ("nbf", number(claims.not_before)),
        ("sub", text(&claims.sub)),
    ];
    match &claims.grant {
        Grant::Mwt { pkey, staff, superuser } => members.extend([
            ("pkey", text(pkey)),
            ("staff", Value::Boolean(*staff)),
            ("super", Value::Boolean(*superuser)),
        ]),
        Grant::Access { jti, staff, superuser } => members.extend([
            ("jti", text(jti)),
            ("staff", Value::Boolean(*staff)),
            ("super", Value::Boolean(*superuser)),
        ]),
        Grant::Refresh { fam, jti } => members.extend([("fam", text(fam)), ("jti", text(jti))]),
    }
    let object = Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    object.to_canonical(Numbers::Any).unwrap_or_default()
}

/// `keyring` and `text` → `hex`, the payload.
pub(crate) fn jws_verify(case: &Case<'_>) -> Answer {
    let ring = keyring(case, Purpose::Access)?;
    let payload = jws::verify(&ring, case.text("text")?.as_bytes());
    Ok(object("hex", &hex(&payload.map_err(|_| Refused::code(ErrorCode::Unauthenticated))?)))
}

/// `permissions`, `staff` and `super` → `text`.
pub(crate) fn permission_key(case: &Case<'_>) -> Answer {
    let permissions = case.texts("permissions")?;
    let flag = |name| case.value(name)?.as_bool().ok_or_else(Refused::malformed);
    Ok(object("text", &string(&permission_key_of(&permissions, flag("staff")?, flag("super")?))))
}

/// `secret`, `session`, and `nonce` → `text`, or `token` → nothing; a token that is not of the session is FORBIDDEN.
pub(crate) fn csrf(case: &Case<'_>) -> Answer {
    let session = case.text("session")?;
    let ring = build(&[], &[(Purpose::Csrf, vec![("k".to_owned(), case.bytes("secret")?)])])?;
    let ring = ring.get(Purpose::Csrf).ok_or_else(Refused::malformed)?;
    if case.find("token").is_some() {
        let holds = forged::check(ring, &session, case.text("token")?.as_bytes());
        return if holds { Ok(b"{}".to_vec()) } else { Err(Refused::code(ErrorCode::Forbidden)) };
    }
    let nonce = case.bytes("nonce")?.try_into().map_err(|_| Refused::malformed())?;
    let text = forged::mint(ring, &session, nonce).map_err(|_| Refused::malformed())?;
    Ok(object("text", &string(&text)))
}

/// `method`, `origin`, `fetch_site`, `host` (each all values of a header) and `trusted` → nothing, or FORBIDDEN.
pub(crate) fn origin(case: &Case<'_>) -> Answer {
    let trusted = TrustedOrigins::new(&case.texts("trusted")?).map_err(|error| Refused::build(&error))?;
    let method = case.text("method")?;
    let (origin, site, host) = (case.texts("origin")?, case.texts("fetch_site")?, case.texts("host")?);
    let origin: Vec<&[u8]> = origin.iter().map(String::as_bytes).collect();
    let fetch_site: Vec<&[u8]> = site.iter().map(String::as_bytes).collect();
    let host: Vec<&[u8]> = host.iter().map(String::as_bytes).collect();
    if allowed(&method, &Source { origin: &origin, fetch_site: &fetch_site, host: &host }, &trusted) {
        return Ok(b"{}".to_vec());
    }
    Err(Refused::code(ErrorCode::Forbidden))
}

/// `stored`, `jti` and `successor` → whether the token is `taken`, and what to `store`.
pub(crate) fn refresh(case: &Case<'_>) -> Answer {
    let stored = match case.raw("stored")? {
        b"null" => None,
        _ => Some(case.text("stored")?),
    };
    let (store, taken) = match rotation::decide(stored.as_deref(), &case.text("jti")?, &case.text("successor")?) {
        Decision::Rotate(text) => (string(&text), b"true".to_vec()),
        Decision::Revoke => (string(rotation::REVOKED), b"false".to_vec()),
        Decision::Refuse => (b"null".to_vec(), b"false".to_vec()),
    };
    let mut out = vec![b'{'];
    member(&mut out, "store", &store);
    out.push(b',');
    member(&mut out, "taken", &taken);
    out.push(b'}');
    Ok(out)
}

/// `key` and `message` → `hex`; for public vectors, no pins have it.
pub(crate) fn hmac_sha256(case: &Case<'_>) -> Answer {
    Ok(object("hex", &hex(&MacKey::new(&case.bytes("key")?).tag(&case.bytes("message")?))))
}

/// `secret`, `ir`, `context`, `params`, and whose it is where the context is not public: `sub` or `identity` → `text`.
pub(crate) fn cache_key(case: &Case<'_>) -> Answer {
    let document = kdl_read::read(&case.text("ir")?).map_err(|_| Refused::malformed())?;
    let name = case.text("context")?;
    let context = document.contexts.iter().find(|held| held.name == name).ok_or_else(Refused::malformed)?;
    let sub = match case.find("sub") {
        None | Some(b"null") => None,
        Some(_) => Some(case.text("sub")?),
    };
    let identity = case.find("identity").map(identity).transpose()?;
    let audience = match (context.public, case.find("sub"), &identity) {
        (true, None, None) => Audience::Public,
        (false, Some(_), None) => Audience::Caller(sub.as_deref()),
        (false, None, Some(identity)) => Audience::of(Some(identity), true),
        _ => return Err(Refused::malformed()),
    };
    let params = case.raw("params")?;
    json::members(params).map_err(|_| Refused::malformed())?;
    let params = canonical::canonicalize(params, Numbers::Float).map_err(|_| Refused::malformed())?;
    let ring = build(&[], &[(Purpose::Cache, vec![("k".to_owned(), case.bytes("secret")?)])])?;
    let key = CacheKey::of(ring.get(Purpose::Cache).ok_or_else(Refused::malformed)?);
    Ok(object("text", &string(&key.entry(&name, &params, &document.revision(context), audience))))
}

/// Who asks, and what that is allowed.
fn identity(text: &[u8]) -> Result<Identity, Refused> {
    let held = Input::of(text)?;
    let permissions = if held.find("permissions").is_some() { held.texts("permissions")? } else { Vec::new() };
    let (sub, staff, superuser) = (held.text("sub")?, held.flag("staff")?, held.flag("superuser")?);
    Ok(Identity { sub, staff, superuser, permissions, ..Identity::default() })
}
