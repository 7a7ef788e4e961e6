//! What a target reads from its input besides the input itself: choices, and edits of something that is whole.

/// Takes the first byte as a choice among so many; none where nothing is left.
pub(crate) fn choice(data: &mut &[u8], among: u8) -> Option<u8> {
    let (first, rest) = (*data).split_first()?;
    *data = rest;
    Some(first % among)
}

/// What becomes of some bytes by a row of edits, of four bytes each: what to do, where (two bytes), and a byte for it.
pub(crate) fn edited(whole: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut out = whole.to_vec();
    for edit in edits.chunks_exact(4) {
        let at = usize::from(u16::from_be_bytes([edit[1], edit[2]])) % (out.len() + 1);
        match edit[0] % 5 {
            0 => out.insert(at, edit[3]),
            1 => out.truncate(at),
            2 if at < out.len() => drop(out.remove(at)),
            3 if at < out.len() => out[at] = edit[3],
            4 if at < out.len() => out[at] ^= 1 << (edit[3] % 8),
            _ => {}
        }
    }
    out
}
