//! What a shared store keeps of one bundle, as bytes, and how it is known again.
//!
//! A store is not trusted: whoever can write to it must not be able to make a reply. So an entry carries a digest of its
//! own key, the generations it was filled under, and an HMAC over all of it with the cache key. Whatever does not open is
//! a miss, never an error.
//!
//! ```text
//! version 1 · flags 1 · key digest 16 · epoch 16 · count 2 · generations 16 × count
//!         · etag length 1 · etag · body length 4 · body · HMAC-SHA256 32            (integers are big-endian)
//! ```
//!
//! The cache key also derives the keys of entries, from texts that start with `{`. An entry starts with its version, so
//! that neither message is ever the other.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::dispatch::etag;

/// 128 random bits: what a tag, or a context's epoch, is at the moment.
pub type Generation = [u8; 16];

const VERSION: u8 = 1;
const COMPRESSED: u8 = 1;
const TAG: usize = 32;

/// What a reader found before its functions ran: the generations of all tags of a bundle, in their order, and the epoch
/// of its context. An entry is current for as long as all of them are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// One for each tag, in the order of the tags.
    pub generations: Vec<Generation>,
    /// The generation that every entry of the context shares.
    pub epoch: Generation,
}

/// One bundle as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was current before the functions ran.
    pub stamp: Stamp,
    /// The body's strong entity tag, with its quotes (CACHE-9).
    pub etag: String,
    /// Whether the body is compressed. The core neither compresses nor inflates.
    pub compressed: bool,
    /// Canonical JSON, or what it was compressed to.
    pub body: Bytes,
}

impl Entry {
    /// The entry of a body that is not compressed, with its entity tag.
    #[must_use]
    pub fn of(stamp: Stamp, body: &[u8]) -> Self {
        Self { stamp, etag: etag(body), compressed: false, body: Bytes::copy_from_slice(body) }
    }

    /// The bytes that a store keeps under a key. `None` where a part is longer than the format holds: over 65,535
    /// generations, 255 bytes of etag or 4 GiB of body.
    #[must_use]
    pub fn seal(&self, key: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let generations = &self.stamp.generations;
        let mut out = Vec::with_capacity(72 + 16 * generations.len() + self.etag.len() + self.body.len());
        out.extend_from_slice(&[VERSION, u8::from(self.compressed) * COMPRESSED]);
        out.extend_from_slice(&digest(key));
        out.extend_from_slice(&self.stamp.epoch);
        out.extend_from_slice(&u16::try_from(generations.len()).ok()?.to_be_bytes());
        out.extend(generations.iter().flatten());
        out.push(u8::try_from(self.etag.len()).ok()?);
        out.extend_from_slice(self.etag.as_bytes());
        out.extend_from_slice(&u32::try_from(self.body.len()).ok()?.to_be_bytes());
        out.extend_from_slice(&self.body);
        let tag = mac(secret, &out)?.finalize().into_bytes();
        out.extend_from_slice(&tag);
        Some(out)
    }

    /// The entry that was sealed under this key with this secret. `None` for anything else: another version, another
    /// key's entry, a byte changed, missing or too many.
    #[must_use]
    pub fn open(key: &str, secret: &[u8], bytes: &[u8]) -> Option<Self> {
        let (held, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        mac(secret, held)?.verify_slice(tag).ok()?;
        let mut rest = Rest(held);
        let [version, flags] = rest.array()?;
        if version != VERSION || flags & !COMPRESSED != 0 || rest.array()? != digest(key) {
            return None;
        }
        let epoch = rest.array()?;
        let count = u16::from_be_bytes(rest.array()?);
        let generations = (0..count).map(|_| rest.array()).collect::<Option<_>>()?;
        let [length] = rest.array()?;
        let etag = String::from_utf8(rest.take(length.into())?.to_vec()).ok()?;
        let length = u32::from_be_bytes(rest.array()?);
        let body = Bytes::copy_from_slice(rest.take(length as usize)?);
        let entry = Self { stamp: Stamp { generations, epoch }, etag, compressed: flags & COMPRESSED != 0, body };
        rest.0.is_empty().then_some(entry)
    }
}

/// What of an entry's key stands in the entry.
fn digest(key: &str) -> [u8; 16] {
    let hash = Sha256::digest(key.as_bytes());
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(hash) {
        *to = from;
    }
    out
}

/// `None` for a key that HMAC does not take: there is none, but no key is no reason to take another.
fn mac(secret: &[u8], held: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(held);
    Some(mac)
}

/// The bytes that are not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.take(LENGTH)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Entry, Stamp};

    const KEY: &str = "ctx:user:6b6579";
    const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";

    fn entry() -> Entry {
        let stamp = Stamp { generations: vec![[1; 16], [2; 16], [3; 16]], epoch: [9; 16] };
        Entry::of(stamp, br#"{"user_profile":{"name":"Ada"}}"#)
    }

    fn sealed() -> Vec<u8> {
        entry().seal(KEY, SECRET).expect("it fits")
    }

    #[test]
    fn an_entry_opens_as_it_was_sealed() {
        assert_eq!(Entry::open(KEY, SECRET, &sealed()), Some(entry()));
        let bare = Entry {
            stamp: Stamp { generations: Vec::new(), epoch: [0; 16] },
            etag: String::new(),
            compressed: true,
            body: Bytes::new(),
        };
        assert_eq!(Entry::open(KEY, SECRET, &bare.seal(KEY, SECRET).expect("it fits")), Some(bare));
    }

    #[test]
    fn its_bytes_are_those_of_the_layout() {
        let sealed = sealed();
        let entry = entry();
        let mut expected = vec![1, 0];
        // The first half of the SHA-256 of the key.
        expected.extend_from_slice(&<super::Sha256 as super::Digest>::digest(KEY)[..16]);
        expected.extend_from_slice(&[9; 16]);
        expected.extend_from_slice(&[0, 3]);
        expected.extend([[1_u8; 16], [2; 16], [3; 16]].concat());
        expected.push(34);
        expected.extend_from_slice(entry.etag.as_bytes());
        expected.extend_from_slice(&[0, 0, 0, 31]);
        expected.extend_from_slice(&entry.body);
        assert_eq!(sealed[..sealed.len() - 32], expected);
    }

    #[test]
    fn any_flipped_bit_is_a_miss() {
        let sealed = sealed();
        for place in 0..sealed.len() {
            for bit in 0..8 {
                let mut flipped = sealed.clone();
                flipped[place] ^= 1 << bit;
                assert_eq!(Entry::open(KEY, SECRET, &flipped), None, "byte {place}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_cut_or_longer_value_is_a_miss() {
        let sealed = sealed();
        for length in 0..sealed.len() {
            assert_eq!(Entry::open(KEY, SECRET, &sealed[..length]), None, "{length} bytes");
        }
        assert_eq!(Entry::open(KEY, SECRET, &[&sealed[..], b"\0"].concat()), None);
        assert_eq!(Entry::open(KEY, SECRET, &[b"\0", &sealed[..]].concat()), None);
    }

    #[test]
    fn another_keys_entry_or_another_secrets_is_a_miss() {
        assert_eq!(Entry::open("ctx:user:6b657a", SECRET, &sealed()), None);
        assert_eq!(Entry::open(KEY, b"another secret of thirty-two bytes", &sealed()), None);
        assert_eq!(Entry::open(KEY, b"", &sealed()), None);
    }

    /// The integrity tag is not all that is checked: a later version, or lengths that do not add up, under a right tag.
    #[test]
    fn what_is_signed_but_no_entry_is_a_miss() {
        use hmac::Mac as _;
        let sealed = sealed();
        let held = &sealed[..sealed.len() - 32];
        let signed = |held: &[u8]| [held, &super::mac(SECRET, held).expect("a key").finalize().into_bytes()].concat();
        assert!(Entry::open(KEY, SECRET, &signed(held)).is_some());
        let changed = |place: usize, value: u8| {
            let mut held = held.to_vec();
            held[place] = value;
            signed(&held)
        };
        let etag_at = 36 + 3 * 16;
        for (what, bytes) in [
            ("a later version", changed(0, 2)),
            ("an unknown flag", changed(1, 2)),
            ("another key's digest", changed(2, held[2] ^ 1)),
            ("more generations than there are", changed(35, 200)),
            ("fewer generations than there are", changed(35, 2)),
            ("a longer etag", changed(etag_at, 35)),
            ("an etag that is no text", changed(etag_at + 1, 0xff)),
            ("a longer body", changed(etag_at + 1 + 34 + 3, 32)),
            ("a shorter body", changed(etag_at + 1 + 34 + 3, 30)),
            ("a byte after the end", signed(&[held, b"\0"].concat())),
            ("nothing", signed(b"")),
        ] {
            assert_eq!(Entry::open(KEY, SECRET, &bytes), None, "{what}");
        }
    }

    #[test]
    fn what_the_format_cannot_hold_is_not_sealed() {
        let mut many = entry();
        many.stamp.generations = vec![[0; 16]; 65_536];
        assert_eq!(many.seal(KEY, SECRET), None);
        let mut long = entry();
        long.etag = "e".repeat(256);
        assert_eq!(long.seal(KEY, SECRET), None);
    }
}
