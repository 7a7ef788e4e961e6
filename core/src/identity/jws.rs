//! A JWS in compact form, HS256 and nothing else (TOK-2 to TOK-8): how its three parts are read, and which key signed it.
//!
//! What a token claims is [`super::token`]'s.

use std::borrow::Cow;
use std::fmt;

use super::base64url;
use super::keyring::{Key, Keyring};
use super::mac::TAG_LENGTH;
use super::token::Kind;
use crate::value::json::JsonError;
use crate::value::keys::KeyStack;
use crate::value::reader::{Kind as JsonKind, Reader};

/// The most bytes of a token (LIM-11).
pub const TOKEN_LIMIT: usize = 8192;

/// Why a token is refused. It is for logs and tests: outside, every one of them is `UNAUTHENTICATED` (TOK-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is longer than [`TOKEN_LIMIT`].
    TooLong,
    /// It has not three parts with a dot between.
    Parts,
    /// A part is no base64url, has padding, or is not the one text of its bytes.
    Base64,
    /// Header or claims are no JSON object as the protocol reads it.
    Json,
    /// `alg` is absent, or not `HS256`.
    Algorithm,
    /// The header has `crit`, `b64` or `zip`, which change what the parts mean.
    Extension,
    /// The header brings a key or says where one is.
    EmbeddedKey,
    /// `kid` is absent where there has to be one, or no text.
    KeyId,
    /// No key has that name.
    UnknownKey,
    /// `typ` is absent, no text, or of another kind of token.
    Type,
    /// The signature is not that of the key.
    Signature,
    /// A claim is absent, or not of its type.
    Claim(&'static str),
    /// A time is not an integer between 0 and 2^53 − 1.
    Time(&'static str),
    /// It is for somebody else.
    Audience,
    /// It has expired. It was valid once: its signature holds.
    Expired,
    /// It is not valid yet: `nbf` or `iat` lies ahead.
    Early(&'static str),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "longer than 8 KiB",
            Self::Parts => "not three parts",
            Self::Base64 => "not canonical base64url",
            Self::Json => "not an object of strict JSON",
            Self::Algorithm => "another algorithm than HS256",
            Self::Extension => "crit, b64 or zip",
            Self::EmbeddedKey => "a key of its own",
            Self::KeyId => "no kid",
            Self::UnknownKey => "unknown kid",
            Self::Type => "another type",
            Self::Signature => "wrong signature",
            Self::Audience => "another audience",
            Self::Expired => "expired",
            Self::Claim(name) => return write!(formatter, "no such {name}"),
            Self::Time(name) => return write!(formatter, "{name} is no time"),
            Self::Early(name) => return write!(formatter, "{name} lies ahead"),
        })
    }
}

impl std::error::Error for Reason {}

impl From<JsonError> for Reason {
    fn from(_: JsonError) -> Self {
        Self::Json
    }
}

/// The three parts of a token, still encoded.
#[derive(Debug, Clone, Copy)]
struct Parts<'a> {
    /// Header, dot, payload: what is signed.
    signed: &'a [u8],
    /// Where the payload starts in it.
    payload_at: usize,
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(token: &'a [u8]) -> Result<Self, Reason> {
        if token.len() > TOKEN_LIMIT {
            return Err(Reason::TooLong);
        }
        let mut dots = memchr::memchr_iter(b'.', token);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(Reason::Parts);
        };
        Ok(Self {
            signed: token.get(..second).unwrap_or_default(),
            payload_at: first + 1,
            signature: token.get(second + 1..).unwrap_or_default(),
        })
    }

    /// The header with its dot.
    fn head(&self) -> &'a [u8] {
        self.signed.get(..self.payload_at).unwrap_or_default()
    }

    fn payload(&self) -> &'a [u8] {
        self.signed.get(self.payload_at..).unwrap_or_default()
    }

    fn signature(&self) -> Result<[u8; TAG_LENGTH], Reason> {
        // Whether it is no base64url or too short makes a difference to nobody but a reader of logs.
        base64url::read_exact(self.signature)
            .ok_or_else(|| if base64url::read(self.signature).is_some() { Reason::Signature } else { Reason::Base64 })
    }
}

/// What a header says of itself.
#[derive(Debug, Default)]
struct Header<'a> {
    kid: Option<Cow<'a, str>>,
    typ: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    /// Reads all of it. Members that mean nothing here are left alone; those that would change what the token means are
    /// refused, whatever they say.
    fn read(text: &'a [u8]) -> Result<Self, Reason> {
        let mut reader = Reader::open(text)?;
        if reader.kind()? != JsonKind::Object {
            return Err(Reason::Json);
        }
        let mut keys = KeyStack::default();
        let mark = keys.mark();
        let (mut header, mut refused, mut signed_by_hs256) = (Self::default(), None, false);
        reader.enter()?;
        let mut first = true;
        while let Some(key) = reader.key(&mut first)? {
            let name = key.decode();
            let is_text = reader.kind()? == JsonKind::String;
            match name.as_ref() {
                "alg" if is_text => signed_by_hs256 = reader.string()?.decode() == "HS256",
                "kid" if is_text => header.kid = Some(reader.string()?.decode()),
                "typ" if is_text => header.typ = Some(reader.string()?.decode()),
                other => {
                    let reason = match other {
                        "kid" => Some(Reason::KeyId),
                        "typ" => Some(Reason::Type),
                        "crit" | "b64" | "zip" => Some(Reason::Extension),
                        "jwk" | "jku" | "x5u" | "x5c" | "x5t" | "x5t#S256" => Some(Reason::EmbeddedKey),
                        _ => None,
                    };
                    refused = refused.or(reason);
                    reader.skip(&mut keys)?;
                }
            }
            keys.push(name, key.offset);
        }
        keys.close(mark)?;
        reader.finish()?;
        match refused {
            _ if !signed_by_hs256 => Err(Reason::Algorithm),
            Some(reason) => Err(reason),
            None => Ok(header),
        }
    }
}

/// The payload of a token whose signature holds, whatever it is (TOK-2 to TOK-8). `typ` is not looked at. A token without
/// `kid` is held against the first key.
pub fn verify(keyring: &Keyring, token: &[u8]) -> Result<Vec<u8>, Reason> {
    let parts = Parts::of(token)?;
    let head = parts.head().strip_suffix(b".").unwrap_or_default();
    let header = base64url::read(head).ok_or(Reason::Base64)?;
    let key = match Header::read(&header)?.kid {
        None => keyring.first(),
        Some(kid) => keyring.find(&kid).ok_or(Reason::UnknownKey)?,
    };
    if !key.mac().verify(parts.signed, &parts.signature()?) {
        return Err(Reason::Signature);
    }
    base64url::read(parts.payload()).ok_or(Reason::Base64)
}

/// The payload of a token of a kind: its `typ` is that kind's, and its `kid` names the key (TOK-6, TOK-7).
pub(super) fn verify_kind(keyring: &Keyring, kind: Kind, token: &[u8]) -> Result<Vec<u8>, Reason> {
    let parts = Parts::of(token)?;
    // Nearly every header is one that a key of ours wrote: then it needs no reading.
    let holds = if let Some(key) = keyring.keys().find(|key| key.head(kind).text.as_bytes() == parts.head()) {
        key.head(kind).mac.verify(parts.payload(), &parts.signature()?)
    } else {
        foreign_key(keyring, kind, parts.head())?.mac().verify(parts.signed, &parts.signature()?)
    };
    if !holds {
        return Err(Reason::Signature);
    }
    base64url::read(parts.payload()).ok_or(Reason::Base64)
}

/// The key that a header names which is none of ours by its bytes.
#[cold]
fn foreign_key<'k>(keyring: &'k Keyring, kind: Kind, head: &[u8]) -> Result<&'k Key, Reason> {
    let header = base64url::read(head.strip_suffix(b".").unwrap_or_default()).ok_or(Reason::Base64)?;
    let header = Header::read(&header)?;
    if header.typ.as_deref() != Some(kind.typ()) {
        return Err(Reason::Type);
    }
    keyring.find(&header.kid.ok_or(Reason::KeyId)?).ok_or(Reason::UnknownKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::secret::Secret;

    /// The key and the token of RFC 7515, appendix A.1.
    const RFC_KEY: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const RFC_TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn ring(secret: &[u8]) -> Keyring {
        Keyring::new(vec![Key::new("k", &Secret::new(secret).unwrap()).unwrap()]).unwrap()
    }

    #[test]
    fn the_example_of_rfc_7515_verifies() {
        let ring = ring(&base64url::read(RFC_KEY.as_bytes()).unwrap());
        let payload = verify(&ring, RFC_TOKEN.as_bytes()).unwrap();
        assert_eq!(payload, b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
        let mut other = RFC_TOKEN.to_owned();
        other.pop();
        other.push('g');
        assert_eq!(verify(&ring, other.as_bytes()), Err(Reason::Signature));
    }

    #[test]
    fn a_signature_of_another_length_is_none() {
        let ring = ring(&[1; 32]);
        let signed = RFC_TOKEN.rsplit_once('.').unwrap().0;
        for (signature, reason) in
            [("", Reason::Signature), ("AAAA", Reason::Signature), ("A", Reason::Base64), ("AA==", Reason::Base64)]
        {
            assert_eq!(verify(&ring, format!("{signed}.{signature}").as_bytes()), Err(reason), "{signature}");
        }
    }
}
