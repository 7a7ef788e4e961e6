//! Pages: functions with a route outside the base, with data and with responses of their own (PAGE-1 to PAGE-7).
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use mizan::{Error, Identity, Limits, Mizan, Response, params};
use tower::ServiceExt;

#[mizan::client(context = "shelf", route = "/shelves/:topic")]
async fn shelf(topic: String, #[mizan(default = 1)] page: i64) -> String {
    format!("{topic} {page}")
}

#[mizan::client(route = "/shelves/all")]
fn all_shelves() -> &'static str {
    "all"
}

#[mizan::client(
    route = "/shelves/:name",
    methods = ["POST"],
    affects = shelf,
    affects_params = |_, name| params! { topic: name }
)]
async fn put(name: String, request: mizan::Request) -> Result<Response, Error> {
    match std::str::from_utf8(request.body()) {
        Ok("") => Err(Error::conflict("Nothing came.")),
        Ok("badly") => Ok(mizan::http::Response::builder().status(400).body("badly")?.into()),
        Ok(text) => Ok(Response::see_other(&format!("/shelves/{name}?{text}"))),
        Err(_) => Err(Error::internal("no text")),
    }
}

#[mizan::client(route = "/staff", auth = "staff")]
async fn staff(identity: Identity) -> Response {
    mizan::http::Response::builder().header("content-type", "text/plain").body(identity.sub).unwrap_or_default().into()
}

#[mizan::client(route = "/:user/:repo/:file/")]
fn file(user: String, repo: String, file: String) -> String {
    format!("{user} {repo} {file}")
}

fn app() -> Router {
    let limits = {
        let mut limits = Limits::new();
        limits.body = Some(64);
        limits
    };
    let mizan = Mizan::builder()
        .function(shelf)
        .function(all_shelves)
        .function(put)
        .function(staff)
        .function(file)
        .limits(limits)
        .identify(|request| async move {
            let name = request.headers().get("x-user").and_then(|name| name.to_str().ok());
            Ok(name.map(|name| Identity::new(name).staff(name == "root")))
        })
        .csrf(false)
        .build()
        .unwrap();
    mizan_axum::routes(mizan)
}

async fn ask(request: Request) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = app().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(path: &str) -> (StatusCode, String) {
    let (status, _, body) = ask(Request::get(path).body(Body::empty()).unwrap()).await;
    (status, body)
}

async fn post(body: &'static str) -> (StatusCode, HeaderMap, String) {
    ask(Request::post("/shelves/sea").header("host", "desk.test").body(Body::from(body)).unwrap()).await
}

/// A page whose params fit what is below the base does not have it, mounted before the protocol or after it (PAGE-2).
#[tokio::test]
async fn the_base_comes_before_a_page_of_params() {
    let (status, _, body) = ask(Request::post("/api/mizan/call/")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"fn":"all_shelves"}"#))
        .unwrap())
    .await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"invalidate":[],"result":"all"}"#));
    assert_eq!(get("/api/mizan/other/").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get("/api/other/call/").await, (StatusCode::OK, r#""api other call""#.to_owned()));
}

/// So it is where no router has chosen: the application is asked for the path itself.
#[tokio::test]
async fn the_base_comes_first_for_the_application_alone() {
    let mizan = Mizan::builder().function(file).csrf(false).build().unwrap();
    let ask = async |path: &str| {
        let request = mizan::http::Request::get(path).body(mizan::bytes::Bytes::new()).unwrap();
        mizan.handle(request).await.status()
    };
    assert_eq!(ask("/api/mizan/session/").await, StatusCode::OK);
    assert_eq!(ask("/api/mizan/call/").await, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ask("/api/mizan/other/").await, StatusCode::NOT_FOUND);
    assert_eq!(ask("/api/other/call/").await, StatusCode::OK);
}

#[tokio::test]
async fn data_is_the_body_of_its_page() {
    assert_eq!(get("/shelves/sea").await, (StatusCode::OK, r#""sea 1""#.to_owned()));
    assert_eq!(get("/shelves/a%2Fb+c?page=3").await, (StatusCode::OK, r#""a/b+c 3""#.to_owned()));
    assert_eq!(get("/shelves/all").await.1, r#""all""#);
    assert_eq!(get("/shelves/").await.0, StatusCode::NOT_FOUND);
    let (status, body) = get("/shelves/sea?page=x").await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && body.contains("VALIDATION"), "{status} {body}");
    // It is a member of its context as ever.
    assert_eq!(get("/api/mizan/ctx/shelf/?topic=sea").await.1, r#"{"shelf":"sea 1"}"#);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let (status, headers, _) = ask(Request::delete("/shelves/sea").body(Body::empty()).unwrap()).await;
    assert_eq!((status, &headers["allow"]), (StatusCode::METHOD_NOT_ALLOWED, &"GET, HEAD, POST".parse().unwrap()));
}

#[tokio::test]
async fn a_response_is_sent_as_it_is_and_says_what_changed() {
    let (status, headers, body) = post("page=2").await;
    assert_eq!((status, body.as_str()), (StatusCode::SEE_OTHER, ""));
    assert_eq!(headers["location"], "/shelves/sea?page=2");
    assert_eq!(headers["x-mizan-invalidate"], "shelf.shelf;topic=\"sea\"");
    let (status, headers, body) = post("badly").await;
    assert_eq!((status, body.as_str()), (StatusCode::BAD_REQUEST, "badly"));
    assert!(!headers.contains_key("x-mizan-invalidate"), "{headers:?}");
    let (status, headers, body) = post("").await;
    assert!(status == StatusCode::CONFLICT && body.contains("Nothing came."), "{status} {body}");
    assert!(!headers.contains_key("x-mizan-invalidate"), "{headers:?}");
}

#[tokio::test]
async fn a_body_beyond_the_limit_reaches_no_function() {
    assert_eq!(post("0123456789012345678901234567890123456789012345678901234567890123").await.0, StatusCode::SEE_OTHER);
    let (status, _, body) = post("01234567890123456789012345678901234567890123456789012345678901234").await;
    assert!(status == StatusCode::PAYLOAD_TOO_LARGE && body.contains("PAYLOAD_TOO_LARGE"), "{status} {body}");
}

#[tokio::test]
async fn guards_stand_before_pages() {
    assert_eq!(get("/staff").await.0, StatusCode::UNAUTHORIZED);
    let root = ask(Request::get("/staff").header("x-user", "root").body(Body::empty()).unwrap()).await;
    assert_eq!((root.0, root.2.as_str()), (StatusCode::OK, "root"));
    let ada = ask(Request::get("/staff").header("x-user", "ada").body(Body::empty()).unwrap()).await;
    assert_eq!(ada.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_returns_a_response_is_no_call() {
    let call = Request::post("/api/mizan/call/").header("content-type", "application/json");
    let (status, _, body) = ask(call.body(Body::from(r#"{"fn":"put","args":{"name":"sea"}}"#)).unwrap()).await;
    assert!(status == StatusCode::FORBIDDEN && body.contains("FORBIDDEN"), "{status} {body}");
}

#[mizan::client]
fn responds_to_nothing() -> Response {
    Response::see_other("/")
}

#[mizan::client(context = "shelf", route = "/words")]
fn responds_in_a_context() -> Response {
    Response::see_other("/")
}

#[test]
fn a_response_needs_a_page_of_its_own() {
    let refused = Mizan::builder().function(responds_to_nothing).function(responds_in_a_context).build();
    let text = refused.unwrap_err().to_string();
    assert!(text.contains("responds_to_nothing: it returns a response, and has no route"), "{text}");
    assert!(text.contains("responds_in_a_context: it returns a response, and a member of a context"), "{text}");
}
