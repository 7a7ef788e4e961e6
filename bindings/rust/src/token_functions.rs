//! The functions that hand out tokens, for the applications that switch them on (AUTH-11 to AUTH-14).
//!
//! What they hand out, to whom, and when a refresh token is taken is the token desk's to say, for every host.

use std::time::{SystemTime, UNIX_EPOCH};

use mizan_core::dispatch::message::Failure;
use mizan_core::identity as core;
use mizan_runtime::{AccessGrant, TokenDesk};
use schemars::JsonSchema;
use serde::Serialize;

use crate::call::Call;
use crate::declaration::{Declaration, Function};
use crate::error::Error;
use crate::extract::FromCall;
use crate::identity::Identity;
use crate::protection::Find;

/// An identity token, for `X-Mizan-Token`.
#[derive(Serialize, JsonSchema)]
struct MwtGrant {
    token: String,
    expires_in: i64,
}

/// An access token, for `Authorization: Bearer`, and the refresh token that gets the next pair.
#[derive(Serialize, JsonSchema)]
struct JwtGrant {
    access: String,
    refresh: String,
    expires_in: i64,
}

impl From<AccessGrant> for JwtGrant {
    fn from(grant: AccessGrant) -> Self {
        let AccessGrant { access, refresh, expires_in } = grant;
        Self { access, refresh, expires_in }
    }
}

/// What the functions of one application work with; a state of it once it is built.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) desk: TokenDesk,
    pub(crate) find: Option<Find>,
}

impl FromCall for Desk {
    const READS_REQUEST: bool = false;

    async fn from_call(call: &Call) -> Result<Self, Error> {
        call.state::<Self>().cloned().ok_or_else(|| Error::internal("no function hands tokens out"))
    }
}

impl Desk {
    /// Asks the desk on a thread that may wait for a store.
    async fn ask<T: Send + 'static>(
        self,
        question: impl FnOnce(&TokenDesk, i64) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Error> {
        let asked = tokio::task::spawn_blocking(move || question(&self.desk, now()));
        asked.await?.map_err(Error::from_failure)
    }
}

pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Get an identity token for whoever is signed in.
#[crate::client(auth = "authenticated")]
async fn mwt_obtain(#[mizan(extract)] desk: Desk, identity: Identity) -> Result<MwtGrant, Error> {
    let grant = desk.ask(move |desk, now| desk.obtain_mwt(Some(&asking(identity)), now)).await?;
    Ok(MwtGrant { token: grant.token, expires_in: grant.expires_in })
}

/// Get an access token and a refresh token for whoever is signed in.
#[crate::client(auth = "authenticated")]
async fn jwt_obtain(#[mizan(extract)] desk: Desk, identity: Identity) -> Result<JwtGrant, Error> {
    Ok(desk.ask(move |desk, now| desk.obtain_jwt(Some(&asking(identity)), now)).await?.into())
}

/// Get the next access token and refresh token. A refresh token works once.
#[crate::client]
async fn jwt_refresh(#[mizan(extract)] desk: Desk, refresh: String) -> Result<JwtGrant, Error> {
    let presented = desk.desk.present(&refresh, now()).map_err(Error::from_failure)?;
    let found = match &desk.find {
        None => None,
        Some(find) => find(presented.sub.clone()).await?,
    };
    let found = found.map(asking);
    Ok(desk.ask(move |desk, now| desk.refresh(&presented, found.as_ref(), now)).await?.into())
}

/// End the family of a refresh token: none of its tokens works any more.
#[crate::client]
async fn jwt_revoke(#[mizan(extract)] desk: Desk, refresh: String) -> Result<(), Error> {
    desk.ask(move |desk, now| desk.revoke(&refresh, now)).await
}

fn asking(identity: Identity) -> core::Identity {
    let proof = identity.proof;
    core::Identity { proof, ..identity.into_core() }
}

/// The declaration of one of them, by name.
pub(crate) fn declaration(name: &str) -> Option<Declaration> {
    match name {
        "mwt_obtain" => Some(mwt_obtain.declare()),
        "jwt_obtain" => Some(jwt_obtain.declare()),
        "jwt_refresh" => Some(jwt_refresh.declare()),
        "jwt_revoke" => Some(jwt_revoke.declare()),
        _ => None,
    }
}
