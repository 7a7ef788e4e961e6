//! The keys of one purpose: the first signs, all verify (KEY-1).

use std::fmt;

use super::base64url;
use super::mac::{MacKey, derive};
use super::secret::Secret;
use super::token::Kind;
use crate::value::canonical;

/// The most bytes of a key's name.
pub const KID_LIMIT: usize = 128;

/// What a key is for. No secret serves two of them (KEY-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Signs and verifies the identity token of `X-Mizan-Token`.
    Mwt,
    /// Signs and verifies access tokens.
    Access,
    /// Signs and verifies refresh tokens.
    Refresh,
    /// Keys of the origin cache.
    Cache,
    /// Tokens against forged requests.
    Csrf,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Mwt, Self::Access, Self::Refresh, Self::Cache, Self::Csrf];

    /// Its name, as settings and pins say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mwt => "mwt",
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Cache => "cache",
            Self::Csrf => "csrf",
        }
    }

    /// What HKDF gets to tell it from the others (KEY-2). The list is closed, no part of a label comes from outside, and
    /// none is the start of another.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Mwt => b"mizan/v1/mwt",
            Self::Access => b"mizan/v1/access",
            Self::Refresh => b"mizan/v1/refresh",
            Self::Cache => b"mizan/v1/cache",
            Self::Csrf => b"mizan/v1/csrf",
        }
    }

    /// The purpose of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// The label that a derived key's name is made under.
const KID_LABEL: &[u8] = b"mizan/v1/kid";

/// A key and its name, set up for signing.
#[derive(Clone)]
pub struct Key {
    kid: String,
    mac: MacKey,
    /// For each kind of token, in the order of [`Kind`].
    heads: [Head; 3],
}

/// The first part of every token of a kind that a key signs.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// The encoded header, and the dot after it.
    pub(super) text: String,
    /// The key after it has taken that.
    pub(super) mac: MacKey,
}

impl Key {
    /// A key under that name, which is 1 to [`KID_LIMIT`] bytes without control characters; none where it is not.
    #[must_use]
    pub fn new(kid: &str, secret: &Secret) -> Option<Self> {
        let fits = !kid.is_empty() && kid.len() <= KID_LIMIT && !kid.chars().any(char::is_control);
        fits.then(|| Self::of(kid.to_owned(), secret.reveal()))
    }

    /// The key of a purpose that one secret for all of them gives, under a name that tells nothing of the secret (KEY-2).
    #[must_use]
    pub fn derived(secret: &Secret, purpose: Purpose) -> Self {
        let mut kid = String::new();
        super::mac::write_hex(&mut kid, &derive::<8>(secret.reveal(), KID_LABEL));
        Self::of(kid, &derive::<32>(secret.reveal(), purpose.label()))
    }

    fn of(kid: String, secret: &[u8]) -> Self {
        let mac = MacKey::new(secret);
        let heads = Kind::ALL.map(|kind| {
            let mut header = b"{\"alg\":\"HS256\",\"kid\":".to_vec();
            canonical::write_string(&mut header, &kid);
            header.extend_from_slice(b",\"typ\":");
            canonical::write_string(&mut header, kind.typ());
            header.push(b'}');
            let mut text = String::new();
            base64url::write(&mut text, &header);
            text.push('.');
            let mac = mac.after(text.as_bytes());
            Head { text, mac }
        });
        Self { kid, mac, heads }
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// For tags of anything but tokens.
    #[must_use]
    pub const fn mac(&self) -> &MacKey {
        &self.mac
    }

    pub(super) const fn head(&self, kind: Kind) -> &Head {
        let [mwt, access, refresh] = &self.heads;
        match kind {
            Kind::Mwt => mwt,
            Kind::Access => access,
            Kind::Refresh => refresh,
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({:?}, …)", self.kid)
    }
}

/// The keys of one purpose, one at least, each under a name of its own.
#[derive(Debug, Clone)]
pub struct Keyring {
    first: Key,
    rest: Vec<Key>,
}

impl Keyring {
    /// A keyring of some keys; none where there is no key, or two have one name.
    #[must_use]
    pub fn new(keys: Vec<Key>) -> Option<Self> {
        let mut names: Vec<&str> = keys.iter().map(Key::kid).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [left, right] if left == right)) {
            return None;
        }
        let mut keys = keys.into_iter();
        Some(Self { first: keys.next()?, rest: keys.collect() })
    }

    /// The key that signs.
    #[must_use]
    pub const fn first(&self) -> &Key {
        &self.first
    }

    /// All keys, the one that signs first.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// The key of that name, by exact match.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&Key> {
        self.keys().find(|key| key.kid == kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> Secret {
        Secret::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn the_first_key_signs_and_each_is_found_by_its_name() {
        let keys = vec![Key::new("new", &secret(1)).unwrap(), Key::new("old", &secret(2)).unwrap()];
        let ring = Keyring::new(keys).unwrap();
        assert_eq!(ring.first().kid(), "new");
        assert_eq!(ring.find("old").map(Key::kid), Some("old"));
        assert!(ring.find("OLD").is_none());
        assert!(ring.find("../old").is_none());
    }

    #[test]
    fn no_key_and_two_of_one_name_make_no_keyring() {
        assert!(Keyring::new(Vec::new()).is_none());
        let keys = vec![Key::new("a", &secret(1)).unwrap(), Key::new("a", &secret(2)).unwrap()];
        assert!(Keyring::new(keys).is_none());
    }

    #[test]
    fn a_name_is_short_text() {
        assert!(Key::new(&"k".repeat(KID_LIMIT), &secret(1)).is_some());
        for kid in ["", "a\nb", &"k".repeat(KID_LIMIT + 1)] {
            assert!(Key::new(kid, &secret(1)).is_none(), "{kid:?}");
        }
    }

    #[test]
    fn purposes_derive_keys_that_differ_under_one_name() {
        let keys = Purpose::ALL.map(|purpose| Key::derived(&secret(1), purpose));
        let mut tags: Vec<_> = keys.iter().map(|key| key.mac().tag(b"")).collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), Purpose::ALL.len());
        assert!(keys.iter().all(|key| key.kid() == keys[0].kid() && key.kid().len() == 16));
        assert_ne!(keys[0].kid(), Key::derived(&secret(2), Purpose::Mwt).kid());
        for left in Purpose::ALL {
            for right in Purpose::ALL {
                assert!(left == right || !left.label().starts_with(right.label()), "{left:?} {right:?}");
            }
            assert_eq!(Purpose::find(left.name()), Some(left));
        }
    }

    #[test]
    fn debug_text_has_names_alone() {
        let ring = Keyring::new(vec![Key::new("k1", &secret(b'S')).unwrap()]).unwrap();
        let text = format!("{ring:?}");
        assert_eq!(text, r#"Keyring { first: Key("k1", …), rest: [] }"#);
    }
}
