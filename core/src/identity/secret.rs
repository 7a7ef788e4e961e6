//! A secret, and what is none (KEY-3).

use std::fmt;

/// The fewest bytes that a secret has.
pub const MIN_LENGTH: usize = 32;

/// Bytes that nobody may see: they are in no message and in no debug text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why some bytes are no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Fewer bytes than [`MIN_LENGTH`].
    Short,
    /// A byte-order mark at the start: an editor wrote it, and the next one may not.
    ByteOrderMark,
    /// A key or certificate in PEM.
    Pem,
    /// A key of SSH.
    Ssh,
    /// A JSON Web Key, or a set of them.
    Jwk,
    /// Text that starts or ends with a blank, as if read from a file with its line end.
    Blank,
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Short => "is shorter than 32 bytes",
            Self::ByteOrderMark => "starts with a byte-order mark",
            Self::Pem => "looks like a PEM file",
            Self::Ssh => "looks like an SSH key",
            Self::Jwk => "looks like a JSON Web Key",
            Self::Blank => "starts or ends with a blank",
        })
    }
}

impl std::error::Error for Unfit {}

/// How files of SSH and of `PuTTY` start.
const SSH: [&[u8]; 6] = [b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-", b"---- BEGIN SSH2", b"PuTTY-User-Key-File"];

impl Secret {
    /// Bytes that can be a secret.
    pub fn new(bytes: &[u8]) -> Result<Self, Unfit> {
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        // Whoever pastes a public key makes a secret that everybody knows.
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err(Unfit::ByteOrderMark);
        }
        let text = str::from_utf8(bytes).ok();
        // Random bytes may well start with a blank: only what is text as a whole was read from a file.
        if text.is_some_and(|text| text.trim().len() != text.len()) {
            return Err(Unfit::Blank);
        }
        if holds(b"-----BEGIN ") {
            return Err(Unfit::Pem);
        }
        if SSH.iter().any(|start| bytes.starts_with(start)) {
            return Err(Unfit::Ssh);
        }
        if bytes.starts_with(b"{") && (holds(b"\"kty\"") || holds(b"\"keys\"")) {
            return Err(Unfit::Jwk);
        }
        if bytes.len() < MIN_LENGTH {
            return Err(Unfit::Short);
        }
        Ok(Self(bytes.to_vec()))
    }

    /// The bytes, for deriving and hashing.
    pub(super) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_two_bytes_are_enough_and_one_less_is_not() {
        assert!(Secret::new(&[7; 32]).is_ok());
        assert_eq!(Secret::new(&[7; 31]), Err(Unfit::Short));
        assert_eq!(Secret::new(b""), Err(Unfit::Short));
    }

    #[test]
    fn files_of_keys_are_told_from_secrets() {
        let filler = "x".repeat(40);
        for (text, unfit) in [
            (format!("\u{feff}{filler}"), Unfit::ByteOrderMark),
            (format!(" {filler}"), Unfit::Blank),
            (format!("{filler}\n"), Unfit::Blank),
            (format!("{filler}\u{a0}"), Unfit::Blank),
            (format!("-----BEGIN PUBLIC KEY-----\n{filler}"), Unfit::Pem),
            (format!("Bag Attributes\n-----BEGIN RSA PRIVATE KEY-----\n{filler}"), Unfit::Pem),
            (format!("ssh-rsa {filler}"), Unfit::Ssh),
            (format!("ecdsa-sha2-nistp256 {filler}"), Unfit::Ssh),
            (format!("PuTTY-User-Key-File-3: {filler}"), Unfit::Ssh),
            (format!(r#"{{"kty":"oct","k":"{filler}"}}"#), Unfit::Jwk),
            (format!(r#"{{ "keys": [{{"k":"{filler}"}}]}}"#), Unfit::Jwk),
        ] {
            assert_eq!(Secret::new(text.as_bytes()), Err(unfit), "{text}");
        }
        assert!(Secret::new(format!("{{{filler}").as_bytes()).is_ok());
    }

    #[test]
    fn random_bytes_may_start_with_a_blank() {
        let mut bytes = [0xff; 32];
        bytes[0] = b' ';
        assert!(Secret::new(&bytes).is_ok());
    }

    #[test]
    fn debug_text_hides_the_bytes() {
        let secret = Secret::new(b"correct horse battery staple correct horse").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
