//! Cases of whole exchanges, a file for each part of the protocol.

mod batches;
mod bundles;
mod caching;
mod calls;
mod credentials;
mod errors;
mod forged;
mod guards;
mod http;
mod invalidation;
mod limits;
mod origin_cache;
mod origin_purges;
mod pages;
mod uploads;

use super::case::{Case, Expected, case, hex, string};
use super::scope::{application, function};

pub(super) fn cases() -> Vec<Case> {
    [
        http::cases(),
        calls::cases(),
        batches::cases(),
        bundles::cases(),
        caching::cases(),
        guards::cases(),
        invalidation::cases(),
        errors::cases(),
        limits::cases(),
        credentials::cases(),
        forged::cases(),
        origin_cache::cases(),
        origin_purges::cases(),
        pages::cases(),
        uploads::cases(),
    ]
    .concat()
}

/// `{"id":…}` as an input.
const ID: &str = r#"{"id":{"type":"integer"}}"#;
/// An application's members: an item by its id.
const NULL: &str = r#""output":{"type":"null"}"#;

/// A function without options that returns its value as it came.
fn echo() -> String {
    function("echo", r#"{"value":{}}"#, r#""output":{}"#)
}

/// The member `item_read` of the context `item`.
fn item_read() -> String {
    function("item_read", ID, r#""context":"item","output":{"type":"string"}"#)
}

/// The mutation `item_write`, which affects the context `item` by its id.
fn item_write() -> String {
    function("item_write", ID, &format!("\"affects\":[\"item\"],{NULL}"))
}

/// An application that is asked something.
fn asked(id: &str, rules: &str, reason: &str, functions: &[&str], contexts: &[&str]) -> Case {
    case(id, rules, reason).with("application", application(functions, contexts))
}

impl Case {
    /// The request, whole.
    fn request(self, method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers: Vec<String> =
            headers.iter().map(|(name, value)| format!("[{},{}]", string(name), string(value))).collect();
        let request = format!(
            r#"{{"method":"{method}","path":{},"query":{},"headers":[{}],"body":"{}"}}"#,
            string(path),
            string(query),
            headers.join(","),
            hex(body)
        );
        self.with("request", request).with("now", "1772359200")
    }

    /// A call with this body.
    fn post(self, body: &str) -> Self {
        self.request("POST", "/api/mizan/call/", "", &[("Content-Type", "application/json")], body.as_bytes())
    }

    /// A bundle.
    fn get(self, context: &str, query: &str) -> Self {
        self.request("GET", &format!("/api/mizan/ctx/{context}/"), query, &[], b"")
    }

    fn outcomes(self, outcomes: &str) -> Self {
        self.with("outcomes", outcomes)
    }

    /// The reply's status.
    fn status(self, status: u16) -> Self {
        self.expect(Expected::Status(status))
    }

    /// The reply's body.
    fn body(self, body: &str) -> Self {
        self.expect(Expected::Body(body.to_owned()))
    }

    /// The reply's header, or that there is none.
    fn header(self, name: &'static str, value: Option<&str>) -> Self {
        self.expect(Expected::Header(name, value.map(str::to_owned)))
    }

    /// The steps that the host was asked for.
    fn steps(self, steps: &str) -> Self {
        self.expect(Expected::Member("steps", steps.to_owned()))
    }

    /// That the host was asked for nothing.
    fn at_once(self) -> Self {
        self.steps("[]")
    }

    /// The reply is this error of the protocol, with its usual message and nothing else.
    fn error(self, status: u16, code: &str, message: &str) -> Self {
        self.status(status).body(&format!(r#"{{"error":{{"code":"{code}","message":{}}}}}"#, string(message)))
    }

    fn log(self, part: &str) -> Self {
        self.expect(Expected::LogHolds(part.to_owned()))
    }
}
