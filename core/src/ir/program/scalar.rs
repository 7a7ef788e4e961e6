//! Checks of single values, the same for JSON and for query text. Each appends the canonical text, or tells problems.

use std::borrow::Cow;

use super::Direction;
use super::node::{Choice, TextRule, write_scalar};
use crate::error::detail::{Detail, Expected, MAX_DETAILS, Path, Problem, Unit};
use crate::ir::format;
use crate::ir::model::{IntegerBounds, NumberBounds, Scalar};
use crate::value::canonical::write_string;
use crate::value::number::{IntegerError, finite, safe_integer, write_number};

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) details: Vec<Detail>,
    /// How many there are, those counted that are too many to tell.
    pub(super) count: usize,
}

impl Found {
    pub(super) fn add(&mut self, problem: &Problem<'_>, path: &Path<'_>) {
        self.count += 1;
        if self.details.len() < MAX_DETAILS {
            self.details.push(Detail::new(problem, path.parts()));
        }
    }

    pub(super) fn expected(&mut self, expected: Expected, path: &Path<'_>) {
        self.add(&Problem::Type(expected), path);
    }
}

fn printed(value: f64) -> String {
    let mut out = Vec::new();
    // Bounds are finite: the compiler has seen to it.
    let _ = write_number(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

/// `token`: a JSON number, or any query text.
pub(super) fn integer(bounds: &IntegerBounds, token: &str, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
    let Some(value) = integer_of(bounds, token, path, found) else { return };
    if value == 0 {
        out.push(b'0');
    } else {
        // Digits without a leading zero are canonical as they stand.
        out.extend_from_slice(token.as_bytes());
    }
}

/// The integer that a token is.
#[inline]
pub(super) fn integer_of(bounds: &IntegerBounds, token: &str, path: &Path<'_>, found: &mut Found) -> Option<i64> {
    let problem = match safe_integer(token) {
        Ok(value) => {
            integer_bounds(bounds, value, path, found);
            return Some(value);
        }
        Err(IntegerError::NotDigits) => Problem::Type(Expected::Integer),
        Err(IntegerError::OutOfRange) => Problem::IntegerRange,
    };
    found.add(&problem, path);
    None
}

/// What holds for an integer besides that it is one.
#[inline]
pub(super) fn integer_bounds(bounds: &IntegerBounds, value: i64, path: &Path<'_>, found: &mut Found) {
    // Most fit, and the words for what is wrong take room.
    if !integer_fits(bounds, value) {
        integer_within(bounds, value, path, found);
    }
}

/// Whether it is within its bounds.
#[inline]
pub(super) fn integer_fits(bounds: &IntegerBounds, value: i64) -> bool {
    let IntegerBounds { min, max, multiple_of } = *bounds;
    min.is_none_or(|min| value >= min)
        && max.is_none_or(|max| value <= max)
        && multiple_of.is_none_or(|divisor| value.checked_rem(divisor) == Some(0))
}

fn integer_within(bounds: &IntegerBounds, value: i64, path: &Path<'_>, found: &mut Found) {
    if let Some(min) = bounds.min.filter(|min| value < *min) {
        found.add(&Problem::Min(&min.to_string()), path);
    }
    if let Some(max) = bounds.max.filter(|max| value > *max) {
        found.add(&Problem::Max(&max.to_string()), path);
    }
    if let Some(divisor) = bounds.multiple_of.filter(|divisor| value.checked_rem(*divisor) != Some(0)) {
        found.add(&Problem::MultipleOf(&divisor.to_string()), path);
    }
}

/// `token`: a JSON number.
pub(super) fn number(bounds: &NumberBounds, token: &str, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
    match finite(token) {
        Some(value) => number_value(bounds, value, path, found, out),
        None => found.expected(Expected::Number, path),
    }
}

/// A double, which is told where it is not finite.
pub(super) fn number_value(bounds: &NumberBounds, value: f64, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
    number_bounds(bounds, value, path, found);
    if write_number(out, value).is_err() {
        found.expected(Expected::Number, path);
    }
}

/// What holds for a double besides that it is finite.
pub(super) fn number_bounds(bounds: &NumberBounds, value: f64, path: &Path<'_>, found: &mut Found) {
    if let Some(min) = bounds.min.filter(|min| value < *min) {
        found.add(&Problem::Min(&printed(min)), path);
    }
    if let Some(min) = bounds.exclusive_min.filter(|min| value <= *min) {
        found.add(&Problem::ExclusiveMin(&printed(min)), path);
    }
    if let Some(max) = bounds.max.filter(|max| value > *max) {
        found.add(&Problem::Max(&printed(max)), path);
    }
    if let Some(max) = bounds.exclusive_max.filter(|max| value >= *max) {
        found.add(&Problem::ExclusiveMax(&printed(max)), path);
    }
}

/// Whether it is an integer of any size in text: `-?(0|[1-9][0-9]*)`, and no `-0`.
pub(super) fn is_bigint(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits && (text == "0" || !digits.starts_with('0'))
}

/// An integer of any size in text.
pub(super) fn bigint(text: &str, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
    if !is_bigint(text) {
        return found.expected(Expected::BigInt, path);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// What a text is checked by, and which way it goes.
pub(super) struct TextCheck<'r> {
    pub(super) rule: &'r TextRule,
    pub(super) direction: Direction,
}

impl TextCheck<'_> {
    /// `quoted`: the text with its quotes, where that is its canonical form.
    pub(super) fn run(&self, text: &str, quoted: Option<&str>, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
        let Some(text) = self.canonical(text, path, found) else { return };
        match quoted {
            // A format gives the text back as it is by borrowing all of it.
            Some(quoted) if matches!(text, Cow::Borrowed(same) if same.len() + 2 == quoted.len()) => {
                out.extend_from_slice(quoted.as_bytes());
            }
            _ => write_string(out, &text),
        }
    }

    /// The text as its format has it; none where it is none of the format.
    pub(super) fn canonical<'t>(&self, text: &'t str, path: &Path<'_>, found: &mut Found) -> Option<Cow<'t, str>> {
        let rule = self.rule;
        let text = match rule.format.map(|name| (name, format::canonical(name, text, self.direction))) {
            None => Cow::Borrowed(text),
            Some((_, Some(canonical))) => canonical,
            Some((name, None)) => {
                found.add(&Problem::Format(name), path);
                return None;
            }
        };
        if let Some(min) = rule.min_length.filter(|min| is_shorter(&text, *min)) {
            found.add(&Problem::MinLength(min, Unit::Character), path);
        }
        if let Some(max) = rule.max_length.filter(|max| is_longer(&text, *max)) {
            found.add(&Problem::MaxLength(max, Unit::Character), path);
        }
        if let Some(pattern) = rule.pattern.as_ref().filter(|pattern| !pattern.is_match(&text)) {
            found.add(&Problem::Pattern(pattern.source()), path);
        }
        Some(text)
    }
}

/// Whether `text` has fewer code points than `min`. They are counted only where the bytes do not tell.
fn is_shorter(text: &str, min: u64) -> bool {
    let bytes = text.len() as u64;
    bytes < min || (bytes < min.saturating_mul(4) && (text.chars().count() as u64) < min)
}

/// Whether `text` has more code points than `max`.
fn is_longer(text: &str, max: u64) -> bool {
    let bytes = text.len() as u64;
    bytes > max && (bytes > max.saturating_mul(4) || text.chars().count() as u64 > max)
}

/// `value`: none where the value is no scalar at all.
pub(super) fn choice(choice: &Choice, value: Option<&Scalar>, path: &Path<'_>, found: &mut Found, out: &mut Vec<u8>) {
    match value.filter(|value| choice.values.contains(value)) {
        Some(value) => write_scalar(value, out),
        None if choice.literal => found.add(&Problem::Literal(&choice.listed), path),
        None => found.add(&Problem::Enum(&choice.listed), path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_code_points() {
        for text in ["", "a", "é", "€", "😀", "ab", "aé€😀", "😀😀😀😀"] {
            let count = text.chars().count() as u64;
            for bound in [0, 1, 2, 3, 4, 5, 16, u64::MAX] {
                assert_eq!(is_shorter(text, bound), count < bound, "{text} {bound}");
                assert_eq!(is_longer(text, bound), count > bound, "{text} {bound}");
            }
        }
    }
}
