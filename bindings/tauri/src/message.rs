//! Reading a message: its head is JSON in one header of Tauri's, its body is raw bytes.

use std::borrow::Cow;

use mizan::bytes::Bytes;
use mizan::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tauri::ipc::InvokeBody;

/// The header that has the head. Those of the web view itself (`Origin`, `Content-Type` and others) are about Tauri's
/// message and not about what is in it.
const HEAD: &str = "mizan-head";

/// What stands in front of a body.
#[derive(Default)]
pub(crate) struct Head<'a> {
    /// The path below the base, and the query. Empty for a call.
    pub(crate) target: Cow<'a, str>,
    pub(crate) headers: HeaderMap,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow, default)]
    target: Cow<'a, str>,
    #[serde(borrow, default)]
    headers: Vec<(Text<'a>, Text<'a>)>,
}

/// Copied only where JSON escapes something in it.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Head<'a> {
    /// The head of a message. One that cannot be read is none: a call has no media type then, a bundle no name, and the
    /// core says what it says to those.
    pub(crate) fn read(headers: &'a HeaderMap) -> Self {
        headers.get(HEAD).and_then(Self::of).unwrap_or_default()
    }

    fn of(head: &'a HeaderValue) -> Option<Self> {
        let Sent { target, headers } = serde_json::from_slice(head.as_bytes()).ok()?;
        let mut read = HeaderMap::with_capacity(headers.len());
        for (Text(name), Text(value)) in headers {
            read.append(HeaderName::from_bytes(name.as_bytes()).ok()?, latin_1(&value)?);
        }
        Some(Self { target, headers: read })
    }
}

/// As in HTTP, a character is a byte of Latin-1.
fn latin_1(value: &str) -> Option<HeaderValue> {
    if value.is_ascii() {
        return HeaderValue::from_bytes(value.as_bytes()).ok();
    }
    let bytes: Option<Vec<u8>> = value.chars().map(|one| u8::try_from(one).ok()).collect();
    HeaderValue::try_from(bytes?).ok()
}

/// The body of a message, empty where it is none of ours. Where a web view cannot send bytes, Tauri sends an array of
/// numbers.
pub(crate) fn body(body: &InvokeBody) -> Bytes {
    match body {
        InvokeBody::Raw(bytes) => Bytes::copy_from_slice(bytes),
        InvokeBody::Json(json) => Vec::deserialize(json).map(Bytes::from_owner::<Vec<u8>>).unwrap_or_default(),
    }
}
