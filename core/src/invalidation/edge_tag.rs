//! Tags by which edges and shared caches group public bundles (CACHE-6).

use sha2::{Digest, Sha256};

use super::target::{Params, Target};
use crate::ir::model::Context;
use crate::registry::FrozenContext;
use crate::value::canonical;

/// Most tags of one reply; beyond, it is not to be kept at an edge (CACHE-7).
pub const TAG_LIMIT: usize = 32;

/// The tag of a context, narrowing params, and, in the origin cache alone, one caller: `mz-` and 26 characters of
/// lower-case base32.
#[must_use]
pub fn tag(context: &str, params: &Params, sub: Option<&str>) -> String {
    let mut text = b"{\"c\":".to_vec();
    canonical::write_string(&mut text, context);
    text.extend_from_slice(b",\"p\":");
    params.write(&mut text);
    if let Some(sub) = sub {
        text.extend_from_slice(b",\"u\":");
        canonical::write_string(&mut text, sub);
    }
    text.push(b'}');
    let hash = Sha256::digest(&text);
    let mut out = String::from("mz-");
    base32(&mut out, hash.get(..16).unwrap_or_default());
    out
}

/// The tags of the bundle with these params, a canonical JSON object: one for each set of names by which some mutation
/// narrows its context.
#[must_use]
pub fn bundle_tags(context: &Context, frozen: &FrozenContext, params: &[u8]) -> Vec<String> {
    frozen
        .known_sets
        .iter()
        .map(|names| {
            if names.is_empty() {
                return frozen.tag.clone();
            }
            let entries = names.iter().filter_map(|name| {
                let value = canonical::field(params, name)?;
                Some((name, String::from_utf8_lossy(value)))
            });
            tag(&context.name, &Params::new(entries), None)
        })
        .collect()
}

/// The tag that a target purges: of the largest known set of names that it narrows by.
#[must_use]
pub fn target_tag(frozen: &FrozenContext, target: &Target) -> String {
    let known = frozen
        .known_sets
        .iter()
        .filter(|names| names.iter().all(|name| target.params.get(name).is_some()))
        .max_by_key(|names| names.len());
    let entries = known.into_iter().flatten().filter_map(|name| {
        let value = target.params.get(name)?;
        Some((name, value))
    });
    tag(&target.context, &Params::new(entries), None)
}

/// RFC 4648 base32 in lower case, without padding.
fn base32(out: &mut String, bytes: &[u8]) {
    const ALPHABET: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz234567";
    let (mut held, mut bits) = (0_u32, 0_u32);
    let push = |out: &mut String, index: u32| out.push(char::from(ALPHABET[(index & 31) as usize]));
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(out, held >> bits);
        }
    }
    if bits > 0 {
        push(out, held << (5 - bits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            let mut out = String::new();
            base32(&mut out, plain.as_bytes());
            assert_eq!(out, encoded);
        }
    }

    #[test]
    fn a_tag_has_twenty_nine_characters_and_tells_types_apart() {
        let number = tag("user", &Params::new([("user_id", "5")]), None);
        let text = tag("user", &Params::new([("user_id", "\"5\"")]), None);
        assert_eq!(number.len(), 29);
        assert_ne!(number, text);
    }
}
