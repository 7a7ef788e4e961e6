//! Handing tokens out (AUTH-11, AUTH-12, TOK-13 to TOK-15): what the functions `mwt_obtain`, `jwt_obtain`, `jwt_refresh`
//! and `jwt_revoke` of every host do.
//!
//! A host declares the functions and calls this; a refusal is a failure that it hands to the core as it is. Each call may
//! wait for a store, so it belongs on a thread that may.

use std::time::Duration;

use mizan_core::dispatch::message::Failure;
use mizan_core::error::code::ErrorCode;
use mizan_core::identity::keyring::{Keyring, Purpose};
use mizan_core::identity::permission_key::permission_key;
use mizan_core::identity::rotation::{self, Decision};
use mizan_core::identity::settings::Keyrings;
use mizan_core::identity::token::{self, Claims, Grant, Kind};
use mizan_core::identity::{Identity, Proof};

use crate::{Cache, random};

/// A use that loses to others this often is refused: they are uses of the same token.
const ATTEMPTS: usize = 8;
/// How much longer a family is remembered than its tokens live, in seconds: clocks differ.
const MARGIN: i64 = 60;

/// What hands the tokens of one application out.
#[derive(Debug, Clone)]
pub struct TokenDesk {
    keyrings: Keyrings,
    audience: String,
    leeway: i64,
    families: Cache,
}

/// An identity token, for `X-Mizan-Token`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityGrant {
    /// The token.
    pub token: String,
    /// How long it lives, in seconds.
    pub expires_in: i64,
}

/// An access token, for `Authorization: Bearer`, and the refresh token that gets the next pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessGrant {
    /// The access token.
    pub access: String,
    /// The refresh token. It works once.
    pub refresh: String,
    /// How long the access token lives, in seconds.
    pub expires_in: i64,
}

/// A refresh token that verified, and whose subject the application has to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Who it is about.
    pub sub: String,
    fam: String,
    jti: String,
}

impl TokenDesk {
    pub(crate) const fn new(keyrings: Keyrings, audience: String, leeway: i64, families: Cache) -> Self {
        Self { keyrings, audience, leeway, families }
    }

    /// An identity token for who asks (AUTH-11). `now` is in seconds since 1970, here and below.
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` for nobody, and for whoever shows an identity token: it would renew itself for ever.
    pub fn obtain_mwt(&self, who: Option<&Identity>, now: i64) -> Result<IdentityGrant, Failure> {
        let who = who.ok_or_else(|| refused(None))?;
        if who.proof == Proof::Mwt {
            return Err(refused(Some("An identity token does not get another one.")));
        }
        let pkey = permission_key(&who.permissions, who.staff, who.superuser);
        let grant = Grant::Mwt { pkey: pkey.as_str(), staff: who.staff, superuser: who.superuser };
        Ok(IdentityGrant { token: self.mint(&who.sub, &grant, now)?, expires_in: Kind::Mwt.default_life() })
    }

    /// An access token and a refresh token for who asks (AUTH-12).
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` for nobody, and for whoever shows a token: one that was stolen would outlive itself;
    /// `UNAVAILABLE` where the store does not answer.
    pub fn obtain_jwt(&self, who: Option<&Identity>, now: i64) -> Result<AccessGrant, Failure> {
        let who = who.ok_or_else(|| refused(None))?;
        if who.proof != Proof::Session {
            return Err(refused(Some("A token does not get a refresh token: sign in.")));
        }
        let (fam, jti) = (random_name()?, random_name()?);
        let (name, text) = (rotation::key(&fam), rotation::live(&jti));
        if !self.replace(&name, None, &text)? {
            return Err(unavailable());
        }
        self.pair(who, &fam, &jti, now)
    }

    /// Reads a refresh token; whom it is about is the application's to find, for [`TokenDesk::refresh`].
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` where it is not valid.
    pub fn present(&self, refresh: &str, now: i64) -> Result<Presented, Failure> {
        let ring = self.ring(Kind::Refresh)?;
        match token::verify(ring, Kind::Refresh, &self.audience, refresh.as_bytes(), now, self.leeway) {
            Ok(Claims { sub, grant: Grant::Refresh { fam, jti }, .. }) => Ok(Presented { sub, fam, jti }),
            _ => Err(refused(None)),
        }
    }

    /// The next pair, for `found`, who has that `sub` now; `None` for somebody who may no longer sign in. A refresh token
    /// works once, and its second use ends its family (TOK-13 to TOK-15).
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` for nobody and for a token that was used or revoked; `UNAVAILABLE` where the store does not answer.
    pub fn refresh(&self, presented: &Presented, found: Option<&Identity>, now: i64) -> Result<AccessGrant, Failure> {
        let found = found.ok_or_else(|| refused(None))?;
        let successor = random_name()?;
        if !self.take(presented, &successor)? {
            return Err(refused(None));
        }
        self.pair(found, &presented.fam, &successor, now)
    }

    /// Ends the family of a refresh token: none of its tokens works any more.
    ///
    /// # Errors
    ///
    /// `UNAUTHENTICATED` where the token is not valid; `UNAVAILABLE` where the store does not answer.
    pub fn revoke(&self, refresh: &str, now: i64) -> Result<(), Failure> {
        let name = rotation::key(&self.present(refresh, now)?.fam);
        for _ in 0..ATTEMPTS {
            let stored = self.families.family(&name).map_err(|_| unavailable())?;
            if stored.as_deref().is_none_or(|text| text == rotation::REVOKED)
                || self.replace(&name, stored.as_deref(), rotation::REVOKED)?
            {
                return Ok(());
            }
        }
        Err(unavailable())
    }

    /// Whether the token may be used; a second use ends its family.
    fn take(&self, presented: &Presented, successor: &str) -> Result<bool, Failure> {
        let name = rotation::key(&presented.fam);
        for _ in 0..ATTEMPTS {
            let stored = self.families.family(&name).map_err(|_| unavailable())?;
            let (text, taken) = match rotation::decide(stored.as_deref(), &presented.jti, successor) {
                Decision::Rotate(text) => (text, true),
                Decision::Revoke => (rotation::REVOKED.to_owned(), false),
                Decision::Refuse => return Ok(false),
            };
            if self.replace(&name, stored.as_deref(), &text)? {
                return Ok(taken);
            }
        }
        Ok(false)
    }

    fn replace(&self, name: &str, old: Option<&str>, new: &str) -> Result<bool, Failure> {
        let life = Duration::from_secs(u64::try_from(Kind::Refresh.default_life() + MARGIN).unwrap_or_default());
        self.families.replace_family(name, old, new, life).map_err(|_| unavailable())
    }

    fn pair(&self, who: &Identity, fam: &str, jti: &str, now: i64) -> Result<AccessGrant, Failure> {
        let own = random_name()?;
        let access = Grant::Access { jti: own.as_str(), staff: who.staff, superuser: who.superuser };
        Ok(AccessGrant {
            access: self.mint(&who.sub, &access, now)?,
            refresh: self.mint(&who.sub, &Grant::Refresh { fam, jti }, now)?,
            expires_in: Kind::Access.default_life(),
        })
    }

    fn mint(&self, sub: &str, grant: &Grant<&str>, now: i64) -> Result<String, Failure> {
        let kind = grant.kind();
        // A subject too long for a token is the application's mistake.
        token::mint(self.ring(kind)?, &self.audience, sub, grant, now, kind.default_life()).map_err(|_| Failure::Raised)
    }

    fn ring(&self, kind: Kind) -> Result<&Keyring, Failure> {
        let purpose = match kind {
            Kind::Mwt => Purpose::Mwt,
            Kind::Access => Purpose::Access,
            Kind::Refresh => Purpose::Refresh,
        };
        self.keyrings.get(purpose).ok_or(Failure::Raised)
    }
}

fn random_name() -> Result<String, Failure> {
    random::token().ok_or_else(unavailable)
}

fn refused(message: Option<&str>) -> Failure {
    failure(ErrorCode::Unauthenticated, message)
}

fn unavailable() -> Failure {
    failure(ErrorCode::Unavailable, None)
}

fn failure(code: ErrorCode, message: Option<&str>) -> Failure {
    Failure::Protocol { code, message: message.map(str::to_owned), retry_after: None }
}
