//! The IR as KDL.
//!
//! - A document that is read is written as one text, which reads as the same document and is written the same again.
//! - What is taken, and what is refused as no KDL, is so by the `kdl` crate too; but that takes U+007F and a bare `-inf`,
//!   which KDL 2 does not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use mizan_core::ir::{kdl_read, kdl_write};

use crate::{Core, seeds};

pub(crate) fn run(data: &[u8], core: Core) {
    let Ok(text) = str::from_utf8(data) else { return };
    match kdl_read::read(text) {
        Ok(document) => {
            let mut written = kdl_write::write(&document);
            if core.errs(|| is_deep(&written)) {
                written.push('}');
            }
            let again = kdl_read::read(&written);
            assert_eq!(again.as_ref(), Ok(&document), "{written}");
            assert_eq!(kdl_write::write(&document), written);
            assert!(is_kdl(text), "only ours takes it");
            assert!(is_kdl(&written), "only ours takes {written}");
        }
        Err(error) => {
            assert!(error.line > 0 && error.column > 0, "{error}");
            assert!(!error.problem.is_empty());
            let is_no_kdl = error.problem.starts_with("this is not KDL 2: ");
            if is_no_kdl && is_shallow(text) && !text.contains('\u{7f}') && !text.contains("-inf") {
                assert!(!is_kdl(text), "only theirs takes it: {error}");
            }
        }
    }
}

fn is_kdl(text: &str) -> bool {
    kdl::KdlDocument::parse_v2(text).is_ok()
}

/// The other reader fills its stack with what nests; ours has its bound.
fn is_shallow(text: &str) -> bool {
    text.bytes().filter(|byte| matches!(byte, b'{' | b'(')).count() < 64 && text.matches("/*").count() < 64
}

/// A document that says what no seed says.
fn is_deep(written: &str) -> bool {
    static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let read = |seed: Vec<u8>| kdl_read::read(str::from_utf8(&seed).ok()?).ok();
        seeds().into_iter().filter_map(read).map(|document| kdl_write::write(&document)).collect()
    });
    !KNOWN.contains(written)
}

/// A document that says what a seed says.
pub(crate) fn near() -> Vec<u8> {
    let written = |seed: Vec<u8>| Some(kdl_write::write(&kdl_read::read(str::from_utf8(&seed).ok()?).ok()?));
    let typed = seeds().into_iter().filter_map(written).filter(|text| text.contains("\ntype "));
    typed.min_by_key(String::len).unwrap_or_default().into_bytes()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::pinned_texts("ir_read", "text");
    seeds.retain(|seed| seed.len() < 2048);
    // One node of the page at a time: what is shorter is changed more often.
    let every = seeds::text("tests/kdl/every_node.kdl");
    for node in every.split("\n}\n") {
        seeds.push(format!("mizan version=1\n{}\n}}\n", node.trim_start_matches("mizan version=1")).into_bytes());
    }
    seeds
}
