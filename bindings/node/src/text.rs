//! Text on its way between the two halves.
//!
//! Most of it is ASCII, of which each character is a byte: it is copied, and neither decoded nor encoded.

use napi::{Env, Error, JsString, Result, Status};

/// The UTF-8 of a text of JavaScript's; half a character becomes U+FFFD.
pub(crate) fn utf8(text: JsString<'_>) -> Result<Vec<u8>> {
    // Whatever is not ASCII has more bytes than JavaScript counts characters.
    if text.utf8_len()? == text.latin1_len()? { Ok(text.into_latin1()?.take()) } else { Ok(text.into_utf8()?.take()) }
}

/// A text of JavaScript's; half a character becomes U+FFFD.
pub(crate) fn string(text: JsString<'_>) -> Result<String> {
    String::from_utf8(utf8(text)?).map_err(|error| Error::new(Status::InvalidArg, error.to_string()))
}

/// A text of JavaScript's from UTF-8.
pub(crate) fn of_utf8<'env>(env: &'env Env, bytes: &[u8]) -> Result<JsString<'env>> {
    if bytes.is_ascii() {
        return env.create_string_latin1(bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Error::new(Status::InvalidArg, error.to_string()))?;
    env.create_string(text)
}
