//! Signing in and out, as a browser does it: cookies are kept, and the token of `session/` is sent along.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// Somebody's browser.
#[derive(Clone)]
struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
}

impl Browser {
    fn open(app: &Router) -> Self {
        Self { app: app.clone(), cookies: BTreeMap::new(), token: None }
    }

    async fn send(&mut self, mut request: Request) -> (u16, HeaderMap, Value) {
        request.headers_mut().insert("host", HeaderValue::from_static("notes.test"));
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(COOKIE, pairs.join("; ").parse().unwrap());
        }
        let (parts, body) = self.app.clone().oneshot(request).await.unwrap().into_parts();
        for field in parts.headers.get_all(SET_COOKIE) {
            let (name, rest) = field.to_str().unwrap().split_once('=').unwrap();
            let (value, said) = rest.split_once(';').unwrap();
            if said.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), parts.headers, serde_json::from_slice(&body).unwrap())
    }

    async fn get(&mut self, path: &str) -> (u16, Value) {
        let (status, _, body) =
            self.send(Request::get(format!("/api/mizan/{path}")).body(Body::empty()).unwrap()).await;
        (status, body)
    }

    /// Fetches the token of `session/`, as the client does once it is told that one is required.
    async fn refresh(&mut self) {
        let body = self.get("session/").await.1;
        self.token = body["csrf"]["token"].as_str().map(str::to_owned);
    }

    async fn try_call(&mut self, function: &str, args: Value) -> (u16, HeaderMap, Value) {
        let mut request = Request::post("/api/mizan/call/").header(CONTENT_TYPE, "application/json");
        if let Some(token) = &self.token {
            request = request.header("x-mizan-csrf", token);
        }
        self.send(request.body(Body::from(json!({ "fn": function, "args": args }).to_string())).unwrap()).await
    }

    async fn call(&mut self, function: &str, args: Value) -> (u16, Value) {
        self.refresh().await;
        let (status, _, body) = self.try_call(function, args).await;
        (status, body)
    }

    async fn sign_in(app: &Router, name: &str, password: &str) -> Self {
        let mut browser = Self::open(app);
        assert_eq!(browser.call("sign_in", json!({ "name": name, "password": password })).await.0, 200);
        browser
    }
}

fn app() -> Router {
    axum_sessions::app("a secret that everybody knows: of these tests", false).unwrap()
}

#[tokio::test]
async fn whoever_signs_in_is_known_until_they_sign_out() {
    let mut browser = Browser::open(&app());
    assert_eq!(browser.get("session/").await.1["authenticated"], false);
    assert_eq!(browser.get("ctx/me/").await.0, 401);
    let wrong = browser.call("sign_in", json!({ "name": "ada", "password": "compiler" })).await;
    assert_eq!((wrong.0, &wrong.1["error"]["details"][0]["path"]), (422, &json!(["args", "password"])));
    let (status, body) = browser.call("sign_in", json!({ "name": "ada", "password": "difference" })).await;
    assert_eq!((status, &body["invalidate"]), (200, &json!([{ "context": "me" }])));
    assert_eq!(browser.call("add_note", json!({ "text": "Loops." })).await.0, 200);
    assert_eq!(browser.get("ctx/me/").await, (200, json!({ "notes": ["Loops."], "whoami": "ada" })));
    assert_eq!(browser.get("session/").await.1["authenticated"], true);
    assert_eq!(browser.call("sign_out", json!({})).await.0, 200);
    assert_eq!(browser.get("ctx/me/").await.0, 401);
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let mut ada = Browser::sign_in(&app(), "ada", "difference").await;
    // The browser sends the cookies of ada's session, and the other site's page knows no token.
    ada.token = None;
    let (status, headers, _) = ada.try_call("add_note", json!({ "text": "Not mine." })).await;
    assert_eq!((status, headers.get("x-mizan-csrf")), (403, Some(&HeaderValue::from_static("required"))));
    assert_eq!(ada.get("ctx/me/").await.1["notes"], json!([]));
}

#[tokio::test]
async fn the_token_of_a_session_is_of_no_use_to_another() {
    let app = app();
    let mut grace = Browser::sign_in(&app, "grace", "compiler").await;
    grace.refresh().await;
    let mut ada = Browser::sign_in(&app, "ada", "difference").await;
    ada.token = grace.token.clone();
    ada.cookies.insert("mizan_csrf".to_owned(), grace.token.clone().unwrap());
    assert_eq!(ada.try_call("add_note", json!({ "text": "Hers." })).await.0, 403);
    // Nor is one from before the session was another one.
    let mut again = ada.clone();
    ada.refresh().await;
    let (before, cookie) = (ada.token.clone(), ada.cookies["mizan_csrf"].clone());
    assert_eq!(again.call("sign_in", json!({ "name": "ada", "password": "difference" })).await.0, 200);
    again.token = before;
    again.cookies.insert("mizan_csrf".to_owned(), cookie);
    assert_eq!(again.try_call("add_note", json!({ "text": "Old." })).await.0, 403);
}

#[tokio::test]
async fn signing_in_changes_the_session() {
    let app = app();
    let mut ada = Browser::sign_in(&app, "ada", "difference").await;
    let planted = ada.clone();
    assert_eq!(ada.call("sign_in", json!({ "name": "ada", "password": "difference" })).await.0, 200);
    assert_ne!(ada.cookies["id"], planted.cookies["id"]);
    let mut planted = planted;
    assert_eq!(planted.get("ctx/me/").await.0, 401);
}

#[tokio::test]
async fn everybody_has_their_own() {
    let app = app();
    let mut ada = Browser::sign_in(&app, "ada", "difference").await;
    let mut grace = Browser::sign_in(&app, "grace", "compiler").await;
    assert_eq!(ada.call("add_note", json!({ "text": "Loops." })).await.0, 200);
    assert_eq!(grace.get("ctx/me/").await.1, json!({ "notes": [], "whoami": "grace" }));
}
