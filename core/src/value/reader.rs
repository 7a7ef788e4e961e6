//! The cursor over JSON text that everything else reads with: tokens, nesting, and nothing kept.
//!
//! Its callers ask for the [`Kind`] of the next value and then read that kind. UTF-8 is checked once, at the start.

use std::borrow::Cow;
use std::ops::Range;

use super::json::{JsonError, JsonErrorKind, MAX_DEPTH};

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

/// A string as it is written, its escapes checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawString<'a> {
    /// With its quotes.
    pub(crate) quoted: &'a str,
    /// Where the opening quote stands.
    pub(crate) offset: usize,
    /// How many escapes it has. A whole word, since a flag would be copied with its padding, which stalls the reader.
    escapes: usize,
}

impl<'a> RawString<'a> {
    /// Whether it has no escapes. Such a string is canonical as it stands.
    #[inline]
    pub(crate) const fn is_plain(&self) -> bool {
        self.escapes == 0
    }

    /// The text that it means, where it has no escapes.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&'a str> {
        self.is_plain().then(|| self.inner())
    }

    /// What stands between the quotes.
    pub(crate) fn inner(&self) -> &'a str {
        let end = self.quoted.len().saturating_sub(1);
        self.quoted.get(1..end).unwrap_or_default()
    }

    /// The text that it means.
    #[inline]
    pub(crate) fn decode(&self) -> Cow<'a, str> {
        if self.is_plain() {
            return Cow::Borrowed(self.inner());
        }
        let mut text = String::new();
        self.decode_into(&mut text);
        Cow::Owned(text)
    }

    /// The text that it means, in `scratch` where it has escapes.
    pub(crate) fn decode_with<'s>(&self, scratch: &'s mut String) -> &'s str
    where
        'a: 's,
    {
        if self.is_plain() {
            return self.inner();
        }
        scratch.clear();
        self.decode_into(scratch);
        scratch
    }

    fn decode_into(&self, text: &mut String) {
        let mut rest = self.inner();
        text.reserve(rest.len());
        while let Some(at) = rest.find('\\') {
            let (run, escaped) = rest.split_at(at);
            text.push_str(run);
            // The reader has checked every escape, so this never leaves the loop.
            let Ok((character, length)) = escape(escaped.as_bytes()) else { break };
            text.push(character);
            rest = escaped.get(length..).unwrap_or_default();
        }
        text.push_str(rest);
    }
}

/// The keys of the objects that are open, for finding duplicates without a map for each.
#[derive(Debug, Default)]
pub(crate) struct KeyStack<'a> {
    keys: Vec<(Cow<'a, str>, usize)>,
}

impl<'a> KeyStack<'a> {
    /// Where the keys of an object that opens now will start.
    pub(crate) fn mark(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn push(&mut self, key: Cow<'a, str>, offset: usize) {
        self.keys.push((key, offset));
    }

    /// Forgets the keys since `mark`; an error if one of them stands there twice.
    pub(crate) fn close(&mut self, mark: usize) -> Result<(), JsonError> {
        /// Up to here comparing all pairs is faster than sorting.
        const FEW: usize = 12;
        let keys = self.keys.get_mut(mark..).unwrap_or_default();
        let mut repeated = None;
        if keys.len() <= FEW {
            let mut rest: &[(Cow<'_, str>, usize)] = keys;
            while let Some(((key, _), after)) = rest.split_first() {
                if let Some((_, offset)) = after.iter().find(|(other, _)| other == key) {
                    repeated = Some(repeated.map_or(*offset, |found: usize| found.min(*offset)));
                }
                rest = after;
            }
        } else {
            keys.sort_unstable();
            for pair in keys.windows(2) {
                if let [(left, _), (right, offset)] = pair
                    && left == right
                {
                    repeated = Some(repeated.map_or(*offset, |found: usize| found.min(*offset)));
                }
            }
        }
        self.keys.truncate(mark);
        repeated.map_or(Ok(()), |offset| Err(JsonError { offset, kind: JsonErrorKind::DuplicateKey }))
    }
}

/// A cursor over one JSON text.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Stands before the value of `text`, which is UTF-8 without a byte-order mark and not blank.
    pub(crate) fn open(text: &'a [u8]) -> Result<Self, JsonError> {
        let text = match str::from_utf8(text) {
            Ok(text) => text,
            Err(error) => return Err(JsonError { offset: error.valid_up_to(), kind: JsonErrorKind::InvalidUtf8 }),
        };
        let mut reader = Self { text, at: 0, depth: 0 };
        match reader.peek() {
            None => Err(JsonError { offset: 0, kind: JsonErrorKind::Empty }),
            Some(0xEF) if text.starts_with('\u{feff}') => {
                Err(JsonError { offset: 0, kind: JsonErrorKind::ByteOrderMark })
            }
            Some(_) => Ok(reader),
        }
    }

    /// Where the cursor stands, in bytes.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Takes just these bytes, if they stand here. They end where a character ends.
    #[inline]
    pub(crate) fn eat(&mut self, bytes: &[u8]) -> bool {
        let stands = self.rest().starts_with(bytes);
        if stands {
            self.at += bytes.len();
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

/// The end of the run of digits that starts at `at`.
fn digits(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

/// How many bytes come before the first quote, backslash or control character. Eight at a time: in each lane the
/// subtraction borrows into the high bit where the byte is one of them; above the first such lane the bits may be
/// wrong, and nobody looks at them.
#[inline]
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, tail) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * 0x22);
        let backslash = word ^ (ONES * 0x5C);
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & HIGH;
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length + tail.iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count()
}

/// The character of the escape that `bytes` start with, and how many bytes it takes.
fn escape(bytes: &[u8]) -> Result<(char, usize), JsonErrorKind> {
    let character = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes),
        Some(_) => return Err(JsonErrorKind::InvalidEscape),
        None => return Err(JsonErrorKind::UnexpectedEnd),
    };
    Ok((character, 2))
}

fn unicode_escape(bytes: &[u8]) -> Result<(char, usize), JsonErrorKind> {
    let unit = unit(bytes.get(2..6).ok_or(JsonErrorKind::InvalidEscape)?)?;
    if !(0xD800..0xE000).contains(&unit) {
        return char::from_u32(unit).map(|character| (character, 6)).ok_or(JsonErrorKind::LoneSurrogate);
    }
    let low = match bytes.get(6..12) {
        Some(escape) if escape.starts_with(b"\\u") => self::unit(escape.get(2..).unwrap_or_default())?,
        _ => return Err(JsonErrorKind::LoneSurrogate),
    };
    if unit >= 0xDC00 || !(0xDC00..0xE000).contains(&low) {
        return Err(JsonErrorKind::LoneSurrogate);
    }
    let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    char::from_u32(code).map(|character| (character, 12)).ok_or(JsonErrorKind::LoneSurrogate)
}

/// The value of four hexadecimal digits.
fn unit(digits: &[u8]) -> Result<u32, JsonErrorKind> {
    digits.iter().try_fold(0, |unit, &digit| {
        let value = char::from(digit).to_digit(16).ok_or(JsonErrorKind::InvalidEscape)?;
        Ok(unit << 4 | value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_run_agrees_with_the_slow_way() {
        for byte in 0..=255_u8 {
            for place in 0..17 {
                let mut bytes = vec![b'\x21'; 17];
                if let Some(at) = bytes.get_mut(place) {
                    *at = byte;
                }
                let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain_run(&bytes), if special { place } else { 17 }, "{byte:#x} at {place}");
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
}
