//! Writing a reply as JSON, the body in the middle of it as the core made it.

use std::fmt::Write;

use mizan::bytes::Bytes;
use mizan::http::Response;
use mizan::http::header::CONTENT_TYPE;

/// `{"status":200,"headers":[["content-type","application/json"]],"body":{…}}`; the body is `null` where there is none.
pub(crate) fn text(reply: Response<Bytes>) -> String {
    let (parts, body) = reply.into_parts();
    let is_json = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let body = str::from_utf8(&body).ok().filter(|body| is_json && !body.is_empty()).unwrap_or("null");
    let mut text = String::with_capacity(body.len() + 512);
    // Writing to text does not fail.
    let _ = write!(text, r#"{{"status":{},"headers":["#, parts.status.as_u16());
    for (index, (name, value)) in parts.headers.iter().enumerate() {
        let value = serde_json::Value::from(value.to_str().unwrap_or_default());
        let _ = write!(text, r#"{}["{name}",{value}]"#, if index == 0 { "" } else { "," });
    }
    let _ = write!(text, r#"],"body":{body}}}"#);
    text
}
