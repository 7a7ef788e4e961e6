//! Entries of the origin cache, as a store hands them back.
//!
//! - What was sealed opens as it was; changed by anything at all it is a miss.
//! - What is signed with the right key and opens, seals to the same bytes: there is one text of each entry.

use std::sync::LazyLock;

use mizan_core::cache::entry::{Entry, Stamp};
use mizan_core::identity::mac::MacKey;

use crate::Core;
use crate::bytes::{choice, edited};

const KEY: &str = "ctx:user:6b6579";
const SECRET: &[u8] = b"a secret of thirty-two bytes, or more";

pub(crate) fn run(mut data: &[u8], core: Core) {
    match choice(&mut data, 4) {
        Some(0) => assert_eq!(open(data).is_some(), data == *SEALED, "nobody sealed it"),
        Some(1) => changed(data),
        Some(2) => signed(data, core),
        Some(_) => parts(data),
        None => {}
    }
}

fn open(bytes: &[u8]) -> Option<Entry> {
    Entry::open(KEY, SECRET, bytes)
}

fn changed(edits: &[u8]) {
    let bytes = edited(&SEALED, edits);
    assert_eq!(open(&bytes).is_some(), bytes == *SEALED);
}

fn signed(held: &[u8], core: Core) {
    let bytes = [held, &MacKey::new(SECRET).tag(held)].concat();
    let Some(mut entry) = open(&bytes) else { return };
    if core.errs(|| entry.compressed && !entry.etag.is_empty() && !entry.etag.starts_with('"')) {
        entry.body = [&entry.body, &b"\0"[..]].concat().into();
    }
    assert_eq!(entry.seal(KEY, SECRET), Some(bytes), "it has one text");
}

/// Any entry that is sealed opens, under its key and with its secret alone.
fn parts(mut data: &[u8]) {
    let Some(count) = choice(&mut data, 8) else { return };
    let compressed = count % 2 == 1;
    let mut take = |length: usize| {
        let (taken, rest) = data.split_at(length.min(data.len()));
        data = rest;
        taken
    };
    let mut generation = || {
        let mut out = [0; 16];
        for (to, from) in out.iter_mut().zip(take(16)) {
            *to = *from;
        }
        out
    };
    let stamp = Stamp { epoch: generation(), generations: (0..count).map(|_| generation()).collect() };
    let etag = String::from_utf8_lossy(take(40)).into_owned();
    let entry = Entry { stamp, etag, compressed, body: data.to_vec().into() };
    let bytes = entry.seal(KEY, SECRET).expect("it fits");
    assert_eq!(open(&bytes).as_ref(), Some(&entry));
    assert_eq!(Entry::open("ctx:user:6b657a", SECRET, &bytes), None, "another key");
    assert_eq!(Entry::open(KEY, &SECRET[1..], &bytes), None, "another secret");
}

static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let stamp = Stamp { generations: vec![[1; 16], [2; 16], [3; 16]], epoch: [9; 16] };
    Entry::of(stamp, br#"{"user_profile":{"name":"Ada"}}"#).seal(KEY, SECRET).expect("it fits")
});

/// A compressed entry, of an `ETag` that is one.
pub(crate) fn near() -> Vec<u8> {
    [&[2, SEALED[0], 1][..], &SEALED[2..18], &[0; 18], b"\x03\"e\"", &[0; 4]].concat()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let held = &SEALED[..SEALED.len() - 32];
    vec![
        [&[0], &SEALED[..]].concat(),
        vec![1],
        vec![1, 0, 0, 5, 5],
        vec![1, 4, 0, 60, 3],
        [&[2], held].concat(),
        [&[2, 1, 0], &held[2..34], &[0, 0, 0, 0, 0, 0, 0]].concat(),
        [&[3, 2][..], &[7; 48], b"\"etag\"", b"{}"].concat(),
    ]
}
