//! One case in code: its input, why it is there, and what a human says of its answer.

use std::fmt::Write;

use mizan_core::value::canonical::{self, Numbers};
use mizan_core::value::{Value, json};

/// One case.
#[derive(Clone)]
pub(crate) struct Case {
    pub id: String,
    pub rules: String,
    pub reason: String,
    /// Names and JSON texts.
    pub input: Vec<(&'static str, String)>,
    pub must_fail: bool,
    pub expected: Vec<Expected>,
}

/// What a human says of an answer.
#[derive(Clone)]
pub(crate) enum Expected {
    /// `ok` is this JSON.
    Ok(String),
    /// A member of `ok` is this JSON.
    Member(&'static str, String),
    /// `ok.text` holds this.
    TextHolds(String),
    /// It is refused with this code.
    Refused(&'static str),
    /// Its details are these, as JSON.
    Details(String),
    /// Its message holds this.
    MessageHolds(String),
    /// The reply has this status.
    Status(u16),
    /// The reply has this body.
    Body(String),
    /// The reply has the header, or has it not.
    Header(&'static str, Option<String>),
    /// The log holds this.
    LogHolds(String),
    /// The replies to several requests are these, each as [`told`] tells it.
    Replies(String),
}

/// A case with nothing in it yet. `rules` are ids, with a blank between.
pub(crate) fn case(id: &str, rules: &str, reason: &str) -> Case {
    Case {
        id: id.to_owned(),
        rules: rules.to_owned(),
        reason: reason.to_owned(),
        input: Vec::new(),
        must_fail: false,
        expected: Vec::new(),
    }
}

impl Case {
    /// A member of the input, as JSON.
    pub(crate) fn with(mut self, name: &'static str, json: impl Into<String>) -> Self {
        self.input.push((name, json.into()));
        self
    }

    /// A member of the input that is text.
    pub(crate) fn with_text(self, name: &'static str, text: &str) -> Self {
        let text = string(text);
        self.with(name, text)
    }

    /// The bytes that the case is about.
    pub(crate) fn with_hex(self, bytes: &[u8]) -> Self {
        let hex = format!("\"{}\"", hex(bytes));
        self.with("hex", hex)
    }

    pub(crate) fn expect(mut self, expected: Expected) -> Self {
        self.must_fail |= match &expected {
            Expected::Refused(_) => true,
            Expected::Status(status) => *status >= 400,
            _ => false,
        };
        self.expected.push(expected);
        self
    }

    /// The answer is `ok` with this JSON.
    pub(crate) fn ok(self, json: &str) -> Self {
        self.expect(Expected::Ok(json.to_owned()))
    }

    /// The answer is `ok` with the bytes of this text.
    pub(crate) fn ok_hex(self, text: &str) -> Self {
        let json = format!("{{\"hex\":\"{}\"}}", hex(text.as_bytes()));
        self.ok(&json)
    }

    /// The answer is `ok` with this text.
    pub(crate) fn ok_text(self, text: &str) -> Self {
        let json = format!("{{\"text\":{}}}", string(text));
        self.ok(&json)
    }

    /// The answer is a refusal.
    pub(crate) fn refused(self, code: &'static str) -> Self {
        self.expect(Expected::Refused(code))
    }

    /// The answer is `VALIDATION` with these details, each a code, a message and a path as JSON.
    pub(crate) fn invalid(self, details: &[(&str, &str, &str)]) -> Self {
        let details: Vec<String> = details
            .iter()
            .map(|(code, message, path)| {
                format!("{{\"code\":\"{code}\",\"message\":{},\"path\":{path}}}", string(message))
            })
            .collect();
        self.refused("VALIDATION").expect(Expected::Details(format!("[{}]", details.join(","))))
    }

    /// The answer is `BUILD`, and the message holds this.
    pub(crate) fn does_not_build(self, message: &str) -> Self {
        self.refused("BUILD").expect(Expected::MessageHolds(message.to_owned()))
    }

    /// The case fails although nothing is refused.
    pub(crate) fn fails(mut self) -> Self {
        self.must_fail = true;
        self
    }

    /// The case's line, as a replayer reads it.
    pub(crate) fn line(&self, kind: &str) -> String {
        let input: Vec<String> = self.input.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        format!("{{\"id\":{},\"kind\":\"{kind}\",\"input\":{{{}}}}}", string(&self.id), input.join(","))
    }

    /// Where the answer is not as expected: a sentence for each difference.
    pub(crate) fn differences(&self, answer: &Value) -> Vec<String> {
        let mut found: Vec<String> = self
            .expected
            .iter()
            .filter_map(|expected| difference(expected, answer).map(|found| format!("{}: {found}", self.id)))
            .collect();
        if self.expected.is_empty() {
            found.push(format!("{}: nothing is expected of it", self.id));
        }
        found
    }
}

fn difference(expected: &Expected, answer: &Value) -> Option<String> {
    let member = |names: &[&str]| names.iter().try_fold(answer, |value, name| value.get(name));
    let text = |names: &[&str]| member(names).and_then(Value::as_str).unwrap_or_default().to_owned();
    let same = |expected: &str, found: Option<&Value>| {
        let wanted = json::parse(expected.as_bytes()).map_err(|error| format!("{expected}: {error}"));
        match (wanted, found) {
            (Ok(wanted), Some(found)) if shown(&wanted) == shown(found) => None,
            (Err(problem), _) => Some(problem),
            (Ok(wanted), _) => Some(format!("expected {}, found {}", shown(&wanted), shown(answer))),
        }
    };
    let holds = |expected: &str, found: &str| {
        (!found.contains(expected)).then(|| format!("expected {expected:?} in {found:?} of {}", shown(answer)))
    };
    let body = || unhex(&text(&["ok", "response", "body"]));
    match expected {
        Expected::Ok(json) => same(json, member(&["ok"])),
        Expected::Member(name, json) => same(json, member(&["ok", name])),
        Expected::TextHolds(part) => holds(part, &text(&["ok", "text"])),
        Expected::Refused(code) => same(&string(code), member(&["refused"])),
        Expected::Details(json) => same(json, member(&["details"])),
        Expected::MessageHolds(part) => holds(part, &text(&["message"])),
        Expected::Status(status) => same(&status.to_string(), member(&["ok", "response", "status"])),
        Expected::Body(wanted) => (body() != *wanted).then(|| format!("expected {wanted}, found {}", body())),
        Expected::Header(name, wanted) => {
            let headers = member(&["ok", "response", "headers"]).and_then(Value::as_list).unwrap_or_default();
            let found = headers.iter().find_map(|pair| match pair.as_list() {
                Some([held, value]) if held.as_str() == Some(name) => value.as_str(),
                _ => None,
            });
            (found != wanted.as_deref()).then(|| format!("{name}: expected {wanted:?}, found {found:?}"))
        }
        Expected::LogHolds(part) => holds(part, &member(&["ok", "log"]).map(shown).unwrap_or_default()),
        Expected::Replies(wanted) => {
            let found = member(&["ok", "replies"]).map_or_else(|| shown(answer), all_told);
            (found != *wanted).then(|| format!("expected {wanted}, found {found}"))
        }
    }
}

/// What became of requests, one after the other.
fn all_told(replies: &Value) -> String {
    replies.as_list().unwrap_or_default().iter().map(told).collect::<Vec<_>>().join("; ")
}

/// What became of a request: the status; what the origin cache did; the bundle, where it was one; which functions ran;
/// in brackets, what was asked meanwhile.
fn told(reply: &Value) -> String {
    let response = reply.get("response");
    let headers = response.and_then(|held| held.get("headers")).and_then(Value::as_list).unwrap_or_default();
    let header = |name: &str| {
        headers.iter().find_map(|pair| match pair.as_list() {
            Some([held, value]) if held.as_str() == Some(name) => value.as_str(),
            _ => None,
        })
    };
    let mut words = vec![response.and_then(|held| held.get("status")).map(shown).unwrap_or_default()];
    words.extend(header("cache-status").map(|status| match status {
        "Mizan; hit" => "hit".to_owned(),
        "Mizan; fwd=uri-miss; stored" => "stored".to_owned(),
        "Mizan; fwd=uri-miss" => "miss".to_owned(),
        "Mizan; fwd=bypass" => "bypass".to_owned(),
        other => format!("{other:?}"),
    }));
    let body = response.and_then(|held| held.get("body")).and_then(Value::as_str).map(unhex).unwrap_or_default();
    words.extend(Some(body).filter(|body| header("etag").is_some() && !body.is_empty()));
    let steps = reply.get("steps").and_then(Value::as_list).unwrap_or_default();
    let calls = steps.iter().filter_map(|step| step.get("invoke")?.as_list()).flatten();
    words.extend(calls.filter_map(|call| call.get("fn")?.as_str()).map(str::to_owned));
    words.extend(reply.get("meanwhile").map(|replies| format!("[{}]", all_told(replies))));
    words.join(" ")
}

/// Canonical text of a value.
fn shown(value: &Value) -> String {
    value.to_canonical(Numbers::Float).map_or_else(|error| error.to_string(), |text| lossy(&text))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The JSON text of a string.
pub(crate) fn string(text: &str) -> String {
    let mut out = Vec::new();
    canonical::write_string(&mut out, text);
    lossy(&out)
}

/// Lower-case hexadecimal text of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text of hexadecimal text.
pub(crate) fn unhex(text: &str) -> String {
    let digit = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    lossy(&(0..text.len()).step_by(2).filter_map(digit).collect::<Vec<u8>>())
}
