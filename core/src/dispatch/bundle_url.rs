//! The one spelling of a bundle's URL (CACHE-4): params in byte order of their names, percent-encoded in one way, those
//! left out that have their default.

use std::fmt::Write;

use crate::ir::model::{Context, Field};
use crate::value::{Value, canonical, json};

/// The query of the bundle with these params, a canonical JSON object.
pub(crate) fn canonical_query(context: &Context, params: &[u8]) -> String {
    let mut out = String::new();
    for param in &context.params {
        let Some(value) = canonical::field(params, &param.name) else { continue };
        if is_default(param, value) {
            continue;
        }
        if let Ok(value) = json::parse(value) {
            write_param(&mut out, &param.name, &value);
        }
    }
    out
}

fn is_default(param: &Field, value: &[u8]) -> bool {
    match &param.default {
        Some(default) => default.as_bytes() == value,
        None => value == b"null",
    }
}

/// Appends a param to a query: a pair, or one for each item of a list.
pub(crate) fn write_param(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::List(items) => items.iter().for_each(|item| write_pair(out, name, item)),
        value => write_pair(out, name, value),
    }
}

fn write_pair(out: &mut String, name: &str, value: &Value) {
    if !out.is_empty() {
        out.push('&');
    }
    out.push_str(name);
    out.push('=');
    match value {
        Value::String(text) | Value::Number(text) => percent_encode(out, text),
        Value::Boolean(true) => out.push_str("true"),
        Value::Boolean(false) => out.push_str("false"),
        // Lists of lists and objects are no params, and `null` is said by leaving it out.
        Value::Null | Value::List(_) | Value::Object(_) => {}
    }
}

/// Everything but the unreserved characters of RFC 3986 as upper-case `%XX`.
pub(crate) fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}
