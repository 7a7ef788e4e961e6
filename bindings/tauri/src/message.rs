//! Reading a message: raw bytes, which are a head in one line of JSON and what HTTP would have as the body.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use mizan::http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tauri::ipc::InvokeBody;

/// What stands in front of a body. The headers of Tauri's own message (`Origin`, `Content-Type` and others) are about that
/// message and not about what is in it.
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
    #[serde(default)]
    headers: Fields,
}

/// An object, as the page has them: read without a list of them in between.
#[derive(Default)]
struct Fields(HeaderMap);

/// Copied only where JSON escapes something in it.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Fields;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("header fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Fields, A::Error> {
        let mut read = HeaderMap::with_capacity(4);
        while let Some((Text(name), Text(value))) = fields.next_entry()? {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(A::Error::custom)?;
            read.append(name, latin_1(&value).ok_or_else(|| A::Error::custom("no value of a header"))?);
        }
        Ok(Fields(read))
    }
}

impl<'a> Head<'a> {
    /// The head of a message. One that cannot be read is none: a call has no media type then, a bundle no name, and the
    /// core says what it says to those.
    pub(crate) fn read(head: &'a [u8]) -> Self {
        serde_json::from_slice(head)
            .map_or_else(|_| Self::default(), |Sent { target, headers }| Self { target, headers: headers.0 })
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

/// The bytes of a message, none where it is none of ours. Where a web view cannot send bytes, Tauri sends an array of numbers.
pub(crate) fn bytes(sent: &InvokeBody) -> Cow<'_, [u8]> {
    match sent {
        InvokeBody::Raw(bytes) => Cow::Borrowed(bytes),
        InvokeBody::Json(json) => Vec::deserialize(json).unwrap_or_default().into(),
    }
}

/// The head, which ends with its line, and the body. Without a line's end, there is no body.
pub(crate) fn parts(sent: &[u8]) -> (&[u8], &[u8]) {
    let end = sent.iter().position(|&one| one == b'\n').unwrap_or(sent.len());
    (&sent[..end], sent.get(end + 1..).unwrap_or_default())
}
