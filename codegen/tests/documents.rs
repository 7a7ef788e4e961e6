//! Small documents and folders for the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use mizan_codegen::{GeneratedFile, Kind, Options, Places, Refusal};
use mizan_core::ir::kdl_read;

/// One function and its type.
pub(crate) const SHOP: &str = "mizan version=1\n\ntype \"Profile\" { struct { field \"name\" { string } } }\n\
     function \"profile\" { output { ref \"Profile\" } }\n";

/// The same after its author has gone on.
pub(crate) const GROWN_SHOP: &str = "mizan version=1\n\ntype \"Profile\" { struct { field \"full_name\" { string } } }\n\
     function \"profile\" { context \"user\"; output { ref \"Profile\" } }\n\
     context \"user\" { member \"profile\" }\n";

pub(crate) fn options(kind: Kind) -> Options {
    Options { kind, base: "/api/mizan".to_owned(), extension: String::new() }
}

/// What one target makes of a KDL text.
pub(crate) fn generate(kdl: &str, kind: Kind) -> Result<Vec<GeneratedFile>, Vec<Refusal>> {
    let document = kdl_read::read(kdl).unwrap();
    mizan_codegen::generate(&document, &Places::read(kdl), &options(kind))
}

/// The text of one file of the react target.
pub(crate) fn file(kdl: &str, name: &str) -> String {
    let files = generate(kdl, Kind::React).unwrap();
    files.into_iter().find(|file| file.name == name).map(|file| file.text).unwrap_or_default()
}

/// A project folder with a `mizan.toml` of the `typescript` target, whose source is `api.kdl`.
pub(crate) fn project(kdl: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "api.kdl", kdl);
    configure(folder.path(), "file = \"api.kdl\"");
    folder
}

/// Writes a `mizan.toml` with this source.
pub(crate) fn configure(folder: &Path, source: &str) {
    write(
        folder,
        "mizan.toml",
        &format!("[source]\n{source}\n\n[[target]]\nkind = \"typescript\"\nout = \"src/api\"\n"),
    );
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The `mizan` command in a folder.
pub(crate) fn mizan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mizan"));
    command.args(arguments).current_dir(folder).stdin(std::process::Stdio::null());
    command
}

/// What a run said and did: status, standard output, standard error. The folder's own path is written as `FOLDER`.
pub(crate) fn said(command: &mut Command, folder: &Path) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder.display().to_string(), "FOLDER");
    (output.status.code(), text(output.stdout), text(output.stderr))
}
