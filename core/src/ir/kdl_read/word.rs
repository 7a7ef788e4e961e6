//! What a bare word means: a number, a string, or nothing.

use std::borrow::Cow;

use crate::ir::kdl_read::node::Value;

/// Words that KDL keeps from being strings, so that nobody forgets the `#` before them.
const RESERVED: [&str; 6] = ["true", "false", "null", "inf", "-inf", "nan"];

/// The value that the word spells, or what is wrong with it.
pub(super) fn value(word: &str) -> Result<Value<'_>, String> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return number(word, unsigned).ok_or_else(|| format!("{word:?} is no number"));
    }
    if unsigned.strip_prefix('.').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit())) {
        return Err(format!("{word:?} is no number: a digit comes before the point"));
    }
    if RESERVED.contains(&word) {
        return Err(format!("{word:?} means nothing bare: write #{word} for the value, or quote the text"));
    }
    Ok(Value::Text(Cow::Borrowed(word)))
}

/// The value that a keyword stands for; `word` is what follows its `#`.
pub(super) fn keyword(word: &str) -> Option<Value<'static>> {
    match word {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        "null" => Some(Value::Null),
        "inf" => Some(Value::Float(f64::INFINITY)),
        "-inf" => Some(Value::Float(f64::NEG_INFINITY)),
        "nan" => Some(Value::Float(f64::NAN)),
        _ => None,
    }
}

fn number(word: &str, unsigned: &str) -> Option<Value<'static>> {
    let radix = match unsigned.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => 10,
    };
    if radix != 10 {
        let digits = &unsigned[2..];
        if !is_run(digits, radix) {
            return None;
        }
        let sign = if word.starts_with('-') { "-" } else { "" };
        let signed = format!("{sign}{}", without_underscores(digits));
        return i128::from_str_radix(&signed, radix).ok().map(Value::Integer);
    }
    if is_run(unsigned, 10) {
        return without_underscores(word).parse().ok().map(Value::Integer);
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    if [Some(whole), fraction, exponent].into_iter().flatten().any(|digits| !is_run(digits, 10)) {
        return None;
    }
    without_underscores(word).parse().ok().map(Value::Float)
}

/// Whether the text is a digit, then digits and underscores.
fn is_run(text: &str, radix: u32) -> bool {
    text.starts_with(|first: char| first.is_digit(radix))
        && text.chars().all(|character| character.is_digit(radix) || character == '_')
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}
