//! Tokens by themselves: the keys of an application, what they sign, and what they verify.

use mizan_core::identity::keyring::{self, Key, Purpose};
use mizan_core::identity::permission_key;
use mizan_core::identity::settings::Keyrings;
use mizan_core::identity::token::{self, Claims, Grant, Kind};
use mizan_core::value::canonical::write_string;
use mizan_core::value::json;
use napi::bindgen_prelude::Uint8Array;
use napi::{Error, Result, Status};
use napi_derive::napi;

use crate::settings;

/// Seconds unless told otherwise: how long an `mwt`, an `access` and a `refresh` token live (TOK-1), and how far clocks may
/// be apart.
#[napi]
pub(crate) fn token_times() -> Vec<i64> {
    Kind::ALL.map(Kind::default_life).into_iter().chain([token::LEEWAY]).collect()
}

/// The keyrings of an application.
#[napi]
pub struct Keyring {
    rings: Keyrings,
    /// For whom tokens are made, and whose are taken.
    audience: String,
}

pub(crate) fn refused(problem: impl std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, problem.to_string())
}

impl Keyring {
    pub(crate) fn ring(&self, purpose: Purpose) -> Result<&keyring::Keyring> {
        self.rings.get(purpose).ok_or_else(|| refused(self.rings.missing(purpose)))
    }

    fn mint(&self, sub: &str, grant: &Grant<&str>, now: i64, life: i64) -> Result<String> {
        token::mint(self.ring(purpose_of(grant.kind()))?, &self.audience, sub, grant, now, life).map_err(refused)
    }
}

const fn purpose_of(kind: Kind) -> Purpose {
    match kind {
        Kind::Mwt => Purpose::Mwt,
        Kind::Access => Purpose::Access,
        Kind::Refresh => Purpose::Refresh,
    }
}

pub(crate) fn find(name: &str) -> Result<Purpose> {
    Purpose::find(name).ok_or_else(|| refused(format!("{name:?} is no purpose of a key")))
}

#[napi]
impl Keyring {
    /// The keys that the settings name by the places of their secrets, as those of an application.
    #[napi(constructor, catch_unwind)]
    pub fn new(settings: String, secrets: Vec<Uint8Array>, audience: String) -> Result<Self> {
        let given = json::parse(settings.as_bytes()).map_err(refused)?;
        let secrets: Vec<&[u8]> = secrets.iter().map(AsRef::as_ref).collect();
        Ok(Self { rings: settings::read_keyrings(&given, &secrets).map_err(refused)?, audience })
    }

    /// The names of the keys of a purpose, the one that signs first; none where it has no keyring.
    #[napi(catch_unwind)]
    pub fn kids(&self, purpose: String) -> Result<Vec<String>> {
        let keys = self.rings.get(find(&purpose)?).into_iter().flat_map(keyring::Keyring::keys);
        Ok(keys.map(|key: &Key| key.kid().to_owned()).collect())
    }

    /// An identity token.
    #[napi(catch_unwind)]
    pub fn mint_mwt(
        &self,
        sub: String,
        pkey: String,
        staff: bool,
        superuser: bool,
        now: i64,
        life: i64,
    ) -> Result<String> {
        self.mint(&sub, &Grant::Mwt { pkey: &pkey, staff, superuser }, now, life)
    }

    /// An access token.
    #[napi(catch_unwind)]
    pub fn mint_access(
        &self,
        sub: String,
        jti: String,
        staff: bool,
        superuser: bool,
        now: i64,
        life: i64,
    ) -> Result<String> {
        self.mint(&sub, &Grant::Access { jti: &jti, staff, superuser }, now, life)
    }

    /// A refresh token.
    #[napi(catch_unwind)]
    pub fn mint_refresh(&self, sub: String, jti: String, fam: String, now: i64, life: i64) -> Result<String> {
        self.mint(&sub, &Grant::Refresh { fam: &fam, jti: &jti }, now, life)
    }

    /// What a token of that kind (`mwt`, `access`, `refresh`) says: `=` and a JSON list; or `!` and why it is refused.
    ///
    /// The list is `sub`, `pkey` or `jti`, `staff`, `superuser` and the times issued, not before and expires; that of a
    /// refresh token has `fam` in place of the flags.
    #[napi(catch_unwind)]
    pub fn verify(&self, kind: String, token: String, now: i64, leeway: i64) -> Result<String> {
        let purpose = find(&kind)?;
        let kind = Kind::ALL.into_iter().find(|kind| purpose_of(*kind) == purpose);
        let kind = kind.ok_or_else(|| refused(format!("no token is signed for {}", purpose.name())))?;
        let claims = token::verify(self.ring(purpose)?, kind, &self.audience, token.as_bytes(), now, leeway);
        Ok(claims.map_or_else(|reason| format!("!{reason}"), |claims| said(&claims)))
    }
}

fn said(claims: &Claims) -> String {
    let Claims { sub, grant, issued, not_before, expires } = claims;
    let mut out = b"=[".to_vec();
    write_string(&mut out, sub);
    out.push(b',');
    match grant {
        Grant::Mwt { pkey: text, staff, superuser } | Grant::Access { jti: text, staff, superuser } => {
            write_string(&mut out, text);
            out.extend_from_slice(format!(",{staff},{superuser}").as_bytes());
        }
        Grant::Refresh { fam, jti } => {
            write_string(&mut out, jti);
            out.push(b',');
            write_string(&mut out, fam);
        }
    }
    out.extend_from_slice(format!(",{issued},{not_before},{expires}]").as_bytes());
    // The core writes UTF-8 alone.
    String::from_utf8(out).unwrap_or_default()
}

/// The permission key of a subject (TOK-12).
#[napi(catch_unwind)]
pub(crate) fn permission_key(permissions: Vec<String>, staff: bool, superuser: bool) -> String {
    permission_key::permission_key(&permissions, staff, superuser)
}
