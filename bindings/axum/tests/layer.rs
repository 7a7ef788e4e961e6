//! The layer: what it answers by itself, what it hands on, and what is around it.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Router, ServiceExt};
use http_body_util::BodyExt;
use mizan::{Extension, Mizan};
use mizan_axum::Layer;
use mizan_axum::MizanService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::util::ServiceExt as _;

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

#[mizan::client(route = "/pay/:amount", methods = ["PUT", "GET"])]
async fn pay(request: mizan::Request, amount: i64) -> String {
    format!("{amount} {}", String::from_utf8_lossy(request.body()))
}

fn mizan() -> Mizan {
    Mizan::builder().function(greeting).function(tenant).function(pay).build().unwrap()
}

async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::new(Body::from(format!("{} {} {}", parts.method, parts.uri, String::from_utf8_lossy(&body))))
}

/// An application whose own routes say what reached them.
fn app() -> MizanService<Router> {
    let own = Router::new().route("/api/mizan/{*rest}", axum::routing::any(echo)).fallback(echo);
    mizan_axum::layer(mizan()).layer(own)
}

fn request(method: Method, path: &str, body: &'static str) -> Request {
    let json = Request::builder().header("content-type", "application/json");
    json.method(method).uri(path).body(Body::from(body)).unwrap()
}

async fn told(response: Response) -> (StatusCode, String) {
    let (parts, body) = response.into_parts();
    (parts.status, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

async fn ask(method: Method, path: &str, body: &'static str) -> (StatusCode, String) {
    told(app().oneshot(request(method, path, body)).await.unwrap()).await
}

const NOT_FOUND: &str = r#"{"error":{"code":"NOT_FOUND","message":"not found"}}"#;

#[tokio::test]
async fn the_base_and_the_pages_are_answered_at_once() {
    let answered = [
        (Method::GET, "/api/mizan/ctx/greeting/?name=Ada", "", r#"{"greeting":"Hello Ada"}"#),
        (
            Method::POST,
            "/api/mizan/call/",
            r#"{"fn":"greeting","args":{"name":"Ada"}}"#,
            r#"{"invalidate":[],"result":"Hello Ada"}"#,
        ),
        (Method::PUT, "/pay/5", "to Ada", r#""5 to Ada""#),
        (Method::GET, "/pay/6", "", r#""6 ""#),
    ];
    for (method, path, body, expected) in answered {
        assert_eq!(ask(method, path, body).await, (StatusCode::OK, expected.to_owned()), "{path}");
    }
    for path in ["/api/mizan", "/api/mizan/", "/api/mizan/nowhere"] {
        assert_eq!(ask(Method::GET, path, "").await, (StatusCode::NOT_FOUND, NOT_FOUND.to_owned()), "{path}");
    }
    assert_eq!(ask(Method::DELETE, "/api/mizan/call/", "").await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ask(Method::DELETE, "/pay/5", "").await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn everything_else_reaches_the_service_whole() {
    for (method, path, body) in [
        (Method::GET, "/", ""),
        (Method::POST, "/api/mizanine", "1 2 3"),
        (Method::PUT, "/pay", "by card"),
        (Method::POST, "/pay/5/later?when=tomorrow", "x"),
    ] {
        let expected = format!("{method} {path} {body}");
        assert_eq!(ask(method, path, body).await, (StatusCode::OK, expected));
    }
}

async fn as_ada(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Tenant("ada's"));
    next.run(request).await
}

#[tokio::test]
async fn layers_around_it_apply() {
    let call = || request(Method::POST, "/api/mizan/call/", r#"{"fn":"tenant"}"#);
    let around = from_fn(as_ada).layer(app());
    let expected = r#"{"invalidate":[],"result":"ada's"}"#;
    assert_eq!(told(around.oneshot(call()).await.unwrap()).await, (StatusCode::OK, expected.to_owned()));
    // Those of the router are behind it.
    let behind = mizan_axum::layer(mizan()).layer(Router::new().fallback(echo).layer(from_fn(as_ada)));
    assert_eq!(told(behind.oneshot(call()).await.unwrap()).await.0, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_router_may_have_it_as_a_layer_of_its_own() {
    // A layer of a router is around its routes and its fallback, so that nothing there is left to be found.
    let app: Router = Router::new().fallback(echo).layer(mizan_axum::layer(mizan()));
    let found = app.oneshot(request(Method::GET, "/api/mizan/ctx/greeting/?name=Ada", "")).await.unwrap();
    assert_eq!(told(found).await, (StatusCode::OK, r#"{"greeting":"Hello Ada"}"#.to_owned()));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let broken = Body::from_stream(futures_util::stream::iter([
        Ok("{\"fn\":\"tenant\"}"),
        Err(std::io::Error::other("its caller left")),
    ]));
    let request = Request::post("/api/mizan/call/").header("content-type", "application/json").body(broken).unwrap();
    let (status, text) = told(app().oneshot(request).await.unwrap()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("the body broke off"), "{text}");
}

#[tokio::test]
async fn it_is_served_over_a_socket() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, ServiceExt::<Request>::into_make_service(app())).await });
    for (path, expected) in
        [("/api/mizan/ctx/greeting/?name=Ada", r#"{"greeting":"Hello Ada"}"#), ("/own", "GET /own ")]
    {
        let mut caller = tokio::net::TcpStream::connect(place).await.unwrap();
        let asked = format!("GET {path} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n");
        caller.write_all(asked.as_bytes()).await.unwrap();
        let mut answered = String::new();
        caller.read_to_string(&mut answered).await.unwrap();
        assert!(
            answered.starts_with("HTTP/1.1 200 OK\r\n") && answered.ends_with(&format!("\r\n\r\n{expected}")),
            "{answered}"
        );
    }
}
