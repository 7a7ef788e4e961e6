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
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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

#[mizan::client(route = "/pay", methods = ["POST"])]
async fn pay(request: mizan::Request) -> String {
    String::from_utf8_lossy(request.body()).into_owned()
}

#[mizan::client]
async fn paid() {}

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
        .function(pay)
        .function(paid)
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
const BROKEN: &str = r#"{"error":{"code":"BAD_REQUEST","message":"the body broke off"}}"#;
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

/// HTTP-4, PAGE-8: what came of it may be well formed all the same.
#[tokio::test]
async fn nothing_runs_on_a_part_of_a_body() {
    let app: Router = mizan_axum::routes(mizan());
    for (path, part) in [("/api/mizan/call/", r#"{"fn":"paid"}"#), ("/pay", "amount=10")] {
        let broken = move |ends: bool| {
            let pieces = [Ok(Bytes::from_static(part.as_bytes())), Err(std::io::Error::other("a malformed chunk"))];
            Body::from_stream(stream::iter(pieces.into_iter().take(if ends { 1 } else { 2 })))
        };
        assert_eq!(ask(&app, post(path, broken(true))).await.0, StatusCode::OK, "the whole of it");
        let (parts, body) = app.clone().oneshot(post(path, broken(false))).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        assert_eq!((parts.status, &body[..]), (StatusCode::BAD_REQUEST, BROKEN.as_bytes()), "{path}");
        assert!(parts.headers.contains_key("x-mizan-contract"), "{path}");
    }
}

/// As a server sees it: a caller leaves, and a chunk is none.
#[tokio::test]
async fn a_server_runs_nothing_for_a_caller_who_left_in_the_middle() {
    let app: Router = mizan_axum::routes(mizan());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let head = "POST /pay HTTP/1.1\r\nHost: desk.test\r\nConnection: close\r\n";
    for rest in [
        "Content-Length: 20\r\n\r\namount=10",
        "Transfer-Encoding: chunked\r\n\r\n9\r\namount=10\r\nZZ\r\n",
        "Content-Length: 9\r\n\r\namount=10",
    ] {
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        socket.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut reply = String::new();
        // A server may cut the connection short.
        let _ = socket.read_to_string(&mut reply).await;
        assert_eq!(reply.contains("amount=10"), rest.starts_with("Content-Length: 9"), "{rest:?}: {reply}");
    }
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
