//! Writing a reply as JSON, the body in the middle of it as the core made it.

use mizan::bytes::Bytes;
use mizan::http::Response;
use mizan::http::header::CONTENT_TYPE;

/// `{"status":200,"headers":[["content-type","application/json"]],"body":{…}}`; the body is `null` where there is none.
pub(crate) fn text(reply: &Response<Bytes>) -> String {
    let is_json = reply.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let body = str::from_utf8(reply.body()).ok().filter(|body| is_json && !body.is_empty()).unwrap_or("null");
    let mut text = String::with_capacity(body.len() + 512);
    text.push_str(r#"{"status":"#);
    text.push_str(reply.status().as_str());
    text.push_str(r#","headers":["#);
    for (index, (name, value)) in reply.headers().iter().enumerate() {
        text.push_str(if index == 0 { r#"[""# } else { r#",[""# });
        // A name has no character that JSON escapes.
        text.push_str(name.as_str());
        text.push_str(r#"","#);
        push_quoted(&mut text, value.to_str().unwrap_or_default());
        text.push(']');
    }
    text.push_str(r#"],"body":"#);
    text.push_str(body);
    text.push('}');
    text
}

/// A value of a header as a JSON string: visible characters, spaces and tabs, few of which are escaped, and rarely any.
fn push_quoted(text: &mut String, value: &str) {
    if value.bytes().any(|one| matches!(one, b'"' | b'\\' | b'\t')) {
        text.push_str(&serde_json::Value::from(value).to_string());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}
