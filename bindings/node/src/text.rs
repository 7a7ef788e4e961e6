//! Text on its way between the two halves.
//!
//! Most of it is ASCII, of which each character is a byte: it is copied, and neither decoded nor encoded.

use napi::{Env, Error, JsString, JsStringLatin1, JsStringUtf8, Result, Status};

/// A text of JavaScript's as UTF-8; half a character is U+FFFD.
pub(crate) enum Text<'env> {
    /// Each byte is a character.
    Ascii(JsStringLatin1<'env>),
    /// Some characters are more bytes.
    Wide(JsStringUtf8<'env>),
}

impl<'env> Text<'env> {
    /// Takes it over.
    pub(crate) fn of(text: JsString<'env>) -> Result<Self> {
        // Whatever is not ASCII has more bytes than JavaScript counts characters.
        let size = text.utf8_len()?;
        let latin1 = text.into_latin1()?;
        if latin1.len() == size { Ok(Self::Ascii(latin1)) } else { Ok(Self::Wide(text.into_utf8()?)) }
    }

    /// Its UTF-8.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Ascii(text) => text.as_slice(),
            Self::Wide(text) => text.as_slice(),
        }
    }
}

/// A text of JavaScript's from UTF-8.
pub(crate) fn of_utf8<'env>(env: &'env Env, bytes: &[u8]) -> Result<JsString<'env>> {
    if bytes.is_ascii() {
        return env.create_string_latin1(bytes);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| Error::new(Status::InvalidArg, error.to_string()))?;
    env.create_string(text)
}
