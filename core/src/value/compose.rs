//! Canonical JSON text put together from canonical parts, for documents that are derived and not parsed.
//!
//! Parts are text already, so nothing is limited in depth and nothing can fail.

use super::canonical::{compare_keys, write_string};

/// The text of a string, with its quotes.
pub(crate) fn string(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_string(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}

/// `true` or `false`.
pub(crate) fn boolean(value: bool) -> String {
    if value { "true" } else { "false" }.to_owned()
}

/// An array of canonical texts.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}

/// An array of strings.
pub(crate) fn strings<'a>(items: impl IntoIterator<Item = &'a String>) -> String {
    list(items.into_iter().map(|item| string(item)))
}

/// An object that is written once all its members are there.
#[derive(Debug, Default)]
pub(crate) struct Object(Vec<(String, String)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a member whose value is canonical text. The caller gives each key once.
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.add(key, value);
        self
    }

    /// Adds a member where there is a value.
    pub(crate) fn with_some(self, key: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a member that is text.
    pub(crate) fn with_text(self, key: &str, text: &str) -> Self {
        self.with(key, string(text))
    }

    pub(crate) fn add(&mut self, key: &str, value: impl Into<String>) {
        self.0.push((key.to_owned(), value.into()));
    }

    /// The text of the object, its members in canonical order.
    pub(crate) fn text(mut self) -> String {
        self.0.sort_by(|(left, _), (right, _)| compare_keys(left, right));
        let members: Vec<String> = self.0.into_iter().map(|(key, value)| format!("{}:{value}", string(&key))).collect();
        format!("{{{}}}", members.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::canonical::{Numbers, canonicalize};

    #[test]
    fn what_is_put_together_is_canonical() {
        let inner = Object::new().with_text("\u{e000}", "é\n").with("😀", list(["1".to_owned(), boolean(true)]));
        let text = Object::new().with("b", inner.text()).with_some("z", None).with_text("a", "\"").text();
        assert_eq!(canonicalize(text.as_bytes(), Numbers::Any).unwrap(), text.as_bytes());
        assert_eq!(text, "{\"a\":\"\\\"\",\"b\":{\"😀\":[1,true],\"\u{e000}\":\"é\\n\"}}");
    }
}
