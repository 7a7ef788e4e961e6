//! Tokens and keys as the cases expect them, made without the core: of texts that stand here as they are signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::pins::case::{hex, string};

/// A secret of 32 equal bytes.
pub(in crate::pins) const fn secret(byte: u8) -> [u8; 32] {
    [byte; 32]
}

/// HMAC-SHA256 by RFC 2104's own formula.
pub(in crate::pins) fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The first 16 bytes of a SHA-256, in hexadecimal digits.
pub(in crate::pins) fn short_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..16])
}

/// Base64url without padding.
pub(in crate::pins) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of a header and a payload, each as it is signed.
pub(in crate::pins) fn signed(secret: &[u8], header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sealed(secret, &format!("{}.{}", encoded(header), encoded(payload)))
}

/// The signature of two parts, after them.
pub(in crate::pins) fn sealed(secret: &[u8], parts: &str) -> String {
    format!("{parts}.{}", encoded(hmac(secret, parts.as_bytes())))
}

/// The header that the page gives, in canonical form.
pub(in crate::pins) fn header(kid: &str, typ: &str) -> String {
    format!("{{\"alg\":\"HS256\",\"kid\":{},\"typ\":{}}}", string(kid), string(typ))
}

/// A list of keys as a case holds it.
pub(in crate::pins) fn keys(held: &[(&str, &[u8])]) -> String {
    let keys: Vec<String> = held
        .iter()
        .map(|(kid, secret)| format!("{{\"kid\":{},\"secret\":\"{}\"}}", string(kid), hex(secret)))
        .collect();
    format!("[{}]", keys.join(","))
}

/// A list of texts.
pub(in crate::pins) fn texts(held: &[&str]) -> String {
    format!("[{}]", held.iter().map(|text| string(text)).collect::<Vec<_>>().join(","))
}

/// A list of bytes, each in hexadecimal digits.
pub(in crate::pins) fn all_hex(held: &[&[u8]]) -> String {
    format!("[{}]", held.iter().map(|bytes| format!("\"{}\"", hex(bytes))).collect::<Vec<_>>().join(","))
}
