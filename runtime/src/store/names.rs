//! Where the memory store looks for an entry.

use std::hash::{BuildHasherDefault, Hasher};

/// Hashes the names of entries. They end in a MAC, so that nobody without its key makes names that fall together, and a
/// hash that withstands such names would only take longer.
pub(super) type Names = BuildHasherDefault<NameHasher>;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.write_u64(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        const PRIME: u64 = 0x9E37_79B9_7F4A_7C15;
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(PRIME);
    }

    fn finish(&self) -> u64 {
        // The upper bits are the mixed ones, and tables begin with the lower.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn names_that_differ_anywhere_are_spread() {
        let name = |digits: String| format!("ctx:user:{digits}");
        let first = (0..1024).map(|number| name(format!("{number:064x}")));
        let last = (0..1024).map(|number| name(format!("{number:032x}{:032x}", 0)));
        let hashes: Vec<u64> = first.chain(last).map(|name| Names::default().hash_one(name.as_str())).collect();
        for shift in [0, 32, 53] {
            let places: BTreeSet<u64> = hashes.iter().map(|hash| hash >> shift & 0x7FF).collect();
            // Of 2048 that fall anywhere among 2048, about 1295 fall alone or first.
            assert!(places.len() > 1150, "{shift}: {}", places.len());
        }
    }
}
