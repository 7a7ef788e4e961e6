//! The number rules (VALUE-2, VALUE-3, VALUE-10, VALUE-11): which numbers stand where, and how they are printed.

use std::fmt;

use crate::error::detail::{PathPart, pointer};

/// The greatest magnitude of an integer that every language holds exactly: 2^53 − 1.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// The same as a double, which holds it exactly.
const MAX_SAFE_DOUBLE: f64 = 9_007_199_254_740_991.0;

/// The longest number outside float positions, in characters.
pub const MAX_TOKEN: usize = 32;

/// Which numbers are let through where no shape says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// Outside float positions: no magnitude over 2^53 − 1 without a fraction, by value and not by spelling, and none
    /// over [`MAX_TOKEN`] characters.
    Any,
    /// RFC 8785 as it is: every finite double.
    Float,
}

/// A number that is refused, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberError {
    /// Why.
    pub kind: NumberErrorKind,
    /// Where, from the root of the value.
    pub path: Vec<PathPart>,
}

/// Why a number is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberErrorKind {
    /// Without a fraction and beyond ±(2^53 − 1).
    OutOfRange,
    /// Over [`MAX_TOKEN`] characters.
    TooLong,
    /// Too large for a double.
    NotFinite,
    /// No number at all, but what a host's encoder writes for NaN and the infinities.
    Constant,
}

impl fmt::Display for NumberErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OutOfRange => "a number without a fraction lies beyond ±(2^53 − 1)",
            Self::TooLong => "a number has more than 32 characters",
            Self::NotFinite | Self::Constant => "a number is not finite",
        })
    }
}

impl fmt::Display for NumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "{}: ", pointer(&self.path))?;
        }
        self.kind.fmt(formatter)
    }
}

impl std::error::Error for NumberErrorKind {}
impl std::error::Error for NumberError {}

/// Why a token is no `integer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegerError {
    /// It has a fraction or an exponent, or is no number.
    NotDigits,
    /// It lies beyond ±(2^53 − 1).
    OutOfRange,
}

/// The value of `-?(0|[1-9][0-9]*)` within ±(2^53 − 1). `-0` is 0.
pub fn safe_integer(token: &str) -> Result<i64, IntegerError> {
    let (negative, digits) = match token.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if matches!(digits, [] | [b'0', _, ..]) {
        return Err(IntegerError::NotDigits);
    }
    let mut magnitude: i64 = 0;
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        if value > 9 {
            return Err(IntegerError::NotDigits);
        }
        // Saturation keeps what is out of range out of range, however many digits follow.
        magnitude = magnitude.saturating_mul(10).saturating_add(i64::from(value));
    }
    if magnitude > MAX_SAFE_INTEGER {
        return Err(IntegerError::OutOfRange);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// The double nearest to a JSON number; none where that is infinite. `-0` is 0.
#[must_use]
pub fn finite(token: &str) -> Option<f64> {
    // Adding a positive zero turns the negative one into it and leaves every other number as it is.
    token.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value + 0.0)
}

/// Appends a finite double in the form of ECMAScript, which RFC 8785 asks for.
pub fn write_number(out: &mut Vec<u8>, value: f64) -> Result<(), NumberErrorKind> {
    /// Below it every whole double is printed as its digits.
    const WHOLE: f64 = 1e15;
    if !value.is_finite() {
        return Err(NumberErrorKind::NotFinite);
    }
    let whole = value as i64;
    #[expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "a whole double is the very one again")]
    if value.abs() < WHOLE && whole as f64 == value {
        write_integer(out, whole);
    } else if !write_decimal(out, value) {
        out.extend_from_slice(ryu_js::Buffer::new().format_finite(value).as_bytes());
    }
    Ok(())
}

/// Appends a double that is no whole number but has at most three decimal places, as prices have; whether it is one.
///
/// A quotient of two whole doubles is the double nearest to the decimal that they make. No two decimals of up to 15
/// digits have the same nearest double, so that there is no shorter way to write this one.
fn write_decimal(out: &mut Vec<u8>, value: f64) -> bool {
    /// With three places below it there are at most 15 digits.
    const LIMIT: f64 = 1e12;
    let magnitude = value.abs();
    if magnitude >= LIMIT {
        return false;
    }
    #[expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "whole doubles, and the very one is looked for")]
    let found = [10_i32, 100, 1000].into_iter().find_map(|power| {
        let scaled = (magnitude * f64::from(power) + 0.5) as i64;
        (scaled as f64 / f64::from(power) == magnitude).then_some((scaled, power))
    });
    let Some((scaled, power)) = found else { return false };
    if value < 0.0 {
        out.push(b'-');
    }
    let place = |place| digit(scaled.unsigned_abs(), place);
    // What it is divided by is written out, as a processor multiplies then.
    match power {
        10 => {
            write_integer(out, scaled / 10);
            out.extend_from_slice(&[b'.', place(1)]);
        }
        100 => {
            write_integer(out, scaled / 100);
            out.extend_from_slice(&[b'.', place(10), place(1)]);
        }
        _ => {
            write_integer(out, scaled / 1000);
            out.extend_from_slice(&[b'.', place(100), place(10), place(1)]);
        }
    }
    true
}

/// The digit of a number at a place: 1, 10, 100 and so on.
#[inline]
const fn digit(value: u64, place: u64) -> u8 {
    b'0' + (value / place % 10) as u8
}

/// Appends the digits of an integer.
pub fn write_integer(out: &mut Vec<u8>, value: i64) {
    let place = |place| digit(value.unsigned_abs(), place);
    // Most have few digits.
    match value {
        0..10 => return out.push(place(1)),
        10..100 => return out.extend_from_slice(&[place(10), place(1)]),
        100..1000 => return out.extend_from_slice(&[place(100), place(10), place(1)]),
        1000..10_000 => return out.extend_from_slice(&[place(1000), place(100), place(10), place(1)]),
        _ => {}
    }
    let mut digits = [0; 20];
    let mut rest = value.unsigned_abs();
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(digits.len() - length..).unwrap_or_default());
}

/// Appends the canonical form of a JSON number.
pub(crate) fn write_token(out: &mut Vec<u8>, token: &str, numbers: Numbers) -> Result<(), NumberErrorKind> {
    if let Some(digits) = short_digits(token) {
        out.extend_from_slice(digits.as_bytes());
        return Ok(());
    }
    if numbers == Numbers::Any && token.len() > MAX_TOKEN {
        return Err(NumberErrorKind::TooLong);
    }
    let Some(value) = finite(token) else {
        // A number ends with a digit.
        let is_word = token.ends_with(|last: char| last.is_ascii_alphabetic());
        return Err(if is_word { NumberErrorKind::Constant } else { NumberErrorKind::NotFinite });
    };
    if numbers == Numbers::Any && value.fract() == 0.0 && value.abs() > MAX_SAFE_DOUBLE {
        return Err(NumberErrorKind::OutOfRange);
    }
    write_number(out, value)
}

/// A JSON number of at most fifteen digits and nothing else, which is canonical as it stands, but for `-0`.
pub(crate) fn short_digits(token: &str) -> Option<&str> {
    let digits = token.strip_prefix('-').unwrap_or(token);
    if digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(if digits == "0" { digits } else { token })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(value: f64) -> String {
        let mut out = Vec::new();
        write_number(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn token(text: &str, numbers: Numbers) -> Result<String, NumberErrorKind> {
        let mut out = Vec::new();
        write_token(&mut out, text, numbers).map(|()| String::from_utf8(out).unwrap())
    }

    /// The samples of RFC 8785, appendix B, by the bits of the double.
    #[test]
    fn doubles_are_printed_as_ecmascript_prints_them() {
        for (bits, text) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(printed(f64::from_bits(bits)), text, "{bits:#x}");
        }
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(write_number(&mut Vec::new(), value), Err(NumberErrorKind::NotFinite));
        }
    }

    /// By the printer that longer doubles go to.
    #[test]
    fn decimals_are_printed_as_the_general_printer_prints_them() {
        let general = |value: f64| ryu_js::Buffer::new().format_finite(value).to_owned();
        let agrees = |value: f64| assert_eq!(printed(value), general(value), "{:#x}", value.to_bits());
        let whole = (0..16).flat_map(|length| (-120..120).map(move |near| 7.0 * 10_f64.powi(length) + f64::from(near)));
        let decimals = whole.flat_map(|whole| [1.0, 1e1, 1e2, 1e3, 1e4, 1e9].map(|power| whole / power));
        for value in decimals {
            for near in [value.next_down(), value, value.next_up()] {
                agrees(if near == 0.0 { 0.0 } else { near });
            }
        }
    }

    #[test]
    fn integers_are_printed_in_full() {
        let long = [1_000_000, MAX_SAFE_INTEGER, -MAX_SAFE_INTEGER, i64::MAX, i64::MIN];
        for value in (-20_000..20_000).chain(long) {
            let mut out = Vec::new();
            write_integer(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    #[test]
    fn integer_tokens_are_digits_within_range() {
        assert_eq!(safe_integer("0"), Ok(0));
        assert_eq!(safe_integer("-0"), Ok(0));
        assert_eq!(safe_integer("-42"), Ok(-42));
        assert_eq!(safe_integer("9007199254740991"), Ok(MAX_SAFE_INTEGER));
        assert_eq!(safe_integer("-9007199254740991"), Ok(-MAX_SAFE_INTEGER));
        for text in
            ["9007199254740992", "-9007199254740992", "9999999999999999", "10000000000000000", &"9".repeat(5000)]
        {
            assert_eq!(safe_integer(text), Err(IntegerError::OutOfRange), "{text}");
        }
        for text in ["", "-", "1.0", "1e2", "+1", "05", "-05", "00", " 5", "5 ", "1_0", "0x10", "٥", "５"] {
            assert_eq!(safe_integer(text), Err(IntegerError::NotDigits), "{text}");
        }
    }

    #[test]
    fn numbers_outside_float_positions_are_refused_by_value() {
        for (text, printed) in [
            ("9007199254740991", "9007199254740991"),
            ("-9007199254740991.0", "-9007199254740991"),
            ("9007199254740990e0", "9007199254740990"),
            ("1e15", "1000000000000000"),
            ("0.1", "0.1"),
            ("1.50", "1.5"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("-1e-400", "0"),
            ("1E2", "100"),
            ("4503599627370495.5", "4503599627370495.5"),
        ] {
            assert_eq!(token(text, Numbers::Any), Ok(printed.to_owned()), "{text}");
        }
        for text in [
            "9007199254740992",
            "9007199254740993.0",
            "-9007199254740992",
            "1e20",
            "100000000000000000000",
            "1e300",
            "9007199254740991.6",
        ] {
            assert_eq!(token(text, Numbers::Any), Err(NumberErrorKind::OutOfRange), "{text}");
            assert!(token(text, Numbers::Float).is_ok(), "{text}");
        }
    }

    #[test]
    fn infinite_and_overlong_numbers_are_refused() {
        for numbers in [Numbers::Any, Numbers::Float] {
            assert_eq!(token("1e400", numbers), Err(NumberErrorKind::NotFinite));
            assert_eq!(token("-1e400", numbers), Err(NumberErrorKind::NotFinite));
        }
        let at_limit = format!("0.{}1", "0".repeat(29));
        let beyond = format!("0.{}1", "0".repeat(30));
        assert_eq!(token(&at_limit, Numbers::Any), Ok("1e-30".to_owned()));
        assert_eq!(token(&beyond, Numbers::Any), Err(NumberErrorKind::TooLong));
        assert_eq!(token(&beyond, Numbers::Float), Ok("1e-31".to_owned()));
        assert_eq!(token("1e20", Numbers::Float), Ok("100000000000000000000".to_owned()));
        assert_eq!(token("1e21", Numbers::Float), Ok("1e+21".to_owned()));
    }
}
