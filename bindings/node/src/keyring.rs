//! Tokens by themselves: the keys of an application, what they sign, and what they verify.

use std::cell::RefCell;
use std::rc::Rc;

use mizan_core::identity::keyring::{self, Key, Purpose};
use mizan_core::identity::permission_key;
use mizan_core::identity::settings::Keyrings;
use mizan_core::identity::token::{self, Claims, Grant, Kind};
use mizan_core::value::canonical::write_integer;
use mizan_core::value::json;
use napi::bindgen_prelude::Uint8Array;
use napi::{Env, Error, JsString, Result, Status};
use napi_derive::napi;

use crate::settings;
use crate::text::{self, Text};

/// Seconds unless told otherwise: how long an `mwt`, an `access` and a `refresh` token live (TOK-1), and how far clocks may
/// be apart.
#[napi]
pub(crate) fn token_times() -> Vec<i64> {
    Kind::ALL.map(Kind::default_life).into_iter().chain([token::LEEWAY]).collect()
}

thread_local! {
    /// The keyrings of this thread, by their numbers.
    static HELD: RefCell<Vec<Option<Rc<Rings>>>> = const { RefCell::new(Vec::new()) };
}

/// The keyrings of an application. The plain functions below take its number: see `live.rs`.
#[napi]
pub struct Keyring {
    rings: Rc<Rings>,
    number: u32,
}

/// What is behind one.
struct Rings {
    rings: Keyrings,
    /// For whom tokens are made, and whose are taken.
    audience: String,
}

impl Keyring {
    pub(crate) fn ring(&self, purpose: Purpose) -> Result<&keyring::Keyring> {
        self.rings.ring(purpose)
    }

    /// An identity token with a permission key that is given.
    pub(crate) fn mint_mwt(&self, sub: &str, pkey: &str, flags: u32, now: i64, life: i64) -> Result<String> {
        let (staff, superuser) = flags_of(flags);
        self.rings.mint(sub, &Grant::Mwt { pkey, staff, superuser }, now, life)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        // A thread that is ending has forgotten all of them.
        let _ = HELD.try_with(|held| {
            let rings = held.try_borrow_mut().ok().and_then(|mut held| held.get_mut(self.number as usize)?.take());
            drop(rings);
        });
    }
}

fn with<T>(keyring: u32, run: impl FnOnce(&Rings) -> Result<T>) -> Result<T> {
    HELD.with_borrow(|held| match held.get(keyring as usize) {
        Some(Some(rings)) => run(rings),
        _ => Err(refused(format!("no keyring has the number {keyring}"))),
    })
}

pub(crate) fn refused(problem: impl std::fmt::Display) -> Error {
    Error::new(Status::InvalidArg, problem.to_string())
}

impl Rings {
    fn ring(&self, purpose: Purpose) -> Result<&keyring::Keyring> {
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
        let rings = Rc::new(Rings { rings: settings::read_keyrings(&given, &secrets).map_err(refused)?, audience });
        HELD.with_borrow_mut(|held| {
            held.push(Some(Rc::clone(&rings)));
            Ok(Self { rings, number: held.len() as u32 - 1 })
        })
    }

    /// What the plain functions find it by.
    #[napi(catch_unwind)]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The names of the keys of a purpose, the one that signs first; none where it has no keyring.
    #[napi(catch_unwind)]
    pub fn kids(&self, purpose: String) -> Result<Vec<String>> {
        let keys = self.rings.rings.get(find(&purpose)?).into_iter().flat_map(keyring::Keyring::keys);
        Ok(keys.map(|key: &Key| key.kid().to_owned()).collect())
    }
}

/// An identity token. `permissions` is a JSON list of names, or empty for none; of `flags` one is staff, two is superuser.
#[napi(catch_unwind)]
pub(crate) fn mint_mwt(
    keyring: u32,
    sub: String,
    permissions: String,
    flags: u32,
    now: i64,
    life: i64,
) -> Result<String> {
    let names = if permissions.is_empty() { Vec::new() } else { names(&permissions)? };
    let (staff, superuser) = flags_of(flags);
    let pkey = permission_key::permission_key(&names, staff, superuser);
    with(keyring, |rings| rings.mint(&sub, &Grant::Mwt { pkey: &pkey, staff, superuser }, now, life))
}

/// Whether somebody is of the staff, and a superuser.
const fn flags_of(flags: u32) -> (bool, bool) {
    (flags & 1 != 0, flags & 2 != 0)
}

fn names(text: &str) -> Result<Vec<String>> {
    let list = json::parse(text.as_bytes()).map_err(refused)?;
    let names = list.as_list().unwrap_or_default().iter().map(|name| name.as_str().map(str::to_owned));
    names.collect::<Option<_>>().ok_or_else(|| refused("permissions are a list of names"))
}

/// An access token.
#[napi(catch_unwind)]
pub(crate) fn mint_access(keyring: u32, sub: String, jti: String, flags: u32, now: i64, life: i64) -> Result<String> {
    let (staff, superuser) = flags_of(flags);
    with(keyring, |rings| rings.mint(&sub, &Grant::Access { jti: &jti, staff, superuser }, now, life))
}

/// A refresh token.
#[napi(catch_unwind)]
pub(crate) fn mint_refresh(keyring: u32, sub: String, jti: String, fam: String, now: i64, life: i64) -> Result<String> {
    with(keyring, |rings| rings.mint(&sub, &Grant::Refresh { fam: &fam, jti: &jti }, now, life))
}

/// What a token of that kind (0 `mwt`, 1 `access`, 2 `refresh`) says; or `!` and why it is refused.
///
/// It says six numbers, a blank behind each: the times issued, not before and expires; one for staff and two for superuser;
/// how long `sub` is, and how long what is next, as JavaScript counts. Then `sub`, `pkey` or `jti`, and the `fam` of a refresh
/// token.
#[napi(catch_unwind)]
pub(crate) fn verify<'env>(
    env: &'env Env,
    keyring: u32,
    kind: u32,
    token: JsString<'env>,
    now: i64,
    leeway: i64,
) -> Result<JsString<'env>> {
    let kind = Kind::ALL.get(kind as usize).copied().ok_or_else(|| refused("a token is of kind 0, 1 or 2"))?;
    let token = Text::of(token)?;
    let claims = with(keyring, |rings| {
        let ring = rings.ring(purpose_of(kind))?;
        Ok(token::verify(ring, kind, &rings.audience, token.bytes(), now, leeway))
    })?;
    match claims {
        Ok(claims) => text::of_utf8(env, &said(&claims)),
        Err(reason) => env.create_string_from_std(format!("!{reason}")),
    }
}

fn said(claims: &Claims) -> Vec<u8> {
    let Claims { sub, grant, issued, not_before, expires } = claims;
    let (own, fam, flags) = match grant {
        Grant::Mwt { pkey: own, staff, superuser } | Grant::Access { jti: own, staff, superuser } => {
            (own, "", i64::from(*staff) | i64::from(*superuser) << 1)
        }
        Grant::Refresh { fam, jti } => (jti, fam.as_str(), 0),
    };
    let length = |text: &str| {
        let count = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let mut out = Vec::with_capacity(sub.len() + own.len() + fam.len() + 64);
    for number in [*issued, *not_before, *expires, flags, length(sub), length(own)] {
        write_integer(&mut out, number);
        out.push(b' ');
    }
    for text in [sub, own, fam] {
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// The permission key of a subject (TOK-12).
#[napi(catch_unwind)]
pub(crate) fn permission_key(permissions: Vec<String>, staff: bool, superuser: bool) -> String {
    permission_key::permission_key(&permissions, staff, superuser)
}
