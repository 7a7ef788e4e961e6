//! Where randomness comes from: the operating system, for each value anew.

use mizan_core::cache::entry::Generation;

/// 128 random bits. `None` where the operating system gives none; nothing is kept then.
pub(crate) fn generation() -> Option<Generation> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).ok()?;
    Some(bits)
}

/// This many generations, read at once.
pub(crate) fn generations(count: usize) -> Option<Vec<Generation>> {
    let mut bits = vec![0; count * 16];
    getrandom::fill(&mut bits).ok()?;
    Some(bits.chunks_exact(16).filter_map(|chunk| chunk.try_into().ok()).collect())
}

/// A key for a store that no other process reads. `None` where the operating system gives no random bytes.
#[must_use]
pub fn random_key() -> Option<[u8; 32]> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).ok()?;
    Some(bits)
}

/// A name that nobody else has, in hexadecimal.
pub(crate) fn token() -> Option<String> {
    generation().map(|bits| hex(&bits))
}

/// Lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
