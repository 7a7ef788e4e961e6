//! The named formats of text (VALUE-6): what each of them takes, and the one form it is printed in.
//!
//! An input is held to the letter of the protocol. An output is what some host's own encoder wrote, so whatever such an
//! encoder writes is taken; both come out in the canonical form.

mod duration;
mod time;

use std::borrow::Cow;

use super::model::Format;
use super::program::Direction;

/// The canonical form of a text; none where it is not of the format.
///
/// - `date-time`: years 0001 to 9999, also after moving to UTC; no leap seconds, which most hosts cannot hold. Outputs
///   may have nine fraction digits.
/// - `duration`: at most 999,999,999 days; printed as days, hours, minutes and seconds, each within its unit. Outputs
///   may have years (of 365 days, as Pydantic writes them) and nine fraction digits.
/// - `decimal`: outputs may have an exponent of up to ±1000, which is written out.
/// - `bytes`: outputs may be padded, and in either alphabet of base64.
/// - `uri`: outputs may have characters beyond ASCII.
#[must_use]
pub fn canonical(format: Format, text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    match format {
        Format::DateTime => time::date_time(text, direction),
        Format::LocalDateTime => time::local_date_time(text, direction),
        Format::Date => time::date(text),
        Format::Time => time::time(text, direction),
        Format::Duration => duration::duration(text, direction),
        Format::Uuid => uuid(text),
        Format::Decimal => decimal(text, direction),
        Format::Bytes => bytes(text, direction),
        Format::Email => is_email(text).then_some(Cow::Borrowed(text)),
        Format::Uri => is_uri(text, direction).then_some(Cow::Borrowed(text)),
    }
}

/// The most digits of a fraction of a second.
const fn fraction_digits(direction: Direction) -> usize {
    match direction {
        Direction::Input => 6,
        Direction::Output => 9,
    }
}

/// A text that is read from its start, each step failing where the text is another.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn eat(&mut self, text: &str) -> bool {
        self.rest.strip_prefix(text).map(|rest| self.rest = rest).is_some()
    }

    fn take(&mut self, text: &str) -> Option<()> {
        self.eat(text).then_some(())
    }

    /// All the digits that stand here, of which there must be one.
    fn run(&mut self) -> Option<&'a str> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (run, rest) = self.rest.split_at_checked(length).filter(|(run, _)| !run.is_empty())?;
        self.rest = rest;
        Some(run)
    }

    /// A number of exactly `length` digits, from `least` to `most`.
    fn number(&mut self, length: usize, least: u32, most: u32) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(length)?;
        let value = digits
            .bytes()
            .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))?;
        self.rest = rest;
        (least..=most).contains(&value).then_some(value)
    }

    /// A fraction with its point, without its trailing zeros; empty where none stands here.
    fn fraction(&mut self, direction: Direction) -> Option<&'a str> {
        if !self.eat(".") {
            return Some("");
        }
        let digits = self.run().filter(|digits| digits.len() <= fraction_digits(direction))?;
        Some(digits.trim_end_matches('0'))
    }

    fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}

fn uuid(text: &str) -> Option<Cow<'_, str>> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let fits = text.len() == 36
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if DASHES.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
            },
        );
    if !fits {
        return None;
    }
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) })
}

fn decimal(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    /// The greatest exponent that is written out.
    const MAX_EXPONENT: i64 = 1000;
    let mut cursor = Cursor::new(text);
    let sign = if cursor.eat("-") { "-" } else { "" };
    let whole = cursor.run().filter(|whole| whole.len() == 1 || !whole.starts_with('0'))?;
    let fraction = if cursor.eat(".") { cursor.run()? } else { "" };
    if cursor.rest.is_empty() {
        return Some(Cow::Borrowed(text));
    }
    if direction == Direction::Input || !(cursor.eat("E") || cursor.eat("e")) {
        return None;
    }
    let negative = cursor.eat("-");
    if !negative {
        cursor.eat("+");
    }
    let exponent: i64 = cursor.run()?.parse().ok().filter(|exponent| *exponent <= MAX_EXPONENT)?;
    cursor.end()?;
    let exponent = if negative { -exponent } else { exponent };
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = i64::try_from(digits.len()).ok()?;
    let (whole, fraction) = if point <= 0 {
        (String::new(), zeros(-point) + &digits)
    } else if point >= length {
        (digits + &zeros(point - length), String::new())
    } else {
        let (whole, fraction) = digits.split_at_checked(usize::try_from(point).ok()?)?;
        (whole.to_owned(), fraction.to_owned())
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned(format!("{sign}{whole}{dot}{fraction}")))
}

fn bytes(text: &str, direction: Direction) -> Option<Cow<'_, str>> {
    let canonical = match direction {
        Direction::Input => Cow::Borrowed(text),
        Direction::Output => {
            let unpadded = text.trim_end_matches('=');
            if unpadded.len() != text.len() && (!text.len().is_multiple_of(4) || text.len() - unpadded.len() > 2) {
                return None;
            }
            if unpadded.contains(['+', '/']) {
                Cow::Owned(unpadded.replace('+', "-").replace('/', "_"))
            } else {
                Cow::Borrowed(unpadded)
            }
        }
    };
    let mut last = 0;
    for byte in canonical.bytes() {
        last = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
    }
    // The bits of the last character that belong to no byte are zero, so that equal bytes have one text.
    let unused = match canonical.len() % 4 {
        0 => 0,
        2 => 0b1111,
        3 => 0b11,
        _ => return None,
    };
    (last & unused == 0).then_some(canonical)
}

/// `local@domain`: one `@`, no blanks, quotes or brackets, dots only between other characters. Neither the length of
/// the top-level domain nor its existence is judged.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let beyond_ascii = |part: &str| {
        part.is_ascii() || !part.chars().any(|character| character.is_control() || character.is_whitespace())
    };
    let local_byte = |byte: u8| {
        !matches!(
            byte,
            0..=b' ' | b'@' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b':' | b';' | b',' | b'\\' | b'"' | 0x7F
        )
    };
    let domain_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii();
    let domain_label = |label: &str| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(domain_byte)
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(local_byte))
        && domain.split('.').all(domain_label)
        && beyond_ascii(text)
}

/// A scheme, a colon, and at least one character that RFC 3986 allows.
fn is_uri(text: &str, direction: Direction) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_fits = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let allowed = |character: char| {
        character.is_ascii_alphanumeric()
            || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
            || (direction == Direction::Output
                && !character.is_ascii()
                && !character.is_control()
                && !character.is_whitespace())
    };
    let escapes_fit = rest
        .split('%')
        .skip(1)
        .all(|after| after.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    scheme_fits && !rest.is_empty() && rest.chars().all(allowed) && escapes_fit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text of `cases` becomes the other in that direction; none stands for refused.
    #[track_caller]
    pub(super) fn assert_canonical(format: Format, direction: Direction, cases: &[(&str, Option<&str>)]) {
        for (text, expected) in cases {
            let canonical = canonical(format, text, direction);
            assert_eq!(canonical.as_deref(), *expected, "{} {direction:?} {text:?}", format.name());
        }
    }

    #[track_caller]
    pub(super) fn assert_refused(format: Format, direction: Direction, texts: &[&str]) {
        for text in texts {
            assert_eq!(canonical(format, text, direction), None, "{} {direction:?} {text:?}", format.name());
        }
    }

    #[track_caller]
    pub(super) fn assert_as_it_is(format: Format, texts: &[&str]) {
        for text in texts {
            for direction in [Direction::Input, Direction::Output] {
                let canonical = canonical(format, text, direction);
                assert!(matches!(canonical, Some(Cow::Borrowed(same)) if same == *text), "{text:?} {canonical:?}");
            }
        }
    }

    #[test]
    fn uuid_is_five_groups_in_lower_case() {
        assert_as_it_is(Format::Uuid, &["01234567-89ab-cdef-0123-456789abcdef"]);
        assert_canonical(
            Format::Uuid,
            Direction::Input,
            &[("01234567-89AB-cdef-0123-456789ABCDEF", Some("01234567-89ab-cdef-0123-456789abcdef"))],
        );
        for direction in [Direction::Input, Direction::Output] {
            assert_refused(
                Format::Uuid,
                direction,
                &[
                    "",
                    "0123456789abcdef0123456789abcdef",
                    "{01234567-89ab-cdef-0123-456789abcdef}",
                    "urn:uuid:01234567-89ab-cdef-0123-456789abcdef",
                    "01234567-89ab-cdef-0123-456789abcdeg",
                    "01234567-89ab-cdef-01234-56789abcdef",
                    "01234567-89ab-cdef-0123-456789abcde",
                    "01234567-89ab-cdef-0123-456789abcdé",
                ],
            );
        }
    }

    #[test]
    fn decimal_keeps_its_scale() {
        assert_as_it_is(
            Format::Decimal,
            &["0", "-0", "1.10", "1.1", "-12.000", "123456789012345678901234567890.5", "0.0"],
        );
        let refused = [
            "", "-", "+1", "01", "-01.5", ".5", "5.", "1,5", " 1", "1 ", "NaN", "Infinity", "1_0", "٥", "1.5.2", "0x1",
        ];
        assert_refused(Format::Decimal, Direction::Input, &refused);
        assert_refused(Format::Decimal, Direction::Output, &refused);
    }

    #[test]
    fn decimal_exponents_of_an_encoder_are_written_out() {
        let texts = [
            "1E+2", "1e2", "0E-8", "1.5E-3", "12.34E+1", "12.34E+5", "-1E-2", "0E+3", "1E+1001", "1E", "1E+", "E1",
            "1E+2x",
        ];
        assert_refused(Format::Decimal, Direction::Input, &texts);
        assert_canonical(
            Format::Decimal,
            Direction::Output,
            &[
                ("1E+2", Some("100")),
                ("1e2", Some("100")),
                ("0E-8", Some("0.00000000")),
                ("1.5E-3", Some("0.0015")),
                ("12.34E+1", Some("123.4")),
                ("12.34E+2", Some("1234")),
                ("12.34E+5", Some("1234000")),
                ("12.34E-1", Some("1.234")),
                ("-1E-2", Some("-0.01")),
                ("0E+3", Some("0")),
                ("1E+1001", None),
                ("1E+99999999999999999999", None),
                ("1E", None),
                ("1E+", None),
                ("E1", None),
                ("1E+2x", None),
            ],
        );
    }

    #[test]
    fn bytes_are_base64url_without_padding() {
        assert_as_it_is(Format::Bytes, &["", "AA", "AAA", "AAAA", "_-8", "aGVsbG8"]);
        for direction in [Direction::Input, Direction::Output] {
            let refused = ["A", "AAAAA", "AB", "AAB", "A A", "AA\n", "aé", "AA=", "A===", "====", "=AAA", "AA=A"];
            assert_refused(Format::Bytes, direction, &refused);
        }
        assert_refused(Format::Bytes, Direction::Input, &["AA==", "AAA=", "+/8", "-_8="]);
        assert_canonical(
            Format::Bytes,
            Direction::Output,
            &[
                ("AA==", Some("AA")),
                ("AAA=", Some("AAA")),
                ("+/8", Some("-_8")),
                ("-_8=", Some("-_8")),
                ("AAAA=", None),
            ],
        );
    }

    #[test]
    fn email_has_one_at_sign() {
        assert_as_it_is(
            Format::Email,
            &["ada@example.org", "a.b+c@x-y.example", "ada@localhost", "jö@exämple.org", "o'hara@x.y"],
        );
        let long_local = format!("{}@x.y", "a".repeat(65));
        let long = format!("a@{}.xy", "b".repeat(252));
        let refused = [
            "",
            "ada",
            "@",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b c",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a@b..c",
            "a@.b",
            "a@b.",
            "a@-b.c",
            "a@b-.c",
            "\"a\"@b",
            "<a@b>",
            "a@b_c.d",
            "a\n@b",
            "a@[1.2.3.4]",
            "a@b\u{a0}c",
            &long_local,
            &long,
        ];
        assert_refused(Format::Email, Direction::Input, &refused);
        assert_refused(Format::Email, Direction::Output, &refused);
    }

    #[test]
    fn uri_has_a_scheme() {
        assert_as_it_is(
            Format::Uri,
            &[
                "https://example.org/a?b=c#d",
                "mailto:ada@example.org",
                "urn:x:1",
                "http://[::1]:80/%C3%A9",
                "a+b-c.1:x",
            ],
        );
        let refused = [
            "",
            "example.org",
            "/a",
            "//a/b",
            "1a:b",
            ":b",
            "a:",
            "http://a b",
            "http://a\"",
            "http://%zz",
            "http://%4",
            "a:%",
            "é:b",
            "http://a\n",
            "a:<b>",
            "a:%é",
        ];
        assert_refused(Format::Uri, Direction::Input, &refused);
        assert_refused(Format::Uri, Direction::Output, &refused);
        let beyond_ascii = "https://example.org/é";
        assert_refused(Format::Uri, Direction::Input, &[beyond_ascii]);
        assert_canonical(Format::Uri, Direction::Output, &[(beyond_ascii, Some(beyond_ascii))]);
    }
}
