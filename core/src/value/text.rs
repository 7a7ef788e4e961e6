//! Strings as JSON writes them: where they end, and what their escapes mean.

use std::borrow::Cow;

use super::json::JsonErrorKind;

/// A string as it is written, its escapes checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawString<'a> {
    /// With its quotes.
    pub(crate) quoted: &'a str,
    /// Where the opening quote stands.
    pub(crate) offset: usize,
    /// How many escapes it has. A whole word, since a flag would be copied with its padding, which stalls the reader.
    pub(super) escapes: usize,
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

/// How many bytes come before the first quote, backslash or control character. Eight at a time; what is left of them in
/// the end is looked at together with those before it.
#[inline]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = special(*word) {
            return index * 8 + at;
        }
    }
    match bytes.last_chunk::<8>() {
        Some(_) if tail.is_empty() => bytes.len(),
        Some(last) => special(*last).map_or(bytes.len(), |at| bytes.len() - 8 + at),
        None => tail.iter().take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\').count(),
    }
}

/// Whether there is no quote, no backslash and no control character: less work than to look for the first of them.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk::<8>() {
        let (words, _) = bytes.as_chunks::<8>();
        let has_none = |word: &[u8; 8]| specials(u64::from_le_bytes(*word)) == 0;
        return words.iter().all(has_none) && has_none(last);
    }
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let word = u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
            specials(word) == 0
        }
        _ => bytes.iter().all(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\'),
    }
}

/// Whether none of so few bytes is a quote, a backslash or a control character. All are looked at at once: there is no way
/// out before the last one, and what becomes of each is arithmetic alone.
#[inline]
pub(super) fn are_plain<const N: usize>(first: &[u8; N], last: &[u8; N]) -> bool {
    // Zero for those alone.
    let rest = |byte: u8| (byte ^ b'"').min(byte ^ b'\\').min(byte.saturating_sub(0x1F));
    !first.iter().zip(last).fold(false, |found, (&one, &other)| found | (rest(one).min(rest(other)) == 0))
}

/// Where the first quote, backslash or control character stands.
#[inline]
fn special(word: [u8; 8]) -> Option<usize> {
    let found = specials(u64::from_le_bytes(word));
    (found != 0).then(|| (found.trailing_zeros() / 8) as usize)
}

/// The high bit of each byte that is a quote, a backslash or a control character. In each lane the subtraction borrows
/// into the high bit where the byte is one of them; above the lowest such lane the bits may be wrong, and nobody looks at
/// them.
#[inline]
const fn specials(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quote = word ^ (ONES * 0x22);
    let backslash = word ^ (ONES * 0x5C);
    let found = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    found & HIGH
}

/// The character of the escape that `bytes` start with, and how many bytes it takes.
pub(super) fn escape(bytes: &[u8]) -> Result<(char, usize), JsonErrorKind> {
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
            let special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for length in 0..=25 {
                for place in 0..length {
                    let mut bytes = vec![b'\x21'; length];
                    if let Some(at) = bytes.get_mut(place) {
                        *at = byte;
                    }
                    let expected = if special { place } else { length };
                    assert_eq!(plain_run(&bytes), expected, "{byte:#x} at {place} of {length}");
                    assert_eq!(is_plain(&bytes), !special, "{byte:#x} at {place} of {length}");
                }
            }
        }
        assert!(is_plain(b""));
    }
}
