//! The plugin in an app without a screen: real messages of Tauri's, through its commands and its permissions.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by its panic")]

use mizan::http::HeaderMap;
use mizan::{Context, Error, Identity, Mizan, Request, Upload};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::utils::acl::ExecutionContext;
use tauri::webview::InvokeRequest;
use tauri::{App, Webview, WebviewWindow, WebviewWindowBuilder};

#[mizan::client(context = "greeting")]
async fn greeting(name: String) -> String {
    format!("Hello {name}")
}

/// What everybody may read.
#[mizan::client(context = Context::new("sights").public())]
async fn sights(#[mizan(default = 1)] page: i64) -> i64 {
    page
}

#[mizan::client(affects = Context::new("greeting"))]
async fn rename(name: String) -> Result<String, Error> {
    if name.is_empty() { Err(Error::conflict("Somebody has that name.")) } else { Ok(name) }
}

#[mizan::client]
async fn fail() -> String {
    panic!("a secret of the server")
}

#[mizan::client]
async fn length(file: Upload) -> usize {
    file.size()
}

/// The bytes of a header.
#[mizan::client]
async fn name(request: Request) -> Vec<u8> {
    request.headers()["x-name"].as_bytes().to_vec()
}

#[mizan::client(auth = "authenticated")]
async fn whoami(identity: Identity) -> String {
    identity.sub
}

async fn identify(request: Request) -> Result<Option<Identity>, Error> {
    let window = request.extension::<Webview<MockRuntime>>();
    Ok(window.filter(|window| window.label() != "main").map(|window| Identity::new(window.label())))
}

fn mizan() -> Mizan {
    Mizan::builder()
        .identify(identify)
        .function(greeting)
        .function(sights)
        .function(rename)
        .function(fail)
        .function(length)
        .function(name)
        .function(whoami)
        .expose_ir(true)
        .build()
        .unwrap()
}

/// An app whose windows may use these commands, as a capability would say.
fn app(allowed: &[&str]) -> App<MockRuntime> {
    let mut context = mock_context(noop_assets());
    for command in allowed {
        context.runtime_authority_mut().__allow_command(format!("plugin:mizan|{command}"), ExecutionContext::Local);
    }
    mock_builder().plugin(tauri_plugin_mizan::init(mizan())).build(context).unwrap()
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, tauri::WebviewUrl::default()).build().unwrap()
}

/// The main window of an app that may use the plugin.
fn main_window() -> WebviewWindow<MockRuntime> {
    window(&app(&["call", "fetch"]), "main")
}

/// Sends a message as the page of the window would, its head before its body.
fn send(window: &WebviewWindow<MockRuntime>, command: &str, head: &str, body: &[u8]) -> Result<String, Value> {
    send_as_it_is(window, command, InvokeBody::Raw([head.as_bytes(), b"\n", body].concat()))
}

fn send_as_it_is(window: &WebviewWindow<MockRuntime>, command: &str, body: InvokeBody) -> Result<String, Value> {
    let message = InvokeRequest {
        cmd: format!("plugin:mizan|{command}"),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: window.url().unwrap(),
        body,
        headers: HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, message).map(|reply| match reply {
        InvokeResponseBody::Json(text) => text,
        InvokeResponseBody::Raw(bytes) => panic!("{} bytes", bytes.len()),
    })
}

const JSON: &str = r#"{"headers":{"Content-Type":"application/json"}}"#;

/// Status and body of the reply to a call.
fn call(window: &WebviewWindow<MockRuntime>, body: &str) -> (u64, Value) {
    read(&send(window, "call", JSON, body.as_bytes()).unwrap())
}

/// Status and body of the reply for a bundle.
fn fetch(window: &WebviewWindow<MockRuntime>, target: &str) -> (u64, Value) {
    let head = json!({ "target": target }).to_string();
    read(&send(window, "fetch", &head, b"").unwrap())
}

fn read(reply: &str) -> (u64, Value) {
    let reply: Value = serde_json::from_str(reply).unwrap();
    (reply["status"].as_u64().unwrap(), reply["body"].clone())
}

fn refused(code: &str, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}

#[test]
fn a_call_is_answered_as_the_core_wrote_it() {
    let body = r#"{"fn":"rename","args":{"name":"Ada"},"refresh":[{"context":"greeting","params":{"name":"Ada"}}]}"#;
    let reply = send(&main_window(), "call", JSON, body.as_bytes()).unwrap();
    let (head, body) = reply.split_once(r#","body":"#).unwrap();
    assert_eq!(
        body,
        concat!(
            r#"{"bundles":[{"context":"greeting","data":{"greeting":"Hello Ada"},"params":{"name":"Ada"}}],"#,
            r#""invalidate":[{"context":"greeting","params":{"name":"Ada"}}],"result":"Ada"}}"#
        )
    );
    let head: Value = serde_json::from_str(&format!("{head}}}")).unwrap();
    assert_eq!(head["status"], 200);
    let headers = head["headers"].as_str().unwrap();
    assert!(headers.contains("\x7fcontent-type:application/json\x7f"), "{headers}");
    assert!(headers.contains(&format!("\x7fx-mizan-contract:{}\x7f", mizan().digest())), "{headers}");
}

#[test]
fn a_bundle_is_fetched_by_its_target() {
    let found = fetch(&main_window(), "/ctx/greeting/?name=a%2Bb%20%C3%A9");
    assert_eq!(found, (200, json!({ "greeting": "Hello a+b é" })));
}

#[test]
fn quotes_of_a_header_are_there_for_the_page() {
    let head = json!({ "target": "/ctx/sights/" }).to_string();
    let reply: Value = serde_json::from_str(&send(&main_window(), "fetch", &head, b"").unwrap()).unwrap();
    let headers = reply["headers"].as_str().unwrap();
    let tag = headers.split('\x7f').find_map(|field| field.strip_prefix("etag:")).unwrap();
    assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{headers}");
}

#[test]
fn a_redirect_has_a_location_and_no_body() {
    let head = json!({ "target": "/ctx/sights/?page=1" }).to_string();
    let reply: Value = serde_json::from_str(&send(&main_window(), "fetch", &head, b"").unwrap()).unwrap();
    assert_eq!((&reply["status"], &reply["body"]), (&json!(308), &Value::Null));
    assert!(reply["headers"].as_str().unwrap().contains("\x7flocation:/api/mizan/ctx/sights/\x7f"), "{reply}");
}

#[test]
fn errors_are_those_of_the_protocol() {
    let window = main_window();
    let conflict = refused("CONFLICT", "Somebody has that name.");
    assert_eq!(call(&window, r#"{"fn":"rename","args":{"name":""}}"#), (409, conflict));
    assert_eq!(call(&window, r#"{"fn":"nothing"}"#).0, 404);
    assert_eq!(call(&window, r#"{"fn":"greeting"}"#).0, 422);
    assert_eq!(call(&window, "{").0, 400);
    assert_eq!(fetch(&window, "/ctx/nothing/").0, 404);
}

#[test]
fn a_panic_is_a_failure_that_shows_nothing() {
    let (status, body) = call(&main_window(), r#"{"fn":"fail"}"#);
    assert_eq!((status, &body["error"]["code"]), (500, &json!("INTERNAL")));
    assert!(!body.to_string().contains("secret"), "{body}");
}

#[test]
fn the_window_that_asks_is_who_asks() {
    let app = app(&["call", "fetch"]);
    let asked = r#"{"fn":"whoami"}"#;
    assert_eq!(call(&window(&app, "main"), asked).0, 401);
    for label in ["till", "office"] {
        assert_eq!(call(&window(&app, label), asked), (200, json!({ "invalidate": [], "result": label })));
    }
}

#[test]
fn files_travel_as_bytes() {
    let body = concat!(
        "--x\r\nContent-Disposition: form-data; name=\"call\"\r\n\r\n{\"fn\":\"length\"}\r\n--x\r\nContent-Disposition: ",
        "form-data; name=\"/file\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let body = [body.as_bytes(), b"\0\xff\x80", b"\r\n--x--\r\n"].concat();
    let head = r#"{"headers":{"Content-Type":"multipart/form-data; boundary=x"}}"#;
    let reply = send(&main_window(), "call", head, &body).unwrap();
    assert_eq!(read(&reply), (200, json!({ "invalidate": [], "result": 3 })));
}

#[test]
fn a_message_may_come_as_numbers_where_a_web_view_has_no_other_way() {
    let numbers = [JSON, r#"{"fn":"rename","args":{"name":"Ada"}}"#].join("\n").into_bytes();
    let reply = send_as_it_is(&main_window(), "call", InvokeBody::Json(json!(numbers))).unwrap();
    assert_eq!(read(&reply).0, 200);
}

#[test]
fn what_is_no_message_is_refused_by_the_core() {
    let window = main_window();
    let good = r#"{"fn":"fail"}"#;
    let heads = [
        "",
        "no JSON",
        "[]",
        r#"{"headers":[["Content-Type","application/json"]]}"#,
        r#"{"headers":{"Content-Type":1}}"#,
        r#"{"headers":{"a name":"a","Content-Type":"application/json"}}"#,
        r#"{"headers":{"x-name":"a\nb","Content-Type":"application/json"}}"#,
        r#"{"headers":{"x-name":"\u0100","Content-Type":"application/json"}}"#,
    ];
    for head in heads {
        let reply = send(&window, "call", head, good.as_bytes()).unwrap();
        assert_eq!(read(&reply).0, 415, "{head}");
        let reply = send(&window, "fetch", head, b"").unwrap();
        assert_eq!(read(&reply), (404, refused("NOT_FOUND", "not found")), "{head}");
    }
    for body in [json!(null), json!({ "fn": "rename" }), json!([256]), json!(good)] {
        let reply = send_as_it_is(&window, "call", InvokeBody::Json(body)).unwrap();
        assert_eq!(read(&reply).0, 415);
    }
    for body in ["", "\n", JSON] {
        let reply = send_as_it_is(&window, "call", InvokeBody::Raw(body.into())).unwrap();
        assert_eq!(read(&reply).0, if body == JSON { 400 } else { 415 }, "{body:?}");
    }
}

#[test]
fn headers_are_latin_1_as_over_http() {
    let head = r#"{"headers":{"Content-Type":"application/json","x-name":"Zo\u00eb"}}"#;
    let reply = send(&main_window(), "call", head, br#"{"fn":"name"}"#).unwrap();
    assert_eq!(read(&reply), (200, json!({ "invalidate": [], "result": [0x5a, 0x6f, 0xeb] })));
}

#[test]
fn nothing_else_of_http_is_served() {
    let window = main_window();
    for target in ["/ir/", "/session/", "/call/", "/", "", "ctx/greeting/", "/ctx/../ir/", "/ctx/ /", "http://a/ctx/"] {
        assert_eq!(fetch(&window, target), (404, refused("NOT_FOUND", "not found")), "{target}");
    }
}

#[test]
fn a_window_without_the_permission_is_refused_by_tauri() {
    let window = window(&app(&["call"]), "main");
    assert_eq!(call(&window, r#"{"fn":"rename","args":{"name":"Ada"}}"#).0, 200);
    let refusal = send(&window, "fetch", r#"{"target":"/ctx/sights/"}"#, b"").unwrap_err();
    assert!(refusal.to_string().contains("mizan.fetch not allowed"), "{refusal}");
}
