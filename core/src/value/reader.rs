//! The cursor over JSON text that everything else reads with: tokens, nesting, and nothing kept.
//!
//! Its callers ask for the [`Kind`] of the next value and then read that kind. UTF-8 is checked once, at the start.

use std::ops::Range;

use super::json::{JsonError, JsonErrorKind, MAX_DEPTH};
use super::keys::KeyStack;
use super::text::{RawString, escape, plain_run};

/// The kinds of JSON values, as the first byte tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    List,
    Object,
}

/// A cursor over one JSON text.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// Whether `NaN`, `Infinity` and `-Infinity` are read as numbers, so that whoever refuses them knows their place.
    constants: bool,
}

impl<'a> Reader<'a> {
    /// Stands before the value of `text`, which is UTF-8 without a byte-order mark and not blank.
    pub(crate) fn open(text: &'a [u8]) -> Result<Self, JsonError> {
        let text = match str::from_utf8(text) {
            Ok(text) => text,
            Err(error) => return Err(JsonError { offset: error.valid_up_to(), kind: JsonErrorKind::InvalidUtf8 }),
        };
        let mut reader = Self { text, at: 0, depth: 0, constants: false };
        match reader.peek() {
            None => Err(JsonError { offset: 0, kind: JsonErrorKind::Empty }),
            Some(0xEF) if text.starts_with('\u{feff}') => {
                Err(JsonError { offset: 0, kind: JsonErrorKind::ByteOrderMark })
            }
            Some(_) => Ok(reader),
        }
    }

    /// The same for what a host's encoder wrote: `NaN`, `Infinity` and `-Infinity` are numbers, of which none is finite.
    pub(crate) fn open_output(text: &'a [u8]) -> Result<Self, JsonError> {
        let reader = Self::open(text)?;
        Ok(Self { constants: true, ..reader })
    }

    /// Where the cursor stands, in bytes.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.text.len() - self.at
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Takes just these bytes, if they stand here. They end where a character ends.
    #[inline]
    pub(crate) fn eat(&mut self, bytes: &[u8]) -> bool {
        let end = self.at + bytes.len();
        let stands = self.text.as_bytes().get(self.at..end).is_some_and(|found| is_same(found, bytes));
        if stands {
            self.at = end;
        }
        stands
    }

    fn error<T>(&self, kind: JsonErrorKind) -> Result<T, JsonError> {
        Err(JsonError { offset: self.at, kind })
    }

    /// The next byte that is no blank, not yet taken.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn unexpected<T>(&self) -> Result<T, JsonError> {
        let ended = self.at >= self.text.len();
        self.error(if ended { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::UnexpectedByte })
    }

    /// The kind of the next value.
    #[inline]
    pub(crate) fn kind(&mut self) -> Result<Kind, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'n') => Ok(Kind::Null),
            _ if self.constant().is_some() => Ok(Kind::Number),
            _ => self.unexpected(),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), JsonError> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        let same = self.rest().iter().zip(word).take_while(|(left, right)| left == right).count();
        self.at += same;
        self.unexpected()
    }

    /// Takes `null`.
    pub(crate) fn null(&mut self) -> Result<(), JsonError> {
        self.word(b"null")
    }

    /// Takes `true` or `false`.
    pub(crate) fn boolean(&mut self) -> Result<bool, JsonError> {
        if self.peek() == Some(b't') { self.word(b"true").map(|()| true) } else { self.word(b"false").map(|()| false) }
    }

    /// Takes a number and gives its token.
    pub(crate) fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
        match bytes.get(at) {
            Some(b'0') => at += 1,
            Some(b'1'..=b'9') => at = digits(bytes, at),
            _ => {
                if let Some(constant) = self.constant() {
                    self.at += constant.len();
                    return Ok(constant);
                }
                self.at = at;
                return self.error(JsonErrorKind::InvalidNumber);
            }
        }
        match bytes.get(at) {
            Some(b'0'..=b'9') => {
                self.at = at;
                return self.error(JsonErrorKind::InvalidNumber);
            }
            Some(b'.') => {
                at = self.some_digits(at + 1)?;
            }
            _ => {}
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
            at = self.some_digits(at + 1 + usize::from(signed))?;
        }
        self.at = at;
        Ok(self.text.get(start..at).unwrap_or_default())
    }

    /// What stands here of the words for numbers that are not finite, not yet taken.
    pub(crate) fn constant(&self) -> Option<&'static str> {
        if !self.constants || !matches!(self.rest(), [b'N' | b'I', ..] | [b'-', b'I', ..]) {
            return None;
        }
        ["NaN", "Infinity", "-Infinity"].into_iter().find(|word| self.rest().starts_with(word.as_bytes()))
    }

    /// The end of the digits from `at`, of which there must be one.
    fn some_digits(&mut self, at: usize) -> Result<usize, JsonError> {
        let end = digits(self.text.as_bytes(), at);
        if end == at {
            self.at = at;
            return self.error(JsonErrorKind::InvalidNumber);
        }
        Ok(end)
    }

    /// Takes a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<RawString<'a>, JsonError> {
        let offset = self.at;
        let after = self.text.as_bytes().get(offset + 1..).unwrap_or_default();
        let quote = offset + 1 + plain_run(after);
        if self.text.as_bytes().get(quote) != Some(&b'"') {
            self.at = quote;
            return self.rest_of_string(offset);
        }
        self.at = quote + 1;
        let quoted = self.text.get(offset..=quote).unwrap_or_default();
        Ok(RawString { quoted, offset, escapes: 0 })
    }

    /// Takes the rest of a string, from the first byte that is not plain.
    fn rest_of_string(&mut self, offset: usize) -> Result<RawString<'a>, JsonError> {
        let mut escapes = 0;
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    let quoted = self.text.get(offset..self.at).unwrap_or_default();
                    return Ok(RawString { quoted, offset, escapes });
                }
                Some(b'\\') => match escape(self.rest()) {
                    Ok((_, length)) => {
                        self.at += length;
                        escapes += 1;
                    }
                    Err(kind) => return self.error(kind),
                },
                Some(_) => return self.error(JsonErrorKind::ControlCharacter),
                None => return self.error(JsonErrorKind::UnexpectedEnd),
            }
            self.at += plain_run(self.rest());
        }
    }

    /// Takes the bracket of an array or object.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<(), JsonError> {
        if self.depth >= MAX_DEPTH {
            return self.error(JsonErrorKind::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Whether another item follows in the array that is open; takes the comma before it, or the bracket that closes.
    #[inline]
    pub(crate) fn item(&mut self, first: &mut bool) -> Result<bool, JsonError> {
        self.next_of(b']', first)
    }

    /// The next key of the object that is open, with its colon; none once it has closed.
    #[inline]
    pub(crate) fn key(&mut self, first: &mut bool) -> Result<Option<RawString<'a>>, JsonError> {
        if !self.next_of(b'}', first)? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return self.unexpected();
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return self.unexpected();
        }
        self.at += 1;
        Ok(Some(key))
    }

    #[inline]
    fn next_of(&mut self, close: u8, first: &mut bool) -> Result<bool, JsonError> {
        let was_first = std::mem::replace(first, false);
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            Some(_) if was_first => Ok(true),
            Some(b',') => {
                self.at += 1;
                // After a comma a bracket is out of place, and whoever reads the next key or value says so.
                Ok(true)
            }
            _ => self.unexpected(),
        }
    }

    /// Takes a value of any kind, looking for duplicate keys.
    pub(crate) fn skip(&mut self, keys: &mut KeyStack<'a>) -> Result<(), JsonError> {
        match self.kind()? {
            Kind::List => {
                self.enter()?;
                let mut first = true;
                while self.item(&mut first)? {
                    self.skip(keys)?;
                }
                Ok(())
            }
            Kind::Object => {
                let mark = keys.mark();
                self.enter()?;
                let mut first = true;
                while let Some(key) = self.key(&mut first)? {
                    keys.push(key.decode(), key.offset);
                    self.skip(keys)?;
                }
                keys.close(mark)
            }
            _ => self.pass(),
        }
    }

    /// Takes a value of any kind without looking for duplicate keys: for looking ahead, and for trusted text.
    pub(crate) fn pass(&mut self) -> Result<(), JsonError> {
        match self.kind()? {
            Kind::Null => self.null(),
            Kind::Boolean => self.boolean().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::String => self.string().map(drop),
            Kind::List => {
                self.enter()?;
                let mut first = true;
                while self.item(&mut first)? {
                    self.pass()?;
                }
                Ok(())
            }
            Kind::Object => {
                self.enter()?;
                let mut first = true;
                while self.key(&mut first)?.is_some() {
                    self.pass()?;
                }
                Ok(())
            }
        }
    }

    /// Takes a value as [`Self::skip`] does and says where it stands.
    pub(crate) fn extent(&mut self, keys: &mut KeyStack<'a>) -> Result<Range<usize>, JsonError> {
        self.kind()?;
        let start = self.at;
        self.skip(keys)?;
        Ok(start..self.at)
    }

    /// An error unless nothing but blanks is left.
    pub(crate) fn finish(&mut self) -> Result<(), JsonError> {
        if self.peek().is_some() { self.error(JsonErrorKind::TrailingBytes) } else { Ok(()) }
    }
}

/// Whether two slices are equal. Most keys are short, and a call to compare them takes longer than to.
#[inline]
pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
    /// The first and the last bytes, which may be the same ones.
    #[inline]
    fn ends<const N: usize>(bytes: &[u8]) -> Option<([u8; N], [u8; N])> {
        Some((*bytes.first_chunk()?, *bytes.last_chunk()?))
    }
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        8..=16 => ends::<8>(left) == ends(right),
        4..8 => ends::<4>(left) == ends(right),
        _ => left == right,
    }
}

/// The end of the run of digits that starts at `at`.
fn digits(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_the_same_where_no_byte_differs() {
        let text = b"abcdefghijklmnopqrs";
        for length in 0..text.len() {
            let left = &text[..length];
            assert!(is_same(left, left), "{length}");
            assert!(!is_same(left, &text[..=length]), "{length}");
            for place in 0..length {
                let mut right = left.to_vec();
                right[place] = b'X';
                assert!(!is_same(left, &right), "{place} of {length}");
            }
        }
    }

    #[test]
    fn pass_checks_syntax_but_not_duplicates() {
        let mut reader = Reader::open(br#"{"a":1,"a":[true,null,{}]}"#).unwrap();
        assert_eq!(reader.pass(), Ok(()));
        assert_eq!(reader.finish(), Ok(()));
        assert!(Reader::open(b"[1,,2]").unwrap().pass().is_err());
    }

    #[test]
    fn words_for_numbers_are_read_in_outputs_alone() {
        for word in ["NaN", "Infinity", "-Infinity"] {
            let mut reader = Reader::open_output(word.as_bytes()).unwrap();
            assert_eq!((reader.kind(), reader.number(), reader.finish()), (Ok(Kind::Number), Ok(word), Ok(())));
            assert!(Reader::open(word.as_bytes()).unwrap().pass().is_err());
        }
        for text in ["Nan", "Infinit", "-NaN", "+Infinity", "--Infinity", "NaN1"] {
            let mut reader = Reader::open_output(text.as_bytes()).unwrap();
            assert!(reader.pass().and_then(|()| reader.finish()).is_err(), "{text}");
        }
    }
}
