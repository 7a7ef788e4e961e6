//! Where an npm package of `tests/corpora` is installed, and its files.

use std::path::{Path, PathBuf};

use mizan_core::value::{Value, json};

/// The folder of a package: at the root, or with the workspace where two versions are needed.
fn folder(package: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let places = [root.join("node_modules").join(package), root.join("tests/corpora/node_modules").join(package)];
    let found = places.iter().find(|place| place.is_dir());
    found.unwrap_or_else(|| panic!("{package} is not installed: run `npm ci`")).clone()
}

/// A file of a package.
pub(crate) fn read(package: &str, file: &str) -> Vec<u8> {
    let path = folder(package).join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A text file of a package.
pub(crate) fn text(package: &str, file: &str) -> String {
    String::from_utf8(read(package, file)).expect("UTF-8")
}

/// The names of the files in a folder of a package that end in that, sorted.
pub(crate) fn names(package: &str, inner: &str, extension: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(package).join(inner)).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().extension().is_some_and(|found| found == extension))
        .map(|entry| entry.file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// A JSON list of objects.
pub(crate) fn list(text: &str) -> Vec<Value> {
    match json::parse(text.as_bytes()) {
        Ok(Value::List(items)) => items,
        other => panic!("expected a list, found {other:?}"),
    }
}

/// A text member of an object.
pub(crate) fn string<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{object:?} has no {name}"))
}
