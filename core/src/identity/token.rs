//! The three tokens (TOK-1, TOK-9, TOK-10, TOK-16): minted and verified as functions of their arguments, the time among them.
//!
//! They are written here and not by a library, since every byte is pinned (header and claims are canonical JSON) and no
//! clock is read.

use std::borrow::Cow;

use super::base64url;
use super::jws::{self, Reason, TOKEN_LIMIT};
use super::keyring::Keyring;
use crate::value::canonical;
use crate::value::keys::KeyStack;
use crate::value::number::{MAX_SAFE_INTEGER, safe_integer};
use crate::value::reader::{Kind as JsonKind, Reader};

/// How far clocks may be apart, in seconds, where nobody says otherwise.
pub const LEEWAY: i64 = 30;

/// Which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The identity token of `X-Mizan-Token`.
    Mwt,
    /// The bearer token of `Authorization`.
    Access,
    /// What gets a new pair.
    Refresh,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mwt, Self::Access, Self::Refresh];

    /// What the header says.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Mwt => "mwt+jwt",
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }

    /// Its name in pins and bindings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mwt => "mwt",
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How long it lives where nobody says otherwise, in seconds (TOK-1).
    #[must_use]
    pub const fn default_life(self) -> i64 {
        match self {
            Self::Mwt => 300,
            Self::Access => 900,
            Self::Refresh => 14 * 24 * 60 * 60,
        }
    }
}

/// What a token grants: the claims that not every kind has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant<T> {
    /// Of an MWT.
    Mwt {
        /// The permission key ([`super::permission_key`]).
        pkey: T,
        /// Whether the subject belongs to the staff.
        staff: bool,
        /// Whether every guard lets the subject pass.
        superuser: bool,
    },
    /// Of an access token.
    Access {
        /// The token's own number.
        jti: T,
        /// Whether the subject belongs to the staff.
        staff: bool,
        /// Whether every guard lets the subject pass.
        superuser: bool,
    },
    /// Of a refresh token.
    Refresh {
        /// What it shares with its successors.
        fam: T,
        /// The token's own number.
        jti: T,
    },
}

impl<T> Grant<T> {
    /// Which token it is of.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Mwt { .. } => Kind::Mwt,
            Self::Access { .. } => Kind::Access,
            Self::Refresh { .. } => Kind::Refresh,
        }
    }
}

/// What a verified token says, but its audience, which was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who it is about.
    pub sub: String,
    /// What its kind adds.
    pub grant: Grant<String>,
    /// When it was minted, in seconds.
    pub issued: i64,
    /// From when it is valid, in seconds.
    pub not_before: i64,
    /// When it ends, in seconds.
    pub expires: i64,
}

/// Why no token is minted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MintError {
    /// `now` is not between 0 and 2^53 − 1, or its end is not.
    Time,
    /// A life of no second.
    Life,
    /// It would be longer than [`TOKEN_LIMIT`].
    TooLong,
}

impl std::fmt::Display for MintError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Time => "the time lies outside 0 to 2^53 − 1 seconds",
            Self::Life => "a token lives for a second at least",
            Self::TooLong => "the token would be longer than 8 KiB",
        })
    }
}

impl std::error::Error for MintError {}

/// A token for `sub`, valid from `now` for `life`, both in seconds. Equal arguments give equal bytes (TOK-1).
pub fn mint(
    keyring: &Keyring,
    audience: &str,
    sub: &str,
    grant: &Grant<&str>,
    now: i64,
    life: i64,
) -> Result<String, MintError> {
    if life < 1 {
        return Err(MintError::Life);
    }
    let expires = now.checked_add(life).filter(|expires| now >= 0 && *expires <= MAX_SAFE_INTEGER);
    let expires = expires.ok_or(MintError::Time)?;
    let mut payload = Vec::with_capacity(192 + audience.len() + sub.len());
    write_claims(&mut payload, audience, sub, grant, now, expires);
    let head = keyring.first().head(grant.kind());
    let mut token = String::with_capacity(head.text.len() + payload.len().div_ceil(3) * 4 + 44);
    token.push_str(&head.text);
    base64url::write(&mut token, &payload);
    let tag = head.mac.tag(token.as_bytes().get(head.text.len()..).unwrap_or_default());
    token.push('.');
    base64url::write(&mut token, &tag);
    if token.len() > TOKEN_LIMIT { Err(MintError::TooLong) } else { Ok(token) }
}

/// Appends the claims in canonical form: their names stand in order.
fn write_claims(out: &mut Vec<u8>, audience: &str, sub: &str, grant: &Grant<&str>, now: i64, expires: i64) {
    let text = |out: &mut Vec<u8>, name: &str, value: &str| {
        out.extend_from_slice(name.as_bytes());
        canonical::write_string(out, value);
    };
    let time = |out: &mut Vec<u8>, name: &str, value: i64| {
        out.extend_from_slice(name.as_bytes());
        canonical::write_integer(out, value);
    };
    let flags = |out: &mut Vec<u8>, staff: bool| {
        out.extend_from_slice(if staff { b",\"staff\":true" } else { b",\"staff\":false" });
    };
    text(out, "{\"aud\":", audience);
    time(out, ",\"exp\":", expires);
    if let Grant::Refresh { fam, .. } = grant {
        text(out, ",\"fam\":", fam);
    }
    time(out, ",\"iat\":", now);
    if let Grant::Access { jti, .. } | Grant::Refresh { jti, .. } = grant {
        text(out, ",\"jti\":", jti);
    }
    time(out, ",\"nbf\":", now);
    if let Grant::Mwt { pkey, .. } = grant {
        text(out, ",\"pkey\":", pkey);
    }
    if let Grant::Mwt { staff, .. } | Grant::Access { staff, .. } = grant {
        flags(out, *staff);
    }
    text(out, ",\"sub\":", sub);
    if let Grant::Mwt { superuser, .. } | Grant::Access { superuser, .. } = grant {
        out.extend_from_slice(if *superuser { b",\"super\":true" } else { b",\"super\":false" });
    }
    out.push(b'}');
}

/// What a token of that kind says, where it is valid at `now` for that audience. `leeway` is how far clocks may be apart,
/// in seconds. The algorithm and the key are settled before a signature is computed, and the signature before a claim is
/// read.
pub fn verify(
    keyring: &Keyring,
    kind: Kind,
    audience: &str,
    token: &[u8],
    now: i64,
    leeway: i64,
) -> Result<Claims, Reason> {
    let payload = jws::verify_kind(keyring, kind, token)?;
    let held = Held::read(&payload)?;
    if held.aud.ok_or(Reason::Claim("aud"))? != audience {
        return Err(Reason::Audience);
    }
    let expires = held.exp.ok_or(Reason::Time("exp"))?;
    let not_before = held.nbf.ok_or(Reason::Time("nbf"))?;
    let issued = held.iat.ok_or(Reason::Time("iat"))?;
    let text = |held: Option<Cow<'_, str>>, name| held.map(Cow::into_owned).ok_or(Reason::Claim(name));
    let flag = |held: Option<bool>, name| held.ok_or(Reason::Claim(name));
    let sub = text(held.sub, "sub")?;
    let grant = match kind {
        Kind::Mwt => Grant::Mwt {
            pkey: text(held.pkey, "pkey")?,
            staff: flag(held.staff, "staff")?,
            superuser: flag(held.superuser, "super")?,
        },
        Kind::Access => Grant::Access {
            jti: text(held.jti, "jti")?,
            staff: flag(held.staff, "staff")?,
            superuser: flag(held.superuser, "super")?,
        },
        Kind::Refresh => Grant::Refresh { fam: text(held.fam, "fam")?, jti: text(held.jti, "jti")? },
    };
    if expires <= now.saturating_sub(leeway) {
        return Err(Reason::Expired);
    }
    let latest = now.saturating_add(leeway);
    for (name, time) in [("nbf", not_before), ("iat", issued)] {
        if time > latest {
            return Err(Reason::Early(name));
        }
    }
    Ok(Claims { sub, grant, issued, not_before, expires })
}

/// The claims that a payload holds, each of its type where it is there.
#[derive(Default)]
struct Held<'a> {
    aud: Option<Cow<'a, str>>,
    exp: Option<i64>,
    fam: Option<Cow<'a, str>>,
    iat: Option<i64>,
    jti: Option<Cow<'a, str>>,
    nbf: Option<i64>,
    pkey: Option<Cow<'a, str>>,
    staff: Option<bool>,
    sub: Option<Cow<'a, str>>,
    superuser: Option<bool>,
}

impl<'a> Held<'a> {
    /// Reads all of it. A claim of another name is left alone; one of ours that is not of its type is refused in every
    /// kind of token.
    fn read(payload: &'a [u8]) -> Result<Self, Reason> {
        let mut reader = Reader::open(payload)?;
        if reader.kind()? != JsonKind::Object {
            return Err(Reason::Json);
        }
        let mut held = Self::default();
        // Of the names that are left alone: one of ours that comes twice finds its place taken.
        let mut keys = KeyStack::default();
        let mark = keys.mark();
        let mut is_twice = false;
        reader.enter()?;
        let mut first = true;
        while let Some(key) = reader.key(&mut first)? {
            let name = key.decode();
            is_twice |= match name.as_ref() {
                "aud" => held.aud.replace(text(&mut reader, "aud")?).is_some(),
                "exp" => held.exp.replace(time(&mut reader, "exp")?).is_some(),
                "fam" => held.fam.replace(text(&mut reader, "fam")?).is_some(),
                "iat" => held.iat.replace(time(&mut reader, "iat")?).is_some(),
                "jti" => held.jti.replace(text(&mut reader, "jti")?).is_some(),
                "nbf" => held.nbf.replace(time(&mut reader, "nbf")?).is_some(),
                "pkey" => held.pkey.replace(text(&mut reader, "pkey")?).is_some(),
                "staff" => held.staff.replace(flag(&mut reader, "staff")?).is_some(),
                "sub" => held.sub.replace(text(&mut reader, "sub")?).is_some(),
                "super" => held.superuser.replace(flag(&mut reader, "super")?).is_some(),
                _ => {
                    reader.skip(&mut keys)?;
                    keys.push(name, key.offset);
                    false
                }
            };
        }
        keys.close(mark)?;
        reader.finish()?;
        if is_twice { Err(Reason::Json) } else { Ok(held) }
    }
}

fn text<'a>(reader: &mut Reader<'a>, name: &'static str) -> Result<Cow<'a, str>, Reason> {
    match reader.kind()? {
        JsonKind::String => Ok(reader.string()?.decode()),
        _ => Err(Reason::Claim(name)),
    }
}

fn flag(reader: &mut Reader<'_>, name: &'static str) -> Result<bool, Reason> {
    match reader.kind()? {
        JsonKind::Boolean => Ok(reader.boolean()?),
        _ => Err(Reason::Claim(name)),
    }
}

fn time(reader: &mut Reader<'_>, name: &'static str) -> Result<i64, Reason> {
    match reader.kind()? {
        JsonKind::Number => safe_integer(reader.number()?).ok().filter(|time| *time >= 0).ok_or(Reason::Time(name)),
        _ => Err(Reason::Time(name)),
    }
}

#[cfg(test)]
mod tests;
