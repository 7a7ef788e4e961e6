//! The token against forged requests: a signed double submit, bound to a session (CSRF-1, CSRF-2).
//!
//! The token is 64 characters of base64url: 16 random bytes, and the tag of those and of the session. A page of another
//! origin can make a browser send a cookie and cannot read it; whoever can plant a cookie has no tag for it.

use std::fmt;

use super::base64url;
use super::keyring::Keyring;
use super::mac::{MacKey, TAG_LENGTH, write_hex};
use crate::value::canonical;

/// How many random bytes a token has.
pub const NONCE_LENGTH: usize = 16;

/// A token's bytes, nonce and tag.
const LENGTH: usize = NONCE_LENGTH + TAG_LENGTH;

/// A session without an id: one token would do for everybody who has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSession;

impl fmt::Display for NoSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a session has an id that is not empty")
    }
}

impl std::error::Error for NoSession {}

/// The token of a session, by the keyring's first key. `nonce` is random.
pub fn mint(keyring: &Keyring, session: &str, nonce: [u8; NONCE_LENGTH]) -> Result<String, NoSession> {
    mint_with(keyring.first().mac(), session, nonce)
}

/// The same by one key.
pub fn mint_with(key: &MacKey, session: &str, nonce: [u8; NONCE_LENGTH]) -> Result<String, NoSession> {
    if session.is_empty() {
        return Err(NoSession);
    }
    let tag = key.tag(&message(session, &nonce));
    let mut token = String::with_capacity(LENGTH / 3 * 4);
    // 48 bytes are sixteen times three: nonce and tag may not be encoded apart, as 16 bytes are not.
    let mut bytes = [0; LENGTH];
    for (place, byte) in bytes.iter_mut().zip(nonce.iter().chain(&tag)) {
        *place = *byte;
    }
    base64url::write(&mut token, &bytes);
    Ok(token)
}

/// Whether a token is one of that session, by any key of the keyring. Tags are compared in constant time.
#[must_use]
pub fn check(keyring: &Keyring, session: &str, token: &[u8]) -> bool {
    keyring.keys().any(|key| check_with(key.mac(), session, token))
}

/// The same by one key.
#[must_use]
pub fn check_with(key: &MacKey, session: &str, token: &[u8]) -> bool {
    let Some(bytes) = base64url::read_exact::<LENGTH>(token) else { return false };
    let (Some(nonce), Some(tag)) = (bytes.first_chunk::<NONCE_LENGTH>(), bytes.last_chunk::<TAG_LENGTH>()) else {
        return false;
    };
    !session.is_empty() && key.verify(&message(session, nonce), tag)
}

/// What is signed: canonical JSON, so that nothing of one part can pass for the other's.
fn message(session: &str, nonce: &[u8; NONCE_LENGTH]) -> Vec<u8> {
    let mut digits = String::with_capacity(NONCE_LENGTH * 2);
    write_hex(&mut digits, nonce);
    let mut text = Vec::with_capacity(64 + session.len());
    text.extend_from_slice(b"{\"n\":\"");
    text.extend_from_slice(digits.as_bytes());
    text.extend_from_slice(b"\",\"s\":");
    canonical::write_string(&mut text, session);
    text.push(b'}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::keyring::Key;
    use crate::identity::secret::Secret;

    fn ring(bytes: &[u8]) -> Keyring {
        let keys = bytes.iter().map(|byte| {
            let secret = Secret::new(&[*byte; 32]).unwrap();
            Key::new(&byte.to_string(), &secret).unwrap()
        });
        Keyring::new(keys.collect()).unwrap()
    }

    #[test]
    fn a_token_is_of_one_session_and_one_key() {
        let token = mint(&ring(&[1]), "ada", [7; 16]).unwrap();
        assert_eq!(token.len(), 64);
        assert!(check(&ring(&[1]), "ada", token.as_bytes()));
        assert!(!check(&ring(&[1]), "eve", token.as_bytes()));
        assert!(!check(&ring(&[2]), "ada", token.as_bytes()));
        assert!(check(&ring(&[2, 1]), "ada", token.as_bytes()), "an older key verifies");
        assert_ne!(mint(&ring(&[1]), "ada", [8; 16]).unwrap(), token);
    }

    #[test]
    fn a_session_has_an_id() {
        assert_eq!(mint(&ring(&[1]), "", [7; 16]), Err(NoSession));
        let key = MacKey::new(&[1; 32]);
        let mut bytes = [7; LENGTH].to_vec();
        bytes.truncate(NONCE_LENGTH);
        bytes.extend_from_slice(&key.tag(&message("", &[7; 16])));
        let mut token = String::new();
        base64url::write(&mut token, &bytes);
        assert!(!check(&ring(&[1]), "", token.as_bytes()), "even with its right tag");
    }

    #[test]
    fn every_character_counts() {
        let ring = ring(&[1]);
        let token = mint(&ring, "ada", [7; 16]).unwrap();
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            if let Some(byte) = other.get_mut(at) {
                *byte = if *byte == b'A' { b'B' } else { b'A' };
            }
            assert!(!check(&ring, "ada", &other), "{at}");
        }
        for other in
            [String::new(), format!("{token}="), format!(" {token}"), token[..63].to_owned(), format!("{token}A")]
        {
            assert!(!check(&ring, "ada", other.as_bytes()), "{other:?}");
        }
    }
}
