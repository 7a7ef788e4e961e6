//! Canonical JSON (VALUE-1): RFC 8785. Keys sorted by UTF-16 code units, ECMAScript numbers, no blanks, UTF-8.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

pub use super::number::{NumberError, Numbers, write_integer, write_number};

use super::json::JsonError;
use super::members::Members;
use super::number::write_token;
use super::reader::{Kind, Reader, is_same};
use super::text::{are_plain, is_plain, plain_run};
use crate::error::detail::{MAX_DETAILS, Path};

/// Why a text has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CanonicalError {
    /// It is not JSON as the protocol reads it.
    Json(JsonError),
    /// These of its numbers are refused, in the order they stand in; one at least.
    Numbers(Vec<NumberError>),
}

impl From<JsonError> for CanonicalError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

impl From<NumberError> for CanonicalError {
    fn from(error: NumberError) -> Self {
        Self::Numbers(vec![error])
    }
}

impl fmt::Display for CanonicalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(formatter),
            Self::Numbers(errors) => errors.first().map_or(Ok(()), |error| error.fmt(formatter)),
        }
    }
}

impl std::error::Error for CanonicalError {}

/// The canonical form of any JSON text.
pub fn canonicalize(text: &[u8], numbers: Numbers) -> Result<Vec<u8>, CanonicalError> {
    let mut reader = Reader::open(text)?;
    let mut out = Vec::with_capacity(text.len());
    let mut writer = AnyWriter { numbers, members: Members::default(), problems: Vec::new() };
    writer.write(&mut reader, &Path::Root(&[]), &mut out)?;
    reader.finish()?;
    if writer.problems.is_empty() { Ok(out) } else { Err(CanonicalError::Numbers(writer.problems)) }
}

/// Writes values of any shape from their text.
#[derive(Debug)]
pub(crate) struct AnyWriter<'a> {
    pub(crate) numbers: Numbers,
    pub(crate) members: Members<'a>,
    /// The numbers that were refused, in the order they stand in; nothing stands for them in the output.
    pub(crate) problems: Vec<NumberError>,
}

impl<'a> AnyWriter<'a> {
    pub(crate) fn write(
        &mut self,
        reader: &mut Reader<'a>,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        match reader.kind()? {
            Kind::Null => {
                reader.null()?;
                out.extend_from_slice(b"null");
            }
            Kind::Boolean => out.extend_from_slice(if reader.boolean()? { b"true" } else { b"false" }),
            Kind::Number => {
                if let Err(kind) = write_token(out, reader.number()?, self.numbers)
                    && self.problems.len() < MAX_DETAILS
                {
                    self.problems.push(NumberError { kind, path: path.parts() });
                }
            }
            Kind::String => {
                let string = reader.string()?;
                if string.is_plain() {
                    out.extend_from_slice(string.quoted.as_bytes());
                } else {
                    write_string(out, &string.decode());
                }
            }
            Kind::List => {
                reader.enter()?;
                out.push(b'[');
                let mut first = true;
                let mut index = 0;
                while reader.item(&mut first)? {
                    if index > 0 {
                        out.push(b',');
                    }
                    self.write(reader, &Path::Index(path, index), out)?;
                    index += 1;
                }
                out.push(b']');
            }
            Kind::Object => {
                let mark = self.members.mark();
                reader.enter()?;
                out.push(b'{');
                let mut first = true;
                while let Some(key) = reader.key(&mut first)? {
                    if self.members.mark() > mark {
                        out.push(b',');
                    }
                    let start = out.len();
                    let name = key.decode();
                    write_string(out, &name);
                    out.push(b':');
                    self.write(reader, &Path::Key(path, &name), out)?;
                    self.members.push(name, key.offset, start, out.len());
                }
                self.members.close(mark, out)?;
                out.push(b'}');
            }
        }
        Ok(())
    }
}

/// Appends a string with its quotes. Only the quote, the backslash and control characters are escaped.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let is_written = match bytes.len() {
        4..8 => write_short::<4>(out, bytes),
        8..16 => write_short::<8>(out, bytes),
        16..=32 => write_short::<16>(out, bytes),
        _ => false,
    };
    if !is_written {
        write_any(out, bytes);
    }
}

/// Appends a string that has its first and its last `N` bytes, of which some may be the same ones, and nothing else; not
/// where one of them has to be escaped. Most strings are short, and a call to copy one takes longer than to.
#[inline]
fn write_short<const N: usize>(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    /// As long as the longest, with its quotes.
    const ROOM: usize = 34;
    let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) else { return false };
    if !are_plain(first, last) {
        return false;
    }
    let end = out.len() + bytes.len() + 2;
    // Wherever the string ends, a quote stands there.
    out.extend_from_slice(&[b'"'; ROOM]);
    if let Some(room) = out.last_chunk_mut::<ROOM>() {
        for (place, part) in [(1, first), (1 + bytes.len() - N, last)] {
            if let Some(there) = room.get_mut(place..).and_then(|rest| rest.first_chunk_mut()) {
                *there = *part;
            }
        }
    }
    out.truncate(end);
    true
}

#[inline(never)]
fn write_any(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    if is_plain(bytes) {
        out.extend_from_slice(bytes);
    } else {
        write_escaped(out, bytes);
    }
    out.push(b'"');
}

/// What stands between the quotes.
#[inline(never)]
fn write_escaped(out: &mut Vec<u8>, mut rest: &[u8]) {
    loop {
        let (run, after) = rest.split_at(plain_run(rest));
        out.extend_from_slice(run);
        let Some((&byte, after)) = after.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            8 => out.extend_from_slice(b"\\b"),
            9 => out.extend_from_slice(b"\\t"),
            10 => out.extend_from_slice(b"\\n"),
            12 => out.extend_from_slice(b"\\f"),
            13 => out.extend_from_slice(b"\\r"),
            control => {
                let low = control & 0xF;
                let digit = if low < 10 { b'0' + low } else { b'a' + low - 10 };
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (control >> 4), digit]);
            }
        }
        rest = after;
    }
}

/// The order of keys: by UTF-16 code units. It is the order of their bytes, except that a character beyond the basic
/// plane (a first byte from F0) comes before U+E000 to U+FFFF (EE and EF), since its surrogates are D800 to DFFF.
#[must_use]
pub fn compare_keys(left: &str, right: &str) -> Ordering {
    let differing = left.bytes().zip(right.bytes()).find(|(left, right)| left != right);
    match differing {
        None => left.len().cmp(&right.len()),
        Some((0xF0.., 0xEE | 0xEF)) => Ordering::Less,
        Some((0xEE | 0xEF, 0xF0..)) => Ordering::Greater,
        Some((left, right)) => left.cmp(&right),
    }
}

/// The members of an object in canonical text, in their order: the key, decoded, and the raw value. Text that is no
/// object has none; they end where the text stops being JSON.
pub fn fields(object: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, &[u8])> {
    let mut reader = Reader::open(object).ok().filter(|reader| reader.clone().kind() == Ok(Kind::Object));
    if reader.as_mut().is_some_and(|reader| reader.enter().is_err()) {
        reader = None;
    }
    let mut first = true;
    std::iter::from_fn(move || {
        let reader = reader.as_mut()?;
        let key = reader.key(&mut first).ok()??;
        let start = reader.offset();
        reader.pass().ok()?;
        Some((key.decode(), object.get(start..reader.offset())?))
    })
    .fuse()
}

/// The raw value of one member of an object in canonical text.
#[must_use]
pub fn field<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    if plain_run(name.as_bytes()) < name.len() {
        return fields(object).find(|(key, _)| key == name).map(|(_, value)| value);
    }
    // A key that is written as the name is has no escapes either.
    let is_named = |key: &Range<usize>| object.get(key.clone()).is_some_and(|key| is_same(key, name.as_bytes()));
    let (_, value) = field_ranges(object).find(|(key, _)| is_named(key))?;
    object.get(value)
}

/// Where the members of an object in canonical text stand, in their order: the key, as it is written between its quotes, and
/// the raw value. Nothing is checked that canonical text cannot be.
pub(crate) fn field_ranges(object: &[u8]) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let mut at = if object.first() == Some(&b'{') { 1 } else { object.len() };
    std::iter::from_fn(move || {
        if object.get(at) != Some(&b'"') {
            return None;
        }
        let colon = string_end(object, at)?;
        let end = value_end(object, colon + 1)?;
        let key = at + 1..colon - 1;
        at = end + 1;
        Some((key, colon + 1..end))
    })
}

/// Behind the string whose quote stands at `at`.
fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        end += plain_run(text.get(end..)?);
        match text.get(end)? {
            b'"' => return Some(end + 1),
            _ => end += 2,
        }
    }
}

/// Where the comma or the bracket stands that follows the value at `at`.
fn value_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut open = 0_u32;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)?,
            b',' | b'}' | b']' if open == 0 => return Some(at),
            byte => {
                match byte {
                    b'{' | b'[' => open += 1,
                    b'}' | b']' => open -= 1,
                    _ => {}
                }
                at += 1;
            }
        }
    }
}

/// An object in canonical text with only the members of these names, which are sorted as [`compare_keys`] does.
#[must_use]
pub fn project(object: &[u8], names: &[impl AsRef<str>]) -> Vec<u8> {
    let mut out = vec![b'{'];
    for (key, value) in fields(object) {
        if names.binary_search_by(|name| compare_keys(name.as_ref(), &key)).is_ok() {
            if out.len() > 1 {
                out.push(b',');
            }
            write_string(&mut out, &key);
            out.push(b':');
            out.extend_from_slice(value);
        }
    }
    out.push(b'}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::json::JsonErrorKind;
    use crate::value::number::NumberErrorKind;

    fn canonical(text: &str) -> String {
        String::from_utf8(canonicalize(text.as_bytes(), Numbers::Float).unwrap()).unwrap()
    }

    /// The sample of RFC 8785, section 3.2.2 and 3.2.4.
    #[test]
    fn sample_of_the_rfc() {
        let text = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        assert_eq!(canonical(text), expected);
    }

    /// The keys of RFC 8785, section 3.2.3.
    #[test]
    fn keys_are_sorted_by_utf16_units() {
        let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let canonical = canonical(text);
        let keys: Vec<_> = fields(canonical.as_bytes()).map(|(key, _)| key.into_owned()).collect();
        assert_eq!(keys, ["\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"]);
    }

    /// `serde_json` escapes what RFC 8785 does, and as it does.
    #[test]
    fn strings_of_each_length_are_written_as_serde_json_does() {
        for length in 0..=70 {
            for place in 0..length {
                for character in (0..=127_u8).map(char::from).chain(['é', '€', '😀']) {
                    let mut letters = ('a'..='z').cycle();
                    let mut text: String = letters.by_ref().take(place).collect();
                    text.push(character);
                    text.extend(letters.take(length - place - 1));
                    let mut out = b"before".to_vec();
                    write_string(&mut out, &text);
                    let expected = format!("before{}", serde_json::to_string(&text).unwrap());
                    assert_eq!(String::from_utf8(out).unwrap(), expected, "{character:?} at {place} of {length}");
                }
            }
        }
        let mut out = Vec::new();
        write_string(&mut out, "");
        assert_eq!(out, b"\"\"");
    }

    #[test]
    fn key_order_is_that_of_encode_utf16() {
        let keys = [
            "",
            "a",
            "ab",
            "b",
            "é",
            "\u{7ff}",
            "\u{800}",
            "\u{d7ff}",
            "\u{e000}",
            "\u{ee00}",
            "\u{ffff}",
            "\u{10000}",
            "\u{10ffff}",
            "a\u{ffff}",
            "a\u{10000}",
            "\u{10000}\u{e000}",
        ];
        for left in keys {
            for right in keys {
                let expected = left.encode_utf16().cmp(right.encode_utf16());
                assert_eq!(compare_keys(left, right), expected, "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn strings_escape_only_what_they_must() {
        let mut out = Vec::new();
        write_string(&mut out, "a\"\\/\u{8}\t\n\u{c}\r\0\u{1f}\u{7f}\u{2028}<>&é😀");
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}\u{2028}<>&é😀\"");
    }

    #[test]
    fn nested_objects_are_sorted_at_every_level() {
        assert_eq!(
            canonical(r#"{"b":{"z":1,"y":[{"d":1,"c":2}]},"a":{}}"#),
            r#"{"a":{},"b":{"y":[{"c":2,"d":1}],"z":1}}"#
        );
        assert_eq!(canonical(" [ ] "), "[]");
        assert_eq!(canonical(r#"{"":1,"\u0000":2}"#), r#"{"":1,"\u0000":2}"#);
    }

    #[test]
    fn duplicate_keys_are_refused_sorted_or_not() {
        for text in [r#"{"a":1,"a":2}"#, r#"{"b":1,"a":2,"b":3}"#, r#"{"a":{"\u0062":1,"b":2}}"#] {
            let error = canonicalize(text.as_bytes(), Numbers::Float).unwrap_err();
            assert!(
                matches!(error, CanonicalError::Json(JsonError { kind: JsonErrorKind::DuplicateKey, .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn syntax_wins_over_numbers() {
        assert!(matches!(canonicalize(b"[1e20", Numbers::Any), Err(CanonicalError::Json(_))));
        let error = canonicalize(b"{\"b\":1,\"a\":[0,1e400]}", Numbers::Float).unwrap_err();
        assert_eq!(error.to_string(), "/a/1: a number is not finite");
        assert_eq!(
            canonicalize(b"1e20", Numbers::Any).unwrap_err().to_string(),
            "a number without a fraction lies beyond ±(2^53 − 1)"
        );
    }

    #[test]
    fn every_refused_number_is_told() {
        let error = canonicalize(b"[1e20,1,1e400]", Numbers::Any).unwrap_err();
        let CanonicalError::Numbers(errors) = error else { panic!("{error}") };
        let kinds: Vec<_> = errors.into_iter().map(|error| error.kind).collect();
        assert_eq!(kinds, [NumberErrorKind::OutOfRange, NumberErrorKind::NotFinite]);
    }

    #[test]
    fn members_are_found_in_canonical_text() {
        let object = br#"{"a":{"x":[1,{}]},"b":"}\"","c":null}"#;
        assert_eq!(field(object, "b"), Some(&b"\"}\\\"\""[..]));
        assert_eq!(field(object, "x"), None);
        assert_eq!(field(b"[1]", "a"), None);
        assert_eq!(field(b"", "a"), None);
        assert_eq!(field(b"{}", "a"), None);
        let escaped = br#"{"\"":1,"\\n":[2,{"c":"]}"}],"c":{"n":[3]},"n":-4.5,"text":"\\\",","z":true}"#;
        for (name, value) in
            [("\"", "1"), ("\\n", "[2,{\"c\":\"]}\"}]"), ("c", "{\"n\":[3]}"), ("n", "-4.5"), ("z", "true")]
        {
            assert_eq!(field(escaped, name), Some(value.as_bytes()), "{name}");
        }
        assert_eq!(field(escaped, "\n"), None);
        assert_eq!(fields(object).count(), 3);
        assert_eq!(fields(b"{\"a\":1,\"b\"").count(), 1);
        assert_eq!(fields(b"{}").count(), 0);
    }

    #[test]
    fn projection_keeps_named_members_in_order() {
        let object = br#"{"a":1,"b":{"c":2},"d":[3]}"#;
        assert_eq!(project(object, &["a", "d", "zz"]), br#"{"a":1,"d":[3]}"#);
        assert_eq!(project(object, &["zz"]), b"{}");
        assert_eq!(project(object, &[] as &[&str]), b"{}");
    }
}
