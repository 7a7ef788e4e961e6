//! What bundles that were asked for lately are looked up under. To work it out takes several hashes, and the same bundles
//! are asked for again and again.

use std::fmt;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHasher;

use crate::dispatch::Loading;

/// How many are remembered at most; each in one place, which it shares with whatever else falls there.
const PLACES: usize = 512;
/// Most bytes of what tells a bundle from others, for it to be remembered.
const LONGEST: usize = 512;

type Place = Mutex<Option<(Box<[u8]>, Arc<Loading>)>>;

/// A table of bounded size. Nothing but speed depends on it.
pub(crate) struct Recent(Box<[Place]>);

impl Default for Recent {
    fn default() -> Self {
        Self((0..PLACES).map(|_| Place::default()).collect())
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Recent(…)")
    }
}

impl Recent {
    /// What `make` makes, or made for the same parts. No other parts may be the same bytes one after the other.
    pub(crate) fn find<const N: usize>(&self, parts: [&[u8]; N], make: impl FnOnce() -> Loading) -> Arc<Loading> {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let place = self.0.get(place(&parts)).filter(|_| length <= LONGEST);
        let Some(place) = place else { return Arc::new(make()) };
        // Nothing in there can be half done.
        let held = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, loading)) = &*held
            && known.len() == length
            && is_made_of(known, &parts)
        {
            return Arc::clone(loading);
        }
        drop(held);
        let loading = Arc::new(make());
        let fresh = Some((parts.concat().into_boxed_slice(), Arc::clone(&loading)));
        *place.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        loading
    }
}

/// Whether a text begins with these parts, one after the other.
fn is_made_of(mut text: &[u8], parts: &[&[u8]]) -> bool {
    parts.iter().all(|part| {
        let rest = text.strip_prefix(*part);
        text = rest.unwrap_or_default();
        rest.is_some()
    })
}

/// Where these parts have their place. Whoever makes some fall together makes them forgotten, and no more.
fn place(parts: &[&[u8]]) -> usize {
    let mut hasher = FxHasher::default();
    for part in parts {
        hasher.write(part);
    }
    hasher.finish() as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &[u8]) -> Loading {
        Loading { entry: String::from_utf8_lossy(text).into_owned(), ..Loading::default() }
    }

    #[test]
    fn each_text_has_its_own_whatever_stands_in_its_place() {
        let recent = Recent::default();
        for round in 0..2 {
            for number in 0..4 * PLACES {
                let text = format!("{{\"c\":\"user\",\"p\":{{\"user_id\":{number}}}}}");
                let found = recent.find([text.as_bytes()], || named(text.as_bytes()));
                assert_eq!(found.entry, text, "{round}");
            }
        }
    }

    #[test]
    fn the_same_is_made_once_unless_it_is_long() {
        let recent = Recent::default();
        let makes = |length: usize| {
            let mut made = 0;
            for _ in 0..3 {
                let text = vec![b'x'; length];
                recent.find([text.as_slice()], || {
                    made += 1;
                    named(&text)
                });
            }
            made
        };
        assert_eq!((makes(0), makes(LONGEST), makes(LONGEST + 1)), (1, 1, 3));
    }

    #[test]
    fn what_is_made_of_parts_begins_with_each_behind_the_other() {
        let parts: [&[u8]; 3] = [b"ab", b"", b"cd"];
        assert!(is_made_of(b"abcd", &parts));
        for other in [b"abc".as_slice(), b"abdd", b"xbcd", b"cdab", b""] {
            assert!(!is_made_of(other, &parts), "{other:?}");
        }
    }
}
