//! Where seeds come from: the inputs of the pins, and the files of a corpus.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The root of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file of the repository.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("the file is there")
}

/// The `input` of each case of a kind of pins.
pub(crate) fn pins(kind: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(&text(&format!("pins/{kind}.json"))).expect("pins are JSON");
    let cases = file["cases"].as_array().expect("pins have cases");
    cases.iter().map(|case| case["input"].clone()).collect()
}

/// That member of the inputs, where it is text.
pub(crate) fn pinned_texts(kind: &str, member: &str) -> Vec<Vec<u8>> {
    pins(kind).iter().filter_map(|input| Some(input[member].as_str()?.as_bytes().to_vec())).collect()
}

/// That member of the inputs, where it is hexadecimal digits: the bytes that they are.
pub(crate) fn pinned_bytes(kind: &str, member: &str) -> Vec<Vec<u8>> {
    pinned_texts(kind, member).iter().filter_map(|digits| unhex(digits)).collect()
}

/// The bytes that hexadecimal digits are.
pub(crate) fn unhex_text(digits: &str) -> Option<Vec<u8>> {
    unhex(digits.as_bytes())
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    digits.chunks(2).map(|pair| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8)).collect()
}

/// The files of a corpus, by name; none where there is no such folder.
pub(crate) fn kept(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("the file can be read")).collect()
}
