//! Values as expressions of TypeScript: JSON as it is, but large integers as the client has them.

use mizan_core::ir::model::{Document, Scalar, Shape};
use mizan_core::value::Value;
use mizan_core::value::canonical::Numbers;

use super::shapes::followed;

/// The value as somebody would write it for that shape, on one line. Where it does not fit, it stands as it is.
pub(super) fn expression(document: &Document, shape: &Shape, value: &Value) -> String {
    let joined = |parts: Vec<String>, open: &str, close: &str| format!("{open}{}{close}", parts.join(", "));
    match (followed(document, shape), value) {
        (Shape::BigInt, Value::String(digits))
            if digits.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{digits}n")
        }
        (Shape::Nullable(inner), value) => expression(document, inner, value),
        (Shape::Union { arms, .. }, value) => {
            let arm = arms.iter().find(|arm| is_of(document, arm, value));
            arm.map_or_else(|| plain(value), |arm| expression(document, arm, value))
        }
        (Shape::List { item, .. }, Value::List(items)) => {
            joined(items.iter().map(|value| expression(document, item, value)).collect(), "[", "]")
        }
        (Shape::Tuple(shapes), Value::List(items)) => {
            let rest = std::iter::repeat(&Shape::Any);
            let items = items.iter().zip(shapes.iter().chain(rest));
            joined(items.map(|(value, shape)| expression(document, shape, value)).collect(), "[", "]")
        }
        (Shape::Map(inner), Value::Object(members)) => {
            let members = members.iter().map(|(key, value)| member(key, &expression(document, inner, value)));
            joined(members.collect(), "{ ", " }")
        }
        (Shape::Struct(fields), Value::Object(members)) => {
            let members = members.iter().map(|(key, value)| {
                let field = fields.iter().find(|field| field.name == *key);
                member(key, &field.map_or_else(|| plain(value), |field| expression(document, &field.shape, value)))
            });
            joined(members.collect(), "{ ", " }")
        }
        (_, value) => plain(value),
    }
}

/// A computed key is a key like others, where `"__proto__": …` would set the prototype.
fn member(key: &str, value: &str) -> String {
    format!("[{}]: {value}", plain(&Value::String(key.to_owned())))
}

fn plain(value: &Value) -> String {
    let text = String::from_utf8(value.to_canonical(Numbers::Float).unwrap()).unwrap();
    // To the compiler it ends a line, and a comment is about the line after it.
    text.replace('\u{2028}', "\\u2028")
}

/// Whether the value belongs to that arm of a union, by its kind or its tag.
fn is_of(document: &Document, arm: &Shape, value: &Value) -> bool {
    match (followed(document, arm), value) {
        (Shape::Boolean, Value::Boolean(_))
        | (Shape::BigInt, Value::String(_))
        | (Shape::List { .. }, Value::List(_)) => true,
        (Shape::Struct(fields), Value::Object(members)) => fields.iter().any(|field| match &field.shape {
            Shape::Literal(Scalar::String(tag)) => {
                members.iter().any(|(key, value)| *key == field.name && value.as_str() == Some(tag))
            }
            _ => false,
        }),
        _ => false,
    }
}
