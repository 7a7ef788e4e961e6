//! Tokens.
//!
//! - Nothing verifies but what was minted, and no change of it does.
//! - What is minted verifies as what it was minted from, and as no other kind.
//! - Of texts that our key did sign, just those are taken that a second reader takes, with the same claims.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mizan_core::identity::jws::{self, Reason};
use mizan_core::identity::keyring::{Key, Keyring};
use mizan_core::identity::secret::Secret;
use mizan_core::identity::token::{self, Claims, Grant, Kind, MintError};
use mizan_core::value::json;
use serde_json::{Map, Value};

use crate::Core;
use crate::bytes::{choice, edited};
use crate::seeds;

const AUDIENCE: &str = "shop";
const NOW: i64 = 1_700_000_000;
const LEEWAY: i64 = 30;
const MAX_TIME: u64 = (1 << 53) - 1;

pub(crate) fn run(mut data: &[u8], core: Core) {
    match choice(&mut data, 4) {
        Some(0) => any(data),
        Some(1) => changed(data),
        Some(2) => signed(data, core),
        Some(_) => minted(data),
        None => {}
    }
}

fn verified(kind: Kind, token: &[u8]) -> Result<Claims, Reason> {
    token::verify(&RING, kind, AUDIENCE, token, NOW, LEEWAY)
}

/// Any bytes.
fn any(bytes: &[u8]) {
    let is_minted = MINTED.iter().any(|minted| minted.as_bytes() == bytes);
    for kind in Kind::ALL {
        assert!(is_minted || verified(kind, bytes).is_err(), "nobody minted it");
    }
    assert!(is_minted || jws::verify(&RING, bytes).is_err(), "nobody signed it");
}

/// A minted token, and some edits.
fn changed(mut edits: &[u8]) {
    let Some(index) = choice(&mut edits, 3) else { return };
    let whole = MINTED[usize::from(index)].as_bytes();
    let bytes = edited(whole, edits);
    for kind in Kind::ALL {
        let expected = bytes == whole && kind == Kind::ALL[usize::from(index)];
        assert_eq!(verified(kind, &bytes).is_ok(), expected, "{kind:?}");
    }
}

/// A header and, behind the first line end, a payload, signed by a key of ours.
fn signed(mut data: &[u8], core: Core) {
    let Some(kind) = choice(&mut data, 3).map(|index| Kind::ALL[usize::from(index)]) else { return };
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let (header, payload) = (&data[..end], &data[end + 1..]);
    let read = header_of(header);
    let key = read.as_ref().and_then(|header| RING.find(header.get("kid")?.as_str()?)).unwrap_or(RING.first());
    let other = RING.keys().find(|other| other.kid() != key.kid()).expect("two keys");
    let token = sign(key, header, payload);
    assert!(verified(kind, &sign(other, header, payload)).is_err(), "another key signed it");

    let mut ours = verified(kind, &token);
    if core.errs(|| ours.as_ref().is_ok_and(is_deep)) {
        ours = Err(Reason::Signature);
    }
    let theirs = |lax| claims_of(kind, read.as_ref()?, payload, lax);
    match ours {
        Ok(claims) => assert_eq!(Some(claims), theirs(true), "only ours takes it"),
        Err(reason) => {
            let is_json = json::check(header).is_ok() && json::check(payload).is_ok();
            let is_short = token.len() <= jws::TOKEN_LIMIT;
            assert!(!is_json || !is_short || theirs(false).is_none(), "only theirs takes it: {reason}");
        }
    }
    match jws::verify(&RING, &token) {
        Ok(held) => assert_eq!(held, payload),
        Err(reason) => assert!(verified(kind, &token).is_err(), "{reason}"),
    }
}

/// A valid token of somebody whom no seed names.
fn is_deep(claims: &Claims) -> bool {
    static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let payload = |token: Vec<u8>| {
            let payload = token.split(|byte| *byte == b'.').nth(1).map(|part| URL_SAFE_NO_PAD.decode(part))?.ok()?;
            Some(serde_json::from_slice::<Value>(&payload).ok()?.get("sub")?.as_str()?.to_owned())
        };
        seeds::pinned_texts("token_verify", "text").into_iter().filter_map(payload).collect()
    });
    !KNOWN.contains(&claims.sub)
}

fn sign(key: &Key, header: &[u8], payload: &[u8]) -> Vec<u8> {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let tag = key.mac().tag(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)).into_bytes()
}

/// What a header says, where it is one that is taken (TOK-3 to TOK-7).
fn header_of(text: &[u8]) -> Option<Map<String, Value>> {
    const REFUSED: [&str; 9] = ["crit", "b64", "zip", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"];
    let header: Map<String, Value> = serde_json::from_slice(text).ok()?;
    (header.get("alg")? == "HS256" && REFUSED.iter().all(|name| !header.contains_key(*name))).then_some(header)
}

/// What a token says (TOK-8 to TOK-10). `lax` takes `-0`, of which the second reader does not say how it was written.
fn claims_of(kind: Kind, header: &Map<String, Value>, payload: &[u8], lax: bool) -> Option<Claims> {
    RING.find(header.get("kid")?.as_str()?)?;
    if header.get("typ")? != kind.typ() {
        return None;
    }
    let held: Map<String, Value> = serde_json::from_slice(payload).ok()?;
    let text = |name: &str| Some(held.get(name)?.as_str()?.to_owned());
    let flag = |name: &str| held.get(name)?.as_bool();
    let time = |name: &str| {
        let value = held.get(name)?;
        let is_zero = lax && value.as_f64().is_some_and(|value| value == 0.0);
        let whole = value.as_u64().filter(|value| *value <= MAX_TIME);
        i64::try_from(whole.or_else(|| is_zero.then_some(0))?).ok()
    };
    // Of its type, where it is there, whether the kind asks for it or not.
    let texts =
        ["aud", "fam", "jti", "pkey", "sub"].iter().all(|name| !held.contains_key(*name) || text(name).is_some());
    let flags = ["staff", "super"].iter().all(|name| !held.contains_key(*name) || flag(name).is_some());
    let grant = match kind {
        Kind::Mwt => Grant::Mwt { pkey: text("pkey")?, staff: flag("staff")?, superuser: flag("super")? },
        Kind::Access => Grant::Access { jti: text("jti")?, staff: flag("staff")?, superuser: flag("super")? },
        Kind::Refresh => Grant::Refresh { fam: text("fam")?, jti: text("jti")? },
    };
    let (issued, not_before, expires) = (time("iat")?, time("nbf")?, time("exp")?);
    let is_current = expires > NOW - LEEWAY && not_before <= NOW + LEEWAY && issued <= NOW + LEEWAY;
    let is_ours = text("aud")? == AUDIENCE;
    let claims = Claims { sub: text("sub")?, grant, issued, not_before, expires };
    (texts && flags && is_current && is_ours).then_some(claims)
}

/// A kind, a life, and texts between line ends: audience, sub, and those of the kind.
fn minted(mut data: &[u8]) {
    let Some(kind) = choice(&mut data, 3).map(|index| Kind::ALL[usize::from(index)]) else { return };
    let Some(life) = choice(&mut data, u8::MAX) else { return };
    let text = String::from_utf8_lossy(data);
    let mut texts = text.split('\n');
    let mut next = || texts.next().unwrap_or_default();
    let (audience, sub, staff, superuser) = (next(), next(), life % 2 == 0, life % 3 == 0);
    let grant = match kind {
        Kind::Mwt => Grant::Mwt { pkey: next(), staff, superuser },
        Kind::Access => Grant::Access { jti: next(), staff, superuser },
        Kind::Refresh => Grant::Refresh { fam: next(), jti: next() },
    };
    match token::mint(&RING, audience, sub, &grant, NOW, life.into()) {
        Err(error) => match error {
            MintError::Life => assert_eq!(life, 0),
            MintError::TooLong => assert!(data.len() > 1000, "it is not so long"),
            MintError::Time => unreachable!("{error}"),
        },
        Ok(token) => {
            for other in Kind::ALL {
                let held = token::verify(&RING, other, audience, token.as_bytes(), NOW, 0);
                if other == kind {
                    let held = held.expect("what is minted verifies");
                    let same = match (&held.grant, &grant) {
                        (Grant::Mwt { pkey, staff, superuser }, Grant::Mwt { pkey: p, staff: s, superuser: u }) => {
                            (pkey, staff, superuser) == (&(*p).to_owned(), s, u)
                        }
                        (Grant::Access { jti, staff, superuser }, Grant::Access { jti: j, staff: s, superuser: u }) => {
                            (jti, staff, superuser) == (&(*j).to_owned(), s, u)
                        }
                        (Grant::Refresh { fam, jti }, Grant::Refresh { fam: f, jti: j }) => fam == f && jti == j,
                        _ => false,
                    };
                    assert!(same && held.sub == sub, "{held:?}");
                    assert_eq!((held.issued, held.not_before, held.expires), (NOW, NOW, NOW + i64::from(life)));
                } else {
                    assert_eq!(held, Err(Reason::Type));
                }
            }
        }
    }
}

static RING: LazyLock<Keyring> = LazyLock::new(|| {
    let key = |kid, byte| Key::new(kid, &Secret::new(&[byte; 32]).expect("a secret")).expect("a key");
    Keyring::new(vec![key("new", b'n'), key("old", b'o')]).expect("two keys")
});

/// One of each kind, in their order.
static MINTED: LazyLock<[String; 3]> = LazyLock::new(|| {
    let mint = |grant: &Grant<&str>| token::mint(&RING, AUDIENCE, "ada", grant, NOW, 300).expect("it is minted");
    [
        mint(&Grant::Mwt { pkey: "p", staff: false, superuser: true }),
        mint(&Grant::Access { jti: "j", staff: true, superuser: false }),
        mint(&Grant::Refresh { fam: "f", jti: "j" }),
    ]
});

/// A token that a key of ours signs, of somebody whom a seed names.
pub(crate) fn near() -> Vec<u8> {
    let grant = Grant::Mwt { pkey: "p", staff: false, superuser: true };
    let token = token::mint(&RING, AUDIENCE, "5", &grant, NOW, 300).expect("it is minted");
    let parts: Vec<Vec<u8>> = token.split('.').filter_map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
    [&[2, 0][..], &parts[0], b"\n", &parts[1]].concat()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = vec![vec![1, 0], vec![1, 1, 3, 0, 9, b'A'], b"\x03\x02\x09shop\nada\nf\nj".to_vec()];
    seeds.extend(MINTED.iter().map(|token| [b"\0", token.as_bytes()].concat()));
    // Each once as the bytes it is, and once as what a key of ours had signed.
    for token in seeds::pinned_texts("token_verify", "text").into_iter().filter(|token| token.len() < 1024) {
        seeds.push([b"\0", &token[..]].concat());
        let parts: Vec<Option<Vec<u8>>> =
            token.split(|byte| *byte == b'.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect();
        if let [Some(header), Some(payload), _] = &parts[..] {
            for kind in 0..3 {
                let header = String::from_utf8_lossy(header).replace("\"k1\"", "\"new\"");
                seeds.push([&[2, kind], header.as_bytes(), b"\n", payload].concat());
            }
        }
    }
    seeds
}
