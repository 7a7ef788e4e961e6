//! Writing a reply as JSON, the body in the middle of it as the core made it.

use mizan::bytes::Bytes;
use mizan::http::header::CONTENT_TYPE;
use mizan::http::{HeaderName, Response};

/// Stands before each header field and after the last one: no value has it, and JSON does not escape it.
const BETWEEN: char = '\x7f';

/// `{"status":200,"headers":"␡content-type:application/json␡","body":{…}}`; the body is `null` where there is none. The
/// fields are one string: a page reads a few of them and has to parse all. Values of one name are joined, as by `fetch`.
pub(crate) fn text(reply: &Response<Bytes>) -> String {
    let is_json = reply.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    let body = str::from_utf8(reply.body()).ok().filter(|body| is_json && !body.is_empty()).unwrap_or("null");
    let mut text = String::with_capacity(body.len() + 512);
    text.push_str(r#"{"status":"#);
    text.push_str(reply.status().as_str());
    text.push_str(r#","headers":""#);
    let mut last: Option<&HeaderName> = None;
    // Values of one name come one after the other.
    for (name, value) in reply.headers() {
        if last == Some(name) {
            text.push_str(", ");
        } else {
            text.push(BETWEEN);
            // A name has no character that JSON escapes.
            text.push_str(name.as_str());
            text.push(':');
        }
        push_escaped(&mut text, value.to_str().unwrap_or_default());
        last = Some(name);
    }
    text.push(BETWEEN);
    text.push_str(r#"","body":"#);
    text.push_str(body);
    text.push('}');
    text
}

/// A value of a header as it stands in a JSON string: visible characters, spaces and tabs, few of which are escaped, and
/// mostly none.
fn push_escaped(text: &mut String, value: &str) {
    if !value.bytes().any(|one| matches!(one, b'"' | b'\\' | b'\t')) {
        return text.push_str(value);
    }
    for one in value.chars() {
        match one {
            '"' | '\\' => text.extend(['\\', one]),
            '\t' => text.push_str("\\t"),
            _ => text.push(one),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_line_whose_fields_are_one_string() {
        let reply = Response::builder()
            .status(422)
            .header("content-type", "application/json")
            .header("vary", "cookie")
            .header("x-name", "a \"b\"\\c\td")
            .header("vary", "origin")
            .body(Bytes::from_static(br#"{"error":5}"#))
            .expect("it is a reply");
        let expected = "{\"status\":422,\"headers\":\"\x7fcontent-type:application/json\x7fvary:cookie, origin\
                        \x7fx-name:a \\\"b\\\"\\\\c\\td\x7f\",\"body\":{\"error\":5}}";
        assert_eq!(text(&reply), expected);
    }

    #[test]
    fn what_is_no_json_is_no_body() {
        for (kind, body) in [("text/html", "{}"), ("application/json", "")] {
            let reply = Response::builder().header("content-type", kind).body(Bytes::from_static(body.as_bytes()));
            let expected = format!("{{\"status\":200,\"headers\":\"\x7fcontent-type:{kind}\x7f\",\"body\":null}}");
            assert_eq!(text(&reply.expect("it is a reply")), expected);
        }
    }
}
