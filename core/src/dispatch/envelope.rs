//! Reading the body of a call: one call or a batch of them (HTTP-4, CALL-1, BATCH-1, BATCH-4, REFRESH-1).

use std::ops::Range;

use super::message::Request;
use crate::error::code::{ErrorCode, ErrorReply};
use crate::ir::program::Refusal;
use crate::registry::Application;
use crate::value::json::JsonError;
use crate::value::{Value, json};

/// What a body asks for.
#[derive(Debug)]
pub(super) struct Envelope {
    pub batch: bool,
    /// An entry that is no call stands for itself as its error, so that the others of its batch go on.
    pub calls: Vec<Result<CallRequest, ErrorReply>>,
}

#[derive(Debug, Default)]
pub(super) struct CallRequest {
    pub name: String,
    /// The raw text of the args.
    pub args: Vec<u8>,
    pub refresh: Vec<RefreshRequest>,
}

/// A bundle that the client shows and would have to fetch again.
#[derive(Debug)]
pub(super) struct RefreshRequest {
    pub context: String,
    /// The raw text of the params.
    pub params: Vec<u8>,
}

const EMPTY: &[u8] = b"{}";

pub(super) fn read(app: &Application, request: &Request<'_>) -> Result<Envelope, ErrorReply> {
    let limits = app.limits();
    if !is_json(request.header("content-type")) {
        return Err(ErrorReply::new(ErrorCode::UnsupportedMediaType));
    }
    if request.body.len() > limits.body as usize || declared_length(request) > u64::from(limits.body) {
        return Err(ErrorReply::new(ErrorCode::PayloadTooLarge));
    }
    let body = request.body;
    if first_byte(body) == Some(b'[') {
        let items = json::items(body).map_err(malformed)?;
        if items.len() > limits.batch as usize {
            return Err(bad_request(format!("a batch holds at most {} calls", limits.batch)));
        }
        let calls = items.into_iter().map(|range| call(app, slice(body, range))).collect();
        return Ok(Envelope { batch: true, calls });
    }
    Ok(Envelope { batch: false, calls: vec![Ok(call(app, body)?)] })
}

/// Whether the media type is `application/json`, whatever its parameters.
fn is_json(content_type: Option<&[u8]>) -> bool {
    let Some(content_type) = content_type else { return false };
    let end = content_type.iter().position(|byte| *byte == b';').unwrap_or(content_type.len());
    content_type.get(..end).unwrap_or_default().trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// The length that the request declares; zero where it declares none that can be read.
fn declared_length(request: &Request<'_>) -> u64 {
    let text = request.header("content-length").and_then(|value| std::str::from_utf8(value).ok());
    text.and_then(|text| text.trim().parse().ok()).unwrap_or_default()
}

fn call(app: &Application, text: &[u8]) -> Result<CallRequest, ErrorReply> {
    if first_byte(text) != Some(b'{') {
        json::check(text).map_err(malformed)?;
        return Err(bad_request("a call is an object with the member \"fn\""));
    }
    let mut name = None;
    let mut args = EMPTY;
    let mut refresh = Vec::new();
    for (key, range) in json::members(text).map_err(malformed)? {
        let value = slice(text, range);
        match key.as_ref() {
            "fn" => match json::parse(value) {
                Ok(Value::String(text)) => name = Some(text),
                _ => return Err(bad_request("\"fn\" must be the name of a function")),
            },
            "args" => args = value,
            "refresh" => refresh = self::refresh(app, value)?,
            _ => return Err(bad_request("a call has no other members than \"fn\", \"args\" and \"refresh\"")),
        }
    }
    let name = name.ok_or_else(|| bad_request("a call is an object with the member \"fn\""))?;
    Ok(CallRequest { name, args: args.to_vec(), refresh })
}

fn refresh(app: &Application, text: &[u8]) -> Result<Vec<RefreshRequest>, ErrorReply> {
    let wrong = || bad_request("\"refresh\" must be a list of objects with the members \"context\" and \"params\"");
    let limit = app.limits().refresh;
    if first_byte(text) != Some(b'[') {
        return Err(wrong());
    }
    let items = json::items(text).map_err(malformed)?;
    if items.len() > limit as usize {
        return Err(bad_request(format!("a call refreshes at most {limit} bundles")));
    }
    let mut requests = Vec::with_capacity(items.len());
    for range in items {
        let item = slice(text, range);
        if first_byte(item) != Some(b'{') {
            return Err(wrong());
        }
        let mut context = None;
        let mut params = EMPTY;
        for (key, range) in json::members(item).map_err(malformed)? {
            let value = slice(item, range);
            match key.as_ref() {
                "context" => match json::parse(value) {
                    Ok(Value::String(text)) => context = Some(text),
                    _ => return Err(wrong()),
                },
                "params" => params = value,
                _ => return Err(wrong()),
            }
        }
        requests.push(RefreshRequest { context: context.ok_or_else(wrong)?, params: params.to_vec() });
    }
    Ok(requests)
}

fn first_byte(text: &[u8]) -> Option<u8> {
    text.trim_ascii_start().first().copied()
}

fn slice(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

/// The body is no JSON.
fn malformed(error: JsonError) -> ErrorReply {
    Refusal::Malformed(error).into()
}

pub(super) fn bad_request(message: impl Into<String>) -> ErrorReply {
    ErrorReply::with_message(ErrorCode::BadRequest, message)
}
