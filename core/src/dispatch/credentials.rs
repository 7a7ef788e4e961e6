//! What a request says of who asks, before the host is asked: tokens, where the page came from, and the token against
//! forged requests (AUTH-9, AUTH-10, CSRF-3 to CSRF-10).

use super::message::Request;
use super::response;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::identity::keyring::Keyring;
use crate::identity::origin::{self, Source, TrustedOrigins};
use crate::identity::token::{self, Grant, Kind};
use crate::identity::{Identity, Proof, csrf};
use crate::registry::{Application, Secrets};

/// The tokens that an application takes.
#[derive(Debug, Default)]
pub struct TokenRules {
    /// The keys of `X-Mizan-Token`; without any the header is the application's own.
    pub mwt: Option<Keyring>,
    /// The keys of `Authorization: Bearer`; without any the header is the application's own.
    pub access: Option<Keyring>,
    /// What `aud` has to be.
    pub audience: String,
    /// How far clocks may be apart, in seconds.
    pub leeway: i64,
}

/// The request header of an identity token; in a reply it says that the request ended for want of a valid one (AUTH-9).
pub(super) const TOKEN_HEADER: &str = "x-mizan-token";
/// The request header that carries the token against forged requests (CSRF-7).
pub(super) const CSRF_HEADER: &str = "x-mizan-csrf";
/// The cookie of the same token.
pub(super) const CSRF_COOKIE: &str = "mizan_csrf";

/// Who a verified token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bearer {
    /// Without permissions: a token has none.
    pub identity: Identity,
    /// What the permissions were when it was minted, as a key.
    pub permission_key: Option<String>,
}

/// What was found out without the host.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    pub bearer: Option<Bearer>,
    /// What has to hold once it is known who asks; nothing where the request does not rest on a cookie.
    pub csrf: Option<CsrfClaim>,
}

/// The two copies of a token against forged requests.
#[derive(Debug)]
pub(super) struct CsrfClaim {
    header: Vec<u8>,
    cookie: Vec<u8>,
}

/// Reads the credentials of a request; the refusal of the whole request where they are not valid.
pub(super) fn read(app: &Application, request: &Request<'_>) -> Result<Credentials, ErrorReply> {
    let secrets = app.secrets();
    let bearer = match &secrets.tokens {
        Some(rules) => bearer(rules, request)?,
        None => None,
    };
    if bearer.is_some() || origin::is_safe(request.method) {
        return Ok(Credentials { bearer, csrf: None });
    }
    check_origin(request, &secrets.trusted_origins)?;
    let csrf = secrets.csrf.as_ref().and_then(|_| claim(request));
    Ok(Credentials { bearer: None, csrf })
}

fn bearer(rules: &TokenRules, request: &Request<'_>) -> Result<Option<Bearer>, ErrorReply> {
    let now = i64::try_from(request.now).map_err(|_| refused())?;
    let verify = |keyring: &Keyring, kind, text: &[u8]| {
        token::verify(keyring, kind, &rules.audience, text, now, rules.leeway).map_err(|_| refused())
    };
    let (keyring, kind, text) = match (&rules.mwt, request.values(TOKEN_HEADER).as_slice()) {
        (Some(keyring), [text]) => (keyring, Kind::Mwt, *text),
        (Some(_), [_, _, ..]) => return Err(refused()),
        _ => match (&rules.access, request.values("authorization").as_slice()) {
            (Some(_), [_, _, ..]) => return Err(refused()),
            (Some(keyring), [text]) => match of_bearer(text) {
                Some(token) => (keyring, Kind::Access, token),
                // Another scheme is the application's.
                None => return Ok(None),
            },
            _ => return Ok(None),
        },
    };
    let claims = verify(keyring, kind, text)?;
    let (staff, superuser, proof, permission_key) = match claims.grant {
        Grant::Mwt { pkey, staff, superuser } => (staff, superuser, Proof::Mwt, Some(pkey)),
        Grant::Access { staff, superuser, .. } => (staff, superuser, Proof::Access, None),
        Grant::Refresh { .. } => return Err(refused()),
    };
    let identity = Identity { sub: claims.sub, staff, superuser, proof, ..Identity::default() };
    Ok(Some(Bearer { identity, permission_key }))
}

/// The token of `Bearer TOKEN`, the scheme in any case.
fn of_bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    match rest {
        [] => Some(rest),
        [b' ', token @ ..] => Some(token.trim_ascii()),
        _ => None,
    }
}

/// What every token that is not valid is answered with, whatever is wrong with it (AUTH-9).
pub(super) fn refused() -> ErrorReply {
    ErrorReply { refuses_token: true, ..ErrorReply::with_message(ErrorCode::Unauthenticated, "the token is not valid") }
}

fn check_origin(request: &Request<'_>, trusted: &TrustedOrigins) -> Result<(), ErrorReply> {
    let origin = request.values("origin");
    let fetch_site = request.values("sec-fetch-site");
    if origin.is_empty() && fetch_site.is_empty() {
        return Ok(());
    }
    let host = request.values("host");
    let source = Source { origin: &origin, fetch_site: &fetch_site, host: &host };
    if origin::allowed(request.method, &source, trusted) {
        return Ok(());
    }
    Err(ErrorReply::with_message(ErrorCode::Forbidden, "the request comes from a page of another origin"))
}

/// The two copies, of a request that rests on a cookie.
fn claim(request: &Request<'_>) -> Option<CsrfClaim> {
    let cookies = request.values("cookie");
    if cookies.is_empty() {
        return None;
    }
    let cookie = csrf_cookie(&cookies);
    let header = match request.values(CSRF_HEADER).as_slice() {
        [value] => value.to_vec(),
        _ => Vec::new(),
    };
    Some(CsrfClaim { header, cookie })
}

/// The token in the cookies; empty where there is none.
fn csrf_cookie(cookies: &[&[u8]]) -> Vec<u8> {
    let mut held = cookies.iter().flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let (name, value) = pair.split_at_checked(pair.iter().position(|byte| *byte == b'=')?)?;
        (name.trim_ascii() == CSRF_COOKIE.as_bytes()).then(|| value.get(1..).unwrap_or_default().trim_ascii())
    });
    // Of two cookies of the name one was planted, and nobody knows which.
    match (held.next(), held.next()) {
        (Some(value), None) => value.to_vec(),
        _ => Vec::new(),
    }
}

impl CsrfClaim {
    /// Whether the caller's page holds the token of the caller's session.
    pub(super) fn check(&self, secrets: &Secrets, caller: Option<&Identity>) -> Result<(), ErrorReply> {
        let Some(keyring) = &secrets.csrf else { return Ok(()) };
        // The tag settles whose it is; that both copies agree needs no constant time, since the caller sent both.
        if self.header == self.cookie && csrf::check(keyring, &session(caller), &self.header) {
            return Ok(());
        }
        let message = "the token against forged requests is missing or not this session's";
        Err(ErrorReply { needs_csrf: true, ..ErrorReply::with_message(ErrorCode::Forbidden, message) })
    }
}

/// What the token is bound to: the session that the application names, else who asks. An empty name is none (CSRF-1): one
/// token would do for everybody who has it.
fn session(caller: Option<&Identity>) -> String {
    match caller {
        None => "anonymous".to_owned(),
        Some(Identity { session: Some(session), .. }) if !session.is_empty() => format!("session:{session}"),
        Some(identity) => format!("sub:{}", identity.sub),
    }
}

/// What `session/` was asked with.
pub(super) fn session_request(request: &Request<'_>, head: bool) -> SessionRequest {
    let cookie = csrf_cookie(&request.values("cookie"));
    SessionRequest { head, secure: request.secure, held: cookie }
}

/// Whether the caller of `session/` is to be given a new token, which needs random bytes. One that the caller holds and that
/// is still good is told again: two pages of one browser share the cookie, and a new token for one would take the other's
/// away.
pub(super) fn needs_token(app: &Application, caller: Option<&Identity>, request: &SessionRequest) -> bool {
    let keyring = app.secrets().csrf.as_ref();
    keyring.is_some_and(|keyring| !csrf::check(keyring, &session(caller), &request.held))
}

/// The reply of `session/` (CSRF-7), with a new token where random bytes were drawn for one.
pub(super) fn session_reply(
    app: &Application,
    caller: Option<&Identity>,
    request: &SessionRequest,
    random: Option<[u8; csrf::NONCE_LENGTH]>,
) -> super::message::Response {
    let token = app.secrets().csrf.as_ref().and_then(|keyring| match random {
        Some(random) => csrf::mint(keyring, &session(caller), random).ok(),
        None => String::from_utf8(request.held.clone()).ok(),
    });
    response::session(app, caller.is_some(), token.as_deref(), request)
}

/// What the reply of `session/` depends on besides who asks.
#[derive(Debug, Clone)]
pub(super) struct SessionRequest {
    pub head: bool,
    /// Whether the request came over TLS, as far as the host knows.
    pub secure: bool,
    /// The token in the cookie, as it came.
    pub held: Vec<u8>,
}
