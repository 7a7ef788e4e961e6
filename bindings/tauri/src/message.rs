//! Reading a message: its head is JSON in one header of Tauri's, its body is raw bytes.

use mizan::bytes::Bytes;
use mizan::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tauri::ipc::InvokeBody;

/// The header that has the head. Those of the web view itself (`Origin`, `Content-Type` and others) are about Tauri's
/// message and not about what is in it.
const HEAD: &str = "mizan-head";

/// What stands in front of a body.
#[derive(Default)]
pub(crate) struct Head {
    /// The path below the base, and the query. Empty for a call.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    target: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

impl Head {
    /// The head of a message. One that cannot be read is none: a call has no media type then, a bundle no name, and the
    /// core says what it says to those.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        headers.get(HEAD).and_then(Self::of).unwrap_or_default()
    }

    fn of(head: &HeaderValue) -> Option<Self> {
        let Sent { target, headers } = serde_json::from_slice(head.as_bytes()).ok()?;
        let mut read = HeaderMap::with_capacity(headers.len());
        for (name, value) in headers {
            // As in HTTP, a character is a byte of Latin-1.
            let value: Option<Vec<u8>> = value.chars().map(|one| u8::try_from(one).ok()).collect();
            read.append(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value?).ok()?);
        }
        Some(Self { target, headers: read })
    }
}

/// The body of a message, empty where it is none of ours. Where a web view cannot send bytes, Tauri sends an array of
/// numbers.
pub(crate) fn body(body: &InvokeBody) -> Bytes {
    match body {
        InvokeBody::Raw(bytes) => Bytes::copy_from_slice(bytes),
        InvokeBody::Json(json) => Vec::deserialize(json).map(Bytes::from_owner::<Vec<u8>>).unwrap_or_default(),
    }
}
