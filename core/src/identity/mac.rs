//! HMAC-SHA256 with a key that is set up once, and keys derived by HKDF-SHA256 (KEY-2).

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How many bytes a tag has.
pub const TAG_LENGTH: usize = 32;

/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// A key of HMAC-SHA256. Both of its blocks are hashed when it is made; each tag starts from a copy of that state.
#[derive(Clone)]
pub struct MacKey {
    state: Hmac<Sha256>,
}

impl MacKey {
    /// A key of any length.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // RFC 2104: a key beyond one block is hashed, a shorter one is filled up with zeros.
        let mut block = [0; BLOCK];
        let hashed;
        let key = if secret.len() > BLOCK {
            hashed = Sha256::digest(secret);
            hashed.as_slice()
        } else {
            secret
        };
        for (place, byte) in block.iter_mut().zip(key) {
            *place = *byte;
        }
        Self { state: Hmac::new(&block.into()) }
    }

    /// The same key after it has taken `bytes`: a tag of what follows is one of both together.
    #[must_use]
    pub fn after(&self, bytes: &[u8]) -> Self {
        let mut state = self.state.clone();
        state.update(bytes);
        Self { state }
    }

    /// The tag of a message.
    #[must_use]
    pub fn tag(&self, message: &[u8]) -> [u8; TAG_LENGTH] {
        let mut state = self.state.clone();
        state.update(message);
        state.finalize().into_bytes().into()
    }

    /// Whether that is the tag of the message, in a time that does not depend on where they differ.
    #[must_use]
    pub fn verify(&self, message: &[u8], tag: &[u8; TAG_LENGTH]) -> bool {
        let mut state = self.state.clone();
        state.update(message);
        state.verify(&(*tag).into()).is_ok()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MacKey(…)")
    }
}

/// `N` bytes derived from a secret by HKDF-SHA256 without a salt.
#[must_use]
pub fn derive<const N: usize>(secret: &[u8], info: &[u8]) -> [u8; N] {
    const { assert!(N <= 255 * TAG_LENGTH, "RFC 5869 gives no more") };
    let mut out = [0; N];
    // It fails on a length that is too great, which the line above rules out.
    let _ = Hkdf::<Sha256>::new(None, secret).expand(info, &mut out);
    out
}

/// Appends the lower-case hexadecimal digits of some bytes.
pub fn write_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        let mut out = String::new();
        write_hex(&mut out, bytes);
        out
    }

    /// RFC 4231, section 4.
    #[test]
    fn the_tags_of_rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, tag) in cases {
            assert_eq!(hex(&MacKey::new(key).tag(message)), tag);
        }
    }

    #[test]
    fn a_key_that_took_a_part_gives_the_tag_of_both() {
        let key = MacKey::new(b"key");
        assert_eq!(key.after(b"one ").tag(b"two"), key.tag(b"one two"));
        assert_ne!(key.after(b"one ").tag(b"two"), key.tag(b"two"));
    }

    #[test]
    fn one_bit_makes_another_tag() {
        let key = MacKey::new(b"key");
        let tag = key.tag(b"message");
        assert!(key.verify(b"message", &tag));
        for bit in 0..TAG_LENGTH * 8 {
            let mut other = tag;
            if let Some(byte) = other.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
            assert!(!key.verify(b"message", &other), "bit {bit}");
        }
        assert!(!key.verify(b"messagf", &tag));
    }

    /// RFC 5869, appendix A.3: the case without a salt and without info. (Those with a salt are in the corpora.)
    #[test]
    fn a_derived_key_is_that_of_rfc_5869() {
        let okm: [u8; 42] = derive(&[0x0b; 22], b"");
        assert_eq!(hex(&okm), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }
}
