//! Writing replies: bodies, caching headers, and what every reply carries (HTTP-5, HTTP-6, CACHE-1 to CACHE-10).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::bundle::Origin;
use super::credentials::{CSRF_COOKIE, CSRF_HEADER, SessionRequest, TOKEN_HEADER};
use super::message::{FieldValue, Level, LogLine, Response};
use crate::error::code::{ErrorCode, ErrorReply};
use crate::invalidation::target::{Params, Target};
use crate::invalidation::{edge_tag, header_format};
use crate::ir::model::Context;
use crate::registry::{Application, FrozenContext};
use crate::value::canonical;

const JSON: &str = "application/json";
const NO_STORE: &str = "no-store";

/// A reply with what every reply carries.
fn start(app: &Application, status: u16, cache_control: &'static str) -> Response {
    let mut headers = Vec::with_capacity(8);
    headers.push(("cache-control", FieldValue::Static(cache_control)));
    headers.push(("x-content-type-options", FieldValue::Static("nosniff")));
    headers.push(("x-mizan-contract", FieldValue::Shared(Arc::clone(app.shared_digest()))));
    Response { status, headers, body: Bytes::new() }
}

fn with_body(mut response: Response, content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    response.headers.push(("content-type", FieldValue::Static(content_type)));
    response.headers.push(("content-length", FieldValue::Own(body.len().to_string())));
    response.body = body;
    response
}

/// An error as the whole reply; `allow` are the methods of a route that was asked with another one.
pub(super) fn error(app: &Application, error: &ErrorReply, allow: Option<Cow<'static, str>>) -> Response {
    let mut response = start(app, error.status, NO_STORE);
    if let Some(allow) = allow {
        response.headers.push(("allow", allow.into()));
    }
    retry_after(&mut response, error.retry_after);
    if error.needs_csrf {
        // What a client has to fetch before it tries again.
        response.headers.push((CSRF_HEADER, FieldValue::Static("required")));
    }
    if error.refuses_token {
        // Nothing has run: a client may try again with another token.
        response.headers.push((TOKEN_HEADER, FieldValue::Static("refused")));
    }
    let mut body = b"{\"error\":".to_vec();
    error.write(&mut body);
    body.push(b'}');
    with_body(response, JSON, body)
}

/// The reply to a request in which the core itself failed, and the line to log: whoever carries an exchange calls this
/// where one panics.
#[must_use]
pub fn of_failed_core(app: &Application, nonce: u64) -> (Response, LogLine) {
    let id = super::task::id(nonce);
    let text = format!("mizan's core failed, please report it (id {id})");
    let reply = ErrorReply { id: Some(id), ..ErrorReply::new(ErrorCode::Internal) };
    (error(app, &reply, None), LogLine { level: Level::Error, text })
}

/// The reply to a request whose body broke off, where the caller is there to be told: a host opens no exchange on a part of a
/// body (PAGE-8), which may be well formed by itself.
#[must_use]
pub fn of_broken_body(app: &Application) -> Response {
    error(app, &ErrorReply::with_message(ErrorCode::BadRequest, "the body broke off"), None)
}

fn retry_after(response: &mut Response, seconds: Option<u32>) {
    if let Some(seconds) = seconds {
        response.headers.push(("retry-after", FieldValue::Own(seconds.to_string())));
    }
}

/// The reply of a call or a batch. `targets` are all that it makes stale, in normal form.
pub(super) fn call(app: &Application, body: Vec<u8>, targets: &[Target], seconds: Option<u32>) -> Response {
    let mut response = start(app, 200, NO_STORE);
    retry_after(&mut response, seconds);
    invalidating(app, &mut response, targets);
    with_body(response, JSON, body)
}

/// What is put on the response that the function of a page returned itself (PAGE-6).
pub(super) fn responded(app: &Application, status: u16, targets: &[Target]) -> Response {
    let mut response = Response { status, ..Response::default() };
    invalidating(app, &mut response, targets);
    response
}

fn invalidating(app: &Application, response: &mut Response, targets: &[Target]) {
    if !targets.is_empty() {
        response.headers.push(("x-mizan-invalidate", FieldValue::Own(header_format::format(targets))));
        let tags = purged_tags(app, targets);
        if !tags.is_empty() {
            response.headers.push(("cache-group-invalidation", FieldValue::Own(tag_list(&tags))));
        }
    }
}

/// The edge tags of the targets whose contexts are public (CACHE-8). Beyond the limit of the other header, contexts with
/// several are named whole: a header that a proxy refuses would purge nothing.
fn purged_tags(app: &Application, targets: &[Target]) -> Vec<String> {
    let mut tags: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for target in targets {
        let context = app.context_index(&target.context).and_then(|index| app.context(index));
        if let Some((context, frozen)) = context.filter(|(context, _)| context.public) {
            tags.entry(&context.name).or_default().insert(edge_tag::target_tag(frozen, target));
        }
    }
    if tags.is_empty() {
        return Vec::new();
    }
    if tags.values().map(BTreeSet::len).sum::<usize>() > header_format::MEMBER_LIMIT {
        for (context, tags) in tags.iter_mut().filter(|(_, tags)| tags.len() > 1) {
            *tags = BTreeSet::from([edge_tag::tag(context, &Params::default(), None)]);
        }
    }
    tags.into_values().flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

/// An RFC 9651 List of Strings; a tag has nothing to escape.
fn tag_list(tags: &[String]) -> String {
    tags.iter().map(|tag| format!("\"{tag}\"")).collect::<Vec<_>>().join(", ")
}

/// What a bundle's reply depends on besides its data.
pub(super) struct BundleReply<'a> {
    pub context: &'a Context,
    pub frozen: &'a FrozenContext,
    /// Canonical JSON.
    pub params: &'a [u8],
    /// Its edge tags, where they are known already; none is none.
    pub tags: &'a [String],
    pub head: bool,
    pub if_none_match: Option<&'a [u8]>,
    pub origin: Origin,
}

pub(super) fn bundle(app: &Application, reply: &BundleReply<'_>, body: Bytes, etag: String) -> Response {
    let fresh = reply.if_none_match.is_some_and(|held| matches_etag(held, &etag));
    let mut response = caching(app, reply, if fresh { 304 } else { 200 });
    response.headers.push(("etag", FieldValue::Own(etag)));
    if let Some(status) = cache_status(reply.origin) {
        response.headers.push(("cache-status", FieldValue::Static(status)));
    }
    if fresh {
        return response;
    }
    let mut response = with_body(response, JSON, body);
    if reply.head {
        response.body = Bytes::new();
    }
    response
}

/// What the origin cache did, for whoever looks at the reply (RFC 9211, STORE-8).
fn cache_status(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::None => None,
        Origin::Hit => Some("Mizan; hit"),
        Origin::Missed => Some("Mizan; fwd=uri-miss; stored"),
        Origin::TooLarge => Some("Mizan; fwd=uri-miss"),
        Origin::Uncached => Some("Mizan; fwd=bypass"),
    }
}

fn caching(app: &Application, reply: &BundleReply<'_>, status: u16) -> Response {
    if !reply.context.public {
        return start(app, status, "private, no-cache");
    }
    let mut response = start(app, status, "public, max-age=0, must-revalidate");
    let found;
    let tags = if reply.tags.is_empty() {
        found = edge_tag::bundle_tags(reply.context, reply.frozen, reply.params);
        &found
    } else {
        reply.tags
    };
    match reply.frozen.ttl {
        Some(ttl) if tags.len() <= edge_tag::TAG_LIMIT => {
            response.headers.push(("cdn-cache-control", FieldValue::Own(format!("max-age={ttl}"))));
            response.headers.push(("cache-groups", FieldValue::Own(tag_list(tags))));
        }
        _ => response.headers.push(("cdn-cache-control", FieldValue::Static(NO_STORE))),
    }
    response
}

/// A strong entity tag: the first 16 bytes of the body's SHA-256 in lower hexadecimal.
pub(crate) fn etag(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in hash.iter().take(16) {
        tag.push(char::from(HEX[usize::from(byte >> 4)]));
        tag.push(char::from(HEX[usize::from(byte & 15)]));
    }
    tag.push('"');
    tag
}

const HEX: [u8; 16] = *b"0123456789abcdef";

/// The weak comparison that `If-None-Match` asks for (RFC 9110).
fn matches_etag(held: &[u8], etag: &str) -> bool {
    held.trim_ascii() == b"*"
        || held.split(|byte| *byte == b',').any(|one| {
            let one = one.trim_ascii();
            one.strip_prefix(b"W/").unwrap_or(one) == etag.as_bytes()
        })
}

/// The canonical URL of a public bundle that was asked for by another spelling (CACHE-4).
pub(super) fn redirect(app: &Application, location: String) -> Response {
    let mut response = start(app, 308, NO_STORE);
    response.headers.push(("location", FieldValue::Own(location)));
    response.headers.push(("content-length", FieldValue::Static("0")));
    response
}

/// The reply of `session/`, and the cookie (CSRF-7).
pub(super) fn session(
    app: &Application,
    authenticated: bool,
    token: Option<&str>,
    request: &SessionRequest,
) -> Response {
    let mut body = b"{\"authenticated\":".to_vec();
    body.extend_from_slice(if authenticated { b"true" } else { b"false" });
    body.extend_from_slice(b",\"csrf\":");
    let mut response = start(app, 200, NO_STORE);
    match token {
        Some(token) => {
            body.extend_from_slice(b"{\"header\":\"X-Mizan-CSRF\",\"token\":");
            canonical::write_string(&mut body, token);
            body.push(b'}');
            let secure = if request.secure { "; Secure" } else { "" };
            let cookie = format!("{CSRF_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}");
            response.headers.push(("set-cookie", FieldValue::Own(cookie)));
        }
        None => body.extend_from_slice(b"null"),
    }
    body.push(b'}');
    let mut response = with_body(response, JSON, body);
    if request.head {
        response.body = Bytes::new();
    }
    response
}

/// The IR as KDL.
pub(super) fn ir(app: &Application, head: bool) -> Response {
    let response = start(app, 200, NO_STORE);
    let mut response = with_body(response, "application/kdl; charset=utf-8", app.ir().as_bytes().to_vec());
    if head {
        response.body = Bytes::new();
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_none_match_compares_weakly_and_by_whole_tags() {
        let tag = etag(b"{}");
        assert_eq!(tag, "\"44136fa355b3678a1146ad16f7e8649e\"");
        for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned(), format!(" {tag} ")] {
            assert!(matches_etag(held.as_bytes(), &tag), "{held}");
        }
        for held in ["", "\"other\"", "44136fa355b3678a1146ad16f7e8649e", "\"44136fa355b3678a\""] {
            assert!(!matches_etag(held.as_bytes(), &tag), "{held}");
        }
    }
}
