//! The board's lines, and the plugin's messages that say the same.

use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mizan::http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use serde_json::value::RawValue;

/// A request of the board's.
#[derive(Deserialize)]
pub(crate) struct Line {
    id: u64,
    command: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// What the page of a window sends for it.
pub(crate) struct Message {
    pub(crate) command: String,
    pub(crate) bytes: Vec<u8>,
    /// The headers of the request in it.
    pub(crate) seen: HeaderMap,
}

/// What the plugin answers. Its body is to be told byte for byte.
#[derive(Deserialize)]
struct Reply<'a> {
    status: u16,
    headers: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// What stands in front of a body.
#[derive(Serialize)]
struct Head<'a> {
    target: &'a str,
    /// An object, in which a name may be there twice: the board sends such as well.
    #[serde(serialize_with = "fields")]
    headers: &'a [(String, String)],
}

fn fields<S: Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|(name, value)| (name, value)))
}

impl Line {
    pub(crate) fn read(line: &str) -> serde_json::Result<Self> {
        serde_json::from_str(line)
    }

    pub(crate) fn message(&self) -> Result<Message, Box<dyn Error>> {
        let mut bytes = serde_json::to_vec(&Head { target: &self.target, headers: &self.headers })?;
        bytes.push(b'\n');
        bytes.append(&mut BASE64_STANDARD.decode(&self.body)?);
        let mut seen = HeaderMap::new();
        for (name, value) in &self.headers {
            seen.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        Ok(Message { command: self.command.clone(), bytes, seen })
    }

    /// The reply to this line, of the plugin's text.
    pub(crate) fn reply(&self, said: &str) -> serde_json::Result<String> {
        let Reply { status, headers, body } = serde_json::from_str(said)?;
        let body = if body.get() == "null" { "" } else { body.get() };
        let body = BASE64_STANDARD.encode(body);
        let headers: Vec<_> = headers.split('\x7f').filter_map(|field| field.split_once(':')).collect();
        Ok(json!({ "id": self.id, "status": status, "headers": headers, "body": body }).to_string())
    }
}
