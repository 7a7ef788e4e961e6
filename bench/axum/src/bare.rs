//! Axum by hand: serde in and out and the checks written out; the same with a map of finished bodies; and axum's own cost.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Json, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use mizan_bench_answers::{NAME_LENGTHS, PROFILE, Renamed, user};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    user_id: i32,
    name: String,
}

#[derive(Deserialize)]
struct Asked {
    user_id: i32,
}

async fn rename(Json(Rename { user_id, name }): Json<Rename>) -> Response {
    if !NAME_LENGTHS.contains(&name.chars().count()) {
        return (StatusCode::UNPROCESSABLE_ENTITY, "name: expected 2 to 40 characters").into_response();
    }
    Json(Renamed { user_id, name }).into_response()
}

async fn read(Query(Asked { user_id }): Query<Asked>) -> Response {
    if user_id != PROFILE.user_id {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(user()).into_response()
}

/// Serde and checks by hand.
pub(crate) fn bare() -> Router {
    Router::new().route("/rename", post(rename)).route("/user", get(read))
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// As long as the digest of a contract.
const CONTRACT: HeaderValue = HeaderValue::from_static("0123456789abcdef");

#[derive(Serialize)]
struct Params {
    user_id: i32,
}

#[derive(Serialize)]
struct Stale {
    context: &'static str,
    params: Params,
}

#[derive(Serialize)]
struct Reply {
    invalidate: [Stale; 1],
    result: Renamed,
}

async fn rename_and_tell(Json(Rename { user_id, name }): Json<Rename>) -> Response {
    if !NAME_LENGTHS.contains(&name.chars().count()) {
        return (StatusCode::UNPROCESSABLE_ENTITY, "name: expected 2 to 40 characters").into_response();
    }
    let stale = HeaderValue::try_from(format!("user;user_id={user_id}")).expect("it is text");
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (HeaderName::from_static("x-mizan-contract"), CONTRACT),
        (HeaderName::from_static("x-mizan-invalidate"), stale),
    ];
    let invalidate = [Stale { context: "user", params: Params { user_id } }];
    (headers, Json(Reply { invalidate, result: Renamed { user_id, name } })).into_response()
}

async fn read_and_tell(Query(Asked { user_id }): Query<Asked>) -> Response {
    if user_id != PROFILE.user_id {
        return StatusCode::NOT_FOUND.into_response();
    }
    let body = serde_json::to_vec(&user()).expect("it is JSON");
    let hash = Sha256::digest(&body);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in &hash[..16] {
        tag.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
    }
    tag.push('"');
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (HeaderName::from_static("x-mizan-contract"), CONTRACT),
        (ETAG, HeaderValue::try_from(tag).expect("it is text")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ];
    (headers, body).into_response()
}

/// The same by hand, with the reply that Mizan gives: its envelope, its header fields, and the digest of the bundle.
pub(crate) fn telling() -> Router {
    Router::new().route("/rename", post(rename_and_tell)).route("/user", get(read_and_tell))
}

type Kept = Arc<RwLock<HashMap<i32, Bytes>>>;

async fn read_kept(State(kept): State<Kept>, Query(Asked { user_id }): Query<Asked>) -> Response {
    let found = kept.read().expect("nobody panics with it").get(&user_id).cloned();
    if let Some(body) = found {
        return json(body);
    }
    if user_id != PROFILE.user_id {
        return StatusCode::NOT_FOUND.into_response();
    }
    let body = Bytes::from(serde_json::to_vec(&user()).expect("it is JSON"));
    kept.write().expect("nobody panics with it").insert(user_id, body.clone());
    json(body)
}

/// Finished bodies in a map.
pub(crate) fn kept() -> Router {
    Router::new().route("/user", get(read_kept)).with_state(Kept::default())
}

static RENAMED: Bytes = Bytes::from_static(br#"{"user_id":5,"name":"Ada"}"#);
static USER: LazyLock<Bytes> = LazyLock::new(|| serde_json::to_vec(&user()).expect("it is JSON").into());

/// What axum and hyper take by themselves: the body is read, and bytes made beforehand are answered.
pub(crate) fn floor() -> Router {
    Router::new()
        .route("/rename", post(async |_: Bytes| json(RENAMED.clone())))
        .route("/user", get(async || json(USER.clone())))
}
