//! Inputs that fit their schema and not their type: where they do not, and in whose words.
//!
//! The words are the author's, such as those of a `try_from`; what serde says of itself repeats the input, and so may an
//! author: a message that has the value in it is not passed on (ERR-10).

use mizan_core::error::detail::PathPart;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// How what serde says of its own accord begins.
const OF_SERDE: [&str; 8] = [
    "data did not match any variant",
    "duplicate field ",
    "invalid length ",
    "invalid type: ",
    "invalid value: ",
    "missing field ",
    "unknown field ",
    "unknown variant ",
];

const GENERAL: &str = "does not fit";

/// What the caller is told of inputs that a type refused: where, and what is wrong.
pub(crate) fn tell(args: &[u8], error: &serde_path_to_error::Error<serde_json::Error>) -> (Vec<PathPart>, String) {
    let args: Value = serde_json::from_slice(args).unwrap_or_default();
    let (place, value) = walk(&args, error.path());
    let said = error.inner().to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(message, _)| message);
    let is_serdes = OF_SERDE.iter().any(|beginning| said.starts_with(beginning));
    let message = if is_serdes || said.is_empty() || repeats(said, value) { GENERAL } else { said };
    (place, message.to_owned())
}

/// The way to where it went wrong, as far as it can be followed, and what stands there.
fn walk<'v>(args: &'v Value, path: &Path) -> (Vec<PathPart>, &'v Value) {
    let (mut place, mut value) = (Vec::new(), args);
    for segment in path {
        let next = match segment {
            Segment::Seq { index } => value.get(index).map(|inner| (PathPart::Index(*index), inner)),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                value.get(key).map(|inner| (PathPart::Key(key.clone()), inner))
            }
            Segment::Unknown => None,
        };
        match (next, segment) {
            (Some((part, inner)), _) => {
                place.push(part);
                value = inner;
            }
            // The variant of an enum whose tag stands elsewhere is no step of the way.
            (None, Segment::Enum { .. }) => {}
            (None, _) => break,
        }
    }
    (place, value)
}

/// Whether a message has the value in it, or a part of the value.
fn repeats(message: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => has_word(message, &number.to_string()),
        Value::String(text) => {
            let escaped = format!("{text:?}");
            has_word(message, text) || message.contains(&escaped) || (text.len() > 3 && message.contains(text))
        }
        Value::Array(items) => items.iter().any(|item| repeats(message, item)),
        Value::Object(members) => members.values().any(|member| repeats(message, member)),
    }
}

fn has_word(message: &str, word: &str) -> bool {
    let is_edge = |next: Option<char>| next.is_none_or(|letter| !letter.is_alphanumeric());
    !word.is_empty()
        && message.match_indices(word).any(|(start, _)| {
            let (before, after) = (message.get(..start), message.get(start + word.len()..));
            is_edge(before.and_then(|text| text.chars().next_back()))
                && is_edge(after.and_then(|text| text.chars().next()))
        })
}
