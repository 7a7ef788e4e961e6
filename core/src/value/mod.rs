//! JSON values: the strict reader ([`json`]), the canonical writer ([`canonical`]) and the number rules ([`number`]).
//!
//! At run time a value is canonical JSON text and never a tree. [`Value`] is the tree for the cold paths:
//! the registration document, JSON Schema, defaults.

pub mod canonical;
pub(crate) mod compose;
pub mod json;
pub(crate) mod keys;
pub(crate) mod members;
pub mod number;
pub(crate) mod reader;
pub(crate) mod text;

use crate::error::detail::Path;
use canonical::CanonicalError;
use json::{JsonError, JsonErrorKind, MAX_DEPTH};
use number::Numbers;

/// A JSON value as a tree, with its numbers and the order of its members as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number: the token as written, which [`json::parse`] has checked.
    Number(String),
    /// Text.
    String(String),
    /// An array.
    List(Vec<Value>),
    /// An object: its members in the order they were written, each key once.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member of that key, where this is an object that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value of a boolean.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The members of an object, in the order they were written.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The value of a number that is written with digits only and lies within ±(2^53 − 1).
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Number(token) = self { number::safe_integer(token).ok() } else { None }
    }

    /// The same, where it is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        u64::try_from(self.as_i64()?).ok()
    }

    /// The double nearest to a number; none where that is not finite.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(token) = self { number::finite(token) } else { None }
    }

    /// The name of its JSON kind: `null`, `boolean`, `number`, `string`, `list` or `object`.
    #[must_use]
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Object(_) => "object",
        }
    }

    /// The canonical text (VALUE-1). Fails on a number that `numbers` refuses, and on a tree deeper than
    /// [`json::MAX_DEPTH`], which [`json::parse`] never makes.
    pub fn to_canonical(&self, numbers: Numbers) -> Result<Vec<u8>, CanonicalError> {
        let mut out = Vec::new();
        self.write(numbers, &Path::Root(&[]), 0, &mut out)?;
        Ok(out)
    }

    fn write(&self, numbers: Numbers, path: &Path<'_>, depth: u32, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
        if depth > MAX_DEPTH {
            return Err(JsonError { offset: 0, kind: JsonErrorKind::TooDeep }.into());
        }
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Boolean(true) => out.extend_from_slice(b"true"),
            Self::Boolean(false) => out.extend_from_slice(b"false"),
            Self::Number(token) => {
                number::write_token(out, token, numbers)
                    .map_err(|kind| number::NumberError { kind, path: path.parts() })?;
            }
            Self::String(text) => canonical::write_string(out, text),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write(numbers, &Path::Index(path, index), depth + 1, out)?;
                }
                out.push(b']');
            }
            Self::Object(members) => {
                let mut sorted: Vec<&(String, Self)> = members.iter().collect();
                sorted.sort_by(|(left, _), (right, _)| canonical::compare_keys(left, right));
                out.push(b'{');
                for (index, (key, value)) in sorted.into_iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    canonical::write_string(out, key);
                    out.push(b':');
                    value.write(numbers, &Path::Key(path, key), depth + 1, out)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        json::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn accessors_give_only_their_own_kind() {
        let object = value(r#"{"a":1,"b":[true,"x"],"c":null}"#);
        assert_eq!(object.get("a").and_then(Value::as_i64), Some(1));
        assert_eq!(object.get("zz"), None);
        let list = object.get("b").and_then(Value::as_list).unwrap();
        assert_eq!(list.first().and_then(Value::as_bool), Some(true));
        assert_eq!(list.get(1).and_then(Value::as_str), Some("x"));
        assert_eq!(list.first().and_then(Value::as_str), None);
        assert_eq!(value("1").get("a"), None);
        assert_eq!(object.as_list(), None);
    }

    #[test]
    fn integers_are_digits_within_the_safe_range() {
        assert_eq!(value("9007199254740991").as_i64(), Some(9_007_199_254_740_991));
        assert_eq!(value("-9007199254740991").as_i64(), Some(-9_007_199_254_740_991));
        assert_eq!(value("-0").as_i64(), Some(0));
        for refused in ["9007199254740992", "1.0", "1e2", "\"1\"", "true"] {
            assert_eq!(value(refused).as_i64(), None, "{refused}");
        }
        assert_eq!(value("-1").as_u64(), None);
        assert_eq!(value("7").as_u64(), Some(7));
        assert_eq!(value("1e400").as_f64(), None);
        assert_eq!(value("1.5").as_f64(), Some(1.5));
    }

    #[test]
    fn kind_names_are_the_six_of_json() {
        let names: Vec<_> = ["null", "true", "1", "\"\"", "[]", "{}"].map(|text| value(text).kind_name()).into();
        assert_eq!(names, ["null", "boolean", "number", "string", "list", "object"]);
    }

    #[test]
    fn tree_and_text_give_one_canonical_form() {
        let text = r#"{"b":[1.50,-0,1e2],"a":"\u20ac\n","\ue000":1,"\ud83d\ude00":2}"#;
        let from_tree = value(text).to_canonical(Numbers::Any).unwrap();
        assert_eq!(from_tree, canonical::canonicalize(text.as_bytes(), Numbers::Any).unwrap());
        assert_eq!(String::from_utf8(from_tree).unwrap(), "{\"a\":\"€\\n\",\"b\":[1.5,0,100],\"😀\":2,\"\u{e000}\":1}");
    }

    #[test]
    fn refused_number_names_its_place() {
        let error = value(r#"{"a":[1,1e20]}"#).to_canonical(Numbers::Any).unwrap_err();
        assert_eq!(error.to_string(), "/a/1: a number without a fraction lies beyond ±(2^53 − 1)");
        assert!(value(r#"{"a":[1,1e20]}"#).to_canonical(Numbers::Float).is_ok());
    }

    #[test]
    fn a_tree_built_too_deep_is_refused() {
        let mut tree = Value::Null;
        for _ in 0..MAX_DEPTH {
            tree = Value::List(vec![tree]);
        }
        assert!(tree.to_canonical(Numbers::Any).is_ok());
        let error = Value::List(vec![tree]).to_canonical(Numbers::Any).unwrap_err();
        assert!(matches!(error, CanonicalError::Json(JsonError { kind: JsonErrorKind::TooDeep, .. })));
    }
}
