//! The router, in process: where it may be mounted, what its layers see, and how much of a body it reads.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use futures_util::stream;
use http_body_util::BodyExt;
use mizan::{Extension, Limits, Mizan, Upload};
use tower::ServiceExt;

#[mizan::client(context = "greeting")]
async fn greeting(name: String) -> String {
    format!("Hello {name}")
}

#[derive(Clone)]
struct Tenant(&'static str);

#[mizan::client]
async fn tenant(Extension(tenant): Extension<Tenant>) -> &'static str {
    tenant.0
}

#[mizan::client]
async fn length(#[mizan(max_size = 9, content_types = ["text/*"])] file: Upload) -> usize {
    file.size()
}

fn mizan() -> Mizan {
    let limits = {
        let mut limits = Limits::new();
        limits.body = Some(64);
        limits.upload = Some(400);
        limits
    };
    Mizan::builder()
        .function(greeting)
        .function(tenant)
        .function(length)
        .limits(limits)
        .expose_ir(true)
        .build()
        .unwrap()
}

async fn ask(app: &Router, request: Request) -> (StatusCode, String) {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

fn get(path: &str) -> Request {
    Request::get(path).body(Body::empty()).unwrap()
}

fn post(path: &str, body: impl Into<Body>) -> Request {
    Request::post(path).header("content-type", "application/json").body(body.into()).unwrap()
}

const GREETED: &str = r#"{"greeting":"Hello a+b"}"#;
const NOT_FOUND: &str = r#"{"error":{"code":"NOT_FOUND","message":"not found"}}"#;

#[tokio::test]
async fn it_answers_wherever_it_is_mounted() {
    let router = || -> Router { mizan_axum::router(mizan()) };
    let apps = [
        ("/api/mizan", router()),
        ("/api/mizan", Router::new().nest("/api/mizan", router())),
        ("/api/mizan", Router::new().nest_service("/api/mizan", router())),
        ("/api/mizan", Router::new().nest("/api", Router::new().nest("/mizan", router()))),
        ("/of/ada/mizan", Router::new().nest("/of/{tenant}/mizan", router())),
        ("/api/mizan", mizan_axum::routes(mizan())),
        ("/deep/api/mizan", Router::new().nest("/deep", mizan_axum::routes(mizan()))),
        ("/of/ada/api/mizan", Router::new().nest_service("/of/{tenant}", mizan_axum::routes::<()>(mizan()))),
    ];
    for (base, app) in apps {
        let found = ask(&app, get(&format!("{base}/ctx/greeting/?name=a%2Bb"))).await;
        assert_eq!(found, (StatusCode::OK, GREETED.to_owned()), "{base}");
        for path in ["/nowhere", "//ctx/greeting/", "/ctx/greeting%2f", "/api/mizan/ctx/greeting/?name=a"] {
            let found = ask(&app, get(&format!("{base}{path}"))).await;
            assert_eq!(found, (StatusCode::NOT_FOUND, NOT_FOUND.to_owned()), "{base}{path}");
        }
    }
}

#[tokio::test]
async fn an_application_keeps_its_own_routes() {
    let app = Router::new()
        .route("/health", axum::routing::get(|| async { "fine" }))
        .nest("/api/mizan", mizan_axum::router(mizan()))
        .fallback(|| async { (StatusCode::IM_A_TEAPOT, "mine") });
    assert_eq!(ask(&app, get("/health")).await, (StatusCode::OK, "fine".to_owned()));
    assert_eq!(ask(&app, get("/elsewhere")).await, (StatusCode::IM_A_TEAPOT, "mine".to_owned()));
    let other = Request::delete("/api/mizan/call/").body(Body::empty()).unwrap();
    assert_eq!(ask(&app, other).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

async fn as_ada(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Tenant("ada's"));
    next.run(request).await
}

#[tokio::test]
async fn layers_around_it_apply() {
    let app = Router::new().nest("/api/mizan", mizan_axum::router(mizan())).layer(from_fn(as_ada));
    let found = ask(&app, post("/api/mizan/call/", r#"{"fn":"tenant"}"#)).await;
    assert_eq!(found, (StatusCode::OK, r#"{"invalidate":[],"result":"ada's"}"#.to_owned()));
}

#[tokio::test]
async fn a_body_is_read_no_further_than_its_limit() {
    let app: Router = mizan_axum::router(mizan());
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let pieces = std::iter::from_fn(move || {
        counter.fetch_add(10, Ordering::Relaxed);
        Some(Ok::<_, Infallible>(Bytes::from_static(b"0123456789")))
    });
    let long = Body::from_stream(stream::iter(pieces.take(1000)));
    let found = ask(&app, post("/api/mizan/call/", long)).await;
    assert_eq!(found.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(read.load(Ordering::Relaxed) <= 80, "{read:?} bytes");
}

#[tokio::test]
async fn pieces_of_a_body_are_one_body() {
    let app: Router = mizan_axum::router(mizan());
    let whole = br#"{"fn":"greeting","args":{"name":"Ada"}}"#;
    let pieces = whole.chunks(7).map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)));
    let found = ask(&app, post("/api/mizan/call/", Body::from_stream(stream::iter(pieces)))).await;
    assert_eq!(found, (StatusCode::OK, r#"{"invalidate":[],"result":"Hello Ada"}"#.to_owned()));
}

#[tokio::test]
async fn files_have_a_limit_of_their_own() {
    let app: Router = mizan_axum::router(mizan());
    let form = |file: &str| {
        let call = r#"{"fn":"length"}"#;
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"call\"\r\n\r\n{call}\r\n--x\r\nContent-Disposition: \
             form-data; name=\"/file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{file}\r\n--x--\r\n"
        );
        let request = Request::post("/api/mizan/call/").header("content-type", "multipart/form-data; boundary=x");
        request.body(Body::from(body)).unwrap()
    };
    assert_eq!(ask(&app, form("123456789")).await, (StatusCode::OK, r#"{"invalidate":[],"result":9}"#.to_owned()));
    assert_eq!(ask(&app, form("1234567890")).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(ask(&app, form(&"1".repeat(400))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}
