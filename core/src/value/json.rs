//! The strict JSON reader (VALUE-8): duplicate keys, a byte-order mark, trailing bytes, nesting over 64, text that is
//! not UTF-8, lone surrogates and raw control characters are refused, wherever they stand.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::Value;
use super::keys::KeyStack;
use super::reader::{Kind, Reader};

/// The most arrays and objects that may stand within one another.
pub const MAX_DEPTH: u32 = 64;

/// Why a text is not JSON as the protocol reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError {
    /// Where, in bytes from the start of the text.
    pub offset: usize,
    /// What is wrong there.
    pub kind: JsonErrorKind,
}

/// The ways in which a text is not JSON as the protocol reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// No text at all, or blanks alone.
    Empty,
    /// Not UTF-8.
    InvalidUtf8,
    /// A byte-order mark at the start.
    ByteOrderMark,
    /// The text ends within a value.
    UnexpectedEnd,
    /// A byte that cannot stand there.
    UnexpectedByte,
    /// Something after the value.
    TrailingBytes,
    /// Nesting over [`MAX_DEPTH`].
    TooDeep,
    /// A key that its object already has.
    DuplicateKey,
    /// A raw control character in a string.
    ControlCharacter,
    /// A backslash with nothing that JSON knows after it.
    InvalidEscape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// A number with a leading zero, without digits, or the like.
    InvalidNumber,
    /// JSON, but not an object where one is asked for.
    NotAnObject,
    /// JSON, but not an array where one is asked for.
    NotAnArray,
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self.kind {
            JsonErrorKind::Empty => return formatter.write_str("the text is empty"),
            JsonErrorKind::InvalidUtf8 => "invalid UTF-8",
            JsonErrorKind::ByteOrderMark => return formatter.write_str("the text starts with a byte-order mark"),
            JsonErrorKind::UnexpectedEnd => "the text ends too early",
            JsonErrorKind::UnexpectedByte => "unexpected character",
            JsonErrorKind::TrailingBytes => "something follows the value",
            JsonErrorKind::TooDeep => "nesting over 64",
            JsonErrorKind::DuplicateKey => "duplicate key",
            JsonErrorKind::ControlCharacter => "control character in a string",
            JsonErrorKind::InvalidEscape => "invalid escape",
            JsonErrorKind::LoneSurrogate => "lone surrogate",
            JsonErrorKind::InvalidNumber => "invalid number",
            JsonErrorKind::NotAnObject => return formatter.write_str("expected an object"),
            JsonErrorKind::NotAnArray => return formatter.write_str("expected an array"),
        };
        write!(formatter, "{sentence} at byte {}", self.offset)
    }
}

impl std::error::Error for JsonError {}

/// Reads a whole text as one value.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = Reader::open(text)?;
    let value = parse_value(&mut reader, &mut KeyStack::default())?;
    reader.finish()?;
    Ok(value)
}

fn parse_value<'a>(reader: &mut Reader<'a>, keys: &mut KeyStack<'a>) -> Result<Value, JsonError> {
    Ok(match reader.kind()? {
        Kind::Null => {
            reader.null()?;
            Value::Null
        }
        Kind::Boolean => Value::Boolean(reader.boolean()?),
        Kind::Number => Value::Number(reader.number()?.to_owned()),
        Kind::String => Value::String(reader.string()?.decode().into_owned()),
        Kind::List => {
            let mut items = Vec::new();
            reader.enter()?;
            let mut first = true;
            while reader.item(&mut first)? {
                items.push(parse_value(reader, keys)?);
            }
            Value::List(items)
        }
        Kind::Object => {
            let mut members = Vec::new();
            let mark = keys.mark();
            reader.enter()?;
            let mut first = true;
            while let Some(key) = reader.key(&mut first)? {
                let name = key.decode();
                keys.push(name.clone(), key.offset);
                members.push((name.into_owned(), parse_value(reader, keys)?));
            }
            keys.close(mark)?;
            Value::Object(members)
        }
    })
}

/// The text of a value that is a string; borrowed where it was written without escapes.
pub(crate) fn string(text: &[u8]) -> Option<Cow<'_, str>> {
    let mut reader = Reader::open(text).ok()?;
    if reader.kind() != Ok(Kind::String) {
        return None;
    }
    let string = reader.string().ok()?;
    reader.finish().ok()?;
    Some(string.decode())
}

/// Reads a whole text and keeps nothing of it.
pub fn check(text: &[u8]) -> Result<(), JsonError> {
    let mut reader = Reader::open(text)?;
    reader.skip(&mut KeyStack::default())?;
    reader.finish()
}

/// A member of an object: its key, decoded, and where its value stands in the text.
pub type Member<'a> = (Cow<'a, str>, Range<usize>);

/// The members of an object in the order they are written.
/// The whole text is checked as [`check`] does; JSON that is not an object is [`JsonErrorKind::NotAnObject`].
pub fn members(text: &[u8]) -> Result<Vec<Member<'_>>, JsonError> {
    /// Mostly there are no more.
    const FEW: usize = 4;
    let mut reader = Reader::open(text)?;
    let mut keys = KeyStack::default();
    if reader.kind()? != Kind::Object {
        reader.skip(&mut keys)?;
        reader.finish()?;
        return Err(JsonError { offset: 0, kind: JsonErrorKind::NotAnObject });
    }
    let mut members = Vec::with_capacity(FEW);
    let mark = keys.mark();
    reader.enter()?;
    let mut first = true;
    while let Some(key) = reader.key(&mut first)? {
        let name = key.decode();
        keys.push(name.clone(), key.offset);
        members.push((name, reader.extent(&mut keys)?));
    }
    keys.close(mark)?;
    reader.finish()?;
    Ok(members)
}

/// Where the items of an array stand in `text`. The whole text is checked as [`check`] does; JSON that is not an array
/// is [`JsonErrorKind::NotAnArray`].
pub fn items(text: &[u8]) -> Result<Vec<Range<usize>>, JsonError> {
    let mut reader = Reader::open(text)?;
    let mut keys = KeyStack::default();
    if reader.kind()? != Kind::List {
        reader.skip(&mut keys)?;
        reader.finish()?;
        return Err(JsonError { offset: 0, kind: JsonErrorKind::NotAnArray });
    }
    let mut items = Vec::new();
    reader.enter()?;
    let mut first = true;
    while reader.item(&mut first)? {
        items.push(reader.extent(&mut keys)?);
    }
    reader.finish()?;
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: impl AsRef<[u8]>) -> JsonErrorKind {
        let text = text.as_ref();
        let by_parse = parse(text).unwrap_err();
        assert_eq!(check(text).unwrap_err(), by_parse, "check and parse agree");
        by_parse.kind
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let value = parse(b" {\"a\": [null, true, false, -1.5e+3, \"x\"], \"b\": {}} \r\n\t").unwrap();
        let expected = Value::Object(vec![
            (
                "a".to_owned(),
                Value::List(vec![
                    Value::Null,
                    Value::Boolean(true),
                    Value::Boolean(false),
                    Value::Number("-1.5e+3".to_owned()),
                    Value::String("x".to_owned()),
                ]),
            ),
            ("b".to_owned(), Value::Object(vec![])),
        ]);
        assert_eq!(value, expected);
    }

    #[test]
    fn members_keep_the_order_they_are_written_in() {
        let value = parse(br#"{"z":1,"a":2}"#).unwrap();
        let keys: Vec<_> = value.as_object().unwrap().iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["z", "a"]);
    }

    #[test]
    fn empty_text_is_refused() {
        assert_eq!(kind(""), JsonErrorKind::Empty);
        assert_eq!(kind(" \n"), JsonErrorKind::Empty);
    }

    #[test]
    fn byte_order_mark_is_refused() {
        assert_eq!(kind("\u{feff}1"), JsonErrorKind::ByteOrderMark);
        assert_eq!(parse("\"\u{feff}\"".as_bytes()).unwrap().as_str(), Some("\u{feff}"));
    }

    #[test]
    fn invalid_utf8_is_refused_where_it_stands() {
        for bytes in [&b"\"\xff\""[..], b"\"\xc3\"", b"\"\xed\xa0\x80\"", b"\"\xc0\x80\"", b"\"\xf4\x90\x80\x80\""] {
            assert_eq!(parse(bytes).unwrap_err(), JsonError { offset: 1, kind: JsonErrorKind::InvalidUtf8 });
        }
    }

    #[test]
    fn truncated_texts_end_too_early() {
        for text in [
            "[",
            "[1",
            "[1,",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,",
            "\"",
            "\"abc",
            "\"\\",
            "tru",
            "-",
            "1.",
            "1e",
        ] {
            let kind = kind(text);
            assert!(matches!(kind, JsonErrorKind::UnexpectedEnd | JsonErrorKind::InvalidNumber), "{text} {kind:?}");
        }
    }

    #[test]
    fn bytes_out_of_place_are_refused() {
        for text in [
            "]",
            "[,]",
            "[1,]",
            "[1 2]",
            "{,}",
            "{1:2}",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "nul",
            "True",
            "NaN",
            "'a'",
            "\u{a0}1",
            "[1}",
            "{\"a\":1]",
            "Infinity",
            "+1",
            ".5",
            "/**/1",
        ] {
            let kind = kind(text);
            assert!(matches!(kind, JsonErrorKind::UnexpectedByte | JsonErrorKind::UnexpectedEnd), "{text} {kind:?}");
        }
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for text in ["0", "-0", "10", "0.0", "1e5", "1E-5", "1.25e+10", "-0.5e0"] {
            assert_eq!(parse(text.as_bytes()), Ok(Value::Number(text.to_owned())));
        }
        for text in ["01", "-01", "00", "1.", "-", "1e", "1e+", "1.e3", "-a", "0x10", "1_0"] {
            let kind = kind(text);
            assert!(matches!(kind, JsonErrorKind::InvalidNumber | JsonErrorKind::TrailingBytes), "{text} {kind:?}");
        }
    }

    #[test]
    fn trailing_bytes_are_refused() {
        for text in ["1 1", "{} {}", "[]]", "null,", "\"a\"\0"] {
            assert_eq!(kind(text), JsonErrorKind::TrailingBytes, "{text}");
        }
    }

    #[test]
    fn nesting_stops_at_sixty_four() {
        let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(parse(lists(64).as_bytes()).is_ok());
        assert!(parse(objects(64).as_bytes()).is_ok());
        assert_eq!(kind(lists(65)), JsonErrorKind::TooDeep);
        assert_eq!(kind(objects(65)), JsonErrorKind::TooDeep);
        assert_eq!(kind("[".repeat(100_000)), JsonErrorKind::TooDeep);
        assert!(parse(format!("[{0},{0}]", lists(63)).as_bytes()).is_ok(), "siblings do not add up");
    }

    #[test]
    fn duplicate_keys_are_refused_after_decoding() {
        for text in
            [r#"{"a":1,"a":2}"#, r#"{"a":1,"b":2,"\u0061":3}"#, r#"[{"x":{"é":1,"\u00e9":1}}]"#, r#"{"":1,"":1}"#]
        {
            assert_eq!(kind(text), JsonErrorKind::DuplicateKey, "{text}");
        }
        assert_eq!(parse(br#"{"a":1,"a":2}"#).unwrap_err().offset, 7);
        assert!(check(br#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}"#).is_ok(), "one key on several levels");
    }

    #[test]
    fn duplicate_keys_are_found_in_large_objects() {
        let names: Vec<_> = (0..1000).map(|index| format!("\"k{index}\":0")).collect();
        assert!(check(format!("{{{}}}", names.join(",")).as_bytes()).is_ok());
        assert_eq!(kind(format!("{{{},\"k500\":0}}", names.join(","))), JsonErrorKind::DuplicateKey);
    }

    #[test]
    fn control_characters_must_be_escaped() {
        for code in 0..0x20_u8 {
            let text = [b'"', b'a', code, b'"'];
            assert_eq!(parse(&text).unwrap_err(), JsonError { offset: 2, kind: JsonErrorKind::ControlCharacter });
        }
        assert_eq!(parse(b"\"\\u0000\x7f\"").unwrap().as_str(), Some("\0\u{7f}"));
        assert_eq!(kind("{\"a\tb\":1}"), JsonErrorKind::ControlCharacter);
    }

    #[test]
    fn escapes_are_decoded() {
        let value =
            parse(br#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00 plain text of more than eight bytes\n""#).unwrap();
        assert_eq!(value.as_str(), Some("\"\\/\u{8}\u{c}\n\r\té€😀 plain text of more than eight bytes\n"));
        for text in [r#""\a""#, r#""\u12""#, r#""\u12g4""#, r#""\U0041""#, r#""\u+123""#] {
            assert_eq!(kind(text), JsonErrorKind::InvalidEscape, "{text}");
        }
    }

    #[test]
    fn lone_surrogates_are_refused() {
        for text in [
            r#""\ud800""#,
            r#""\udc00""#,
            r#""\ud800x""#,
            r#""\ud800\u0041""#,
            r#""\ud800\ud800""#,
            r#""\ud83d \ude00""#,
            r#"{"\ud800":1}"#,
        ] {
            assert_eq!(kind(text), JsonErrorKind::LoneSurrogate, "{text}");
        }
    }

    #[test]
    fn strings_end_at_every_alignment() {
        for length in 0..40 {
            let plain = "é".repeat(length / 2) + &"x".repeat(length % 2);
            let text = format!("[\"{plain}\",\"\\n{plain}\\\"\"]");
            let list = parse(text.as_bytes()).unwrap();
            let texts: Vec<_> = list.as_list().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(texts, [plain.clone(), format!("\n{plain}\"")]);
        }
    }

    #[test]
    fn members_give_keys_and_extents() {
        let text = br#" {"fn": "x" , "\u0061rgs":{"a":[1,2]}} "#;
        let members = members(text).unwrap();
        let seen: Vec<_> = members.iter().map(|(key, at)| (key.as_ref(), text.get(at.clone()).unwrap())).collect();
        assert_eq!(seen, [("fn", &b"\"x\""[..]), ("args", b"{\"a\":[1,2]}")]);
    }

    #[test]
    fn members_check_the_whole_text() {
        assert_eq!(members(b"[1]").unwrap_err().kind, JsonErrorKind::NotAnObject);
        assert_eq!(members(b"[1").unwrap_err().kind, JsonErrorKind::UnexpectedEnd);
        assert_eq!(members(br#"{"a":1,"a":1}"#).unwrap_err().kind, JsonErrorKind::DuplicateKey);
        assert_eq!(members(br#"{"a":{"b":1,"b":1}}"#).unwrap_err().kind, JsonErrorKind::DuplicateKey);
        assert_eq!(members(br#"{"a":1} x"#).unwrap_err().kind, JsonErrorKind::TrailingBytes);
        assert_eq!(members(b"{}").unwrap(), []);
    }

    #[test]
    fn items_give_extents() {
        let text = br#"[ {"a":1} , 2,"x" ]"#;
        let seen: Vec<_> = items(text).unwrap().into_iter().map(|at| text.get(at).unwrap()).collect();
        assert_eq!(seen, [&b"{\"a\":1}"[..], b"2", b"\"x\""]);
        assert_eq!(items(b"{}").unwrap_err().kind, JsonErrorKind::NotAnArray);
        assert_eq!(items(b"[1,").unwrap_err().kind, JsonErrorKind::UnexpectedEnd);
        assert_eq!(items(br#"[{"b":1,"b":1}]"#).unwrap_err().kind, JsonErrorKind::DuplicateKey);
    }

    #[test]
    fn errors_are_sentences() {
        assert_eq!(parse(b"[1,x]").unwrap_err().to_string(), "unexpected character at byte 3");
        assert_eq!(parse(b"").unwrap_err().to_string(), "the text is empty");
    }
}
