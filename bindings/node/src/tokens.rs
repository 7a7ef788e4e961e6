//! Handing tokens out. What may wait for a store runs on a thread of Node's pool and is told by a promise.

use mizan_core::dispatch::message::Failure;
use mizan_core::identity::Identity;
use mizan_core::value::canonical::write_string;
use mizan_runtime::{AccessGrant, IdentityGrant, TokenDesk};
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Result, Task};

/// What is asked of the desk that may wait.
pub(crate) enum Asked {
    /// An access token and a refresh token for who asks.
    Obtain(Option<Identity>),
    /// The next pair for a refresh token, and who has its subject now.
    Refresh(String, Option<Identity>),
    /// The end of a refresh token's family.
    Revoke(String),
}

/// One errand to the desk.
pub struct Errand {
    desk: TokenDesk,
    asked: Asked,
    now: i64,
}

impl Errand {
    pub(crate) fn begin(desk: TokenDesk, asked: Asked, now: i64) -> AsyncTask<Self> {
        AsyncTask::new(Self { desk, asked, now })
    }
}

impl Task for Errand {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> Result<String> {
        let (desk, now) = (&self.desk, self.now);
        Ok(match &self.asked {
            Asked::Obtain(who) => text(desk.obtain_jwt(who.as_ref(), now).map(|pair| access(&pair))),
            Asked::Refresh(refresh, found) => {
                let next = desk.present(refresh, now).and_then(|said| desk.refresh(&said, found.as_ref(), now));
                text(next.map(|pair| access(&pair)))
            }
            Asked::Revoke(refresh) => text(desk.revoke(refresh, now).map(|()| "null".to_owned())),
        })
    }

    fn resolve(&mut self, _: Env, output: String) -> Result<String> {
        Ok(output)
    }
}

/// The identity token for who asks, or why there is none.
pub(crate) fn obtain_mwt(desk: &TokenDesk, who: Option<&Identity>, now: i64) -> String {
    text(desk.obtain_mwt(who, now).map(|IdentityGrant { token, expires_in }| {
        let mut out = format!("{{\"expires_in\":{expires_in},\"token\":").into_bytes();
        write_string(&mut out, &token);
        closed(out)
    }))
}

/// The subject of a refresh token as JSON text, or why it is refused.
pub(crate) fn present(desk: &TokenDesk, refresh: &str, now: i64) -> String {
    text(desk.present(refresh, now).map(|presented| {
        let mut out = Vec::new();
        write_string(&mut out, &presented.sub);
        String::from_utf8(out).unwrap_or_default()
    }))
}

fn access(AccessGrant { access, refresh, expires_in }: &AccessGrant) -> String {
    let mut out = b"{\"access\":".to_vec();
    write_string(&mut out, access);
    out.extend_from_slice(format!(",\"expires_in\":{expires_in},\"refresh\":").as_bytes());
    write_string(&mut out, refresh);
    closed(out)
}

/// The core writes UTF-8 alone.
fn closed(mut out: Vec<u8>) -> String {
    out.push(b'}');
    String::from_utf8(out).unwrap_or_default()
}

/// `=` and a value as JSON text; or `!` and a JSON list of a code and a message (or null); or `?`.
fn text(done: std::result::Result<String, Failure>) -> String {
    match done {
        Ok(value) => format!("={value}"),
        Err(Failure::Protocol { code, message, .. }) => {
            let mut out = format!("![\"{}\",", code.name()).into_bytes();
            match message {
                Some(message) => write_string(&mut out, &message),
                None => out.extend_from_slice(b"null"),
            }
            out.push(b']');
            String::from_utf8(out).unwrap_or_default()
        }
        Err(_) => "?".to_owned(),
    }
}
