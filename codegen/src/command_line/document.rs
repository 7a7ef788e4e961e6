//! Where commands find the application that they derive something from, and where they put it.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use mizan_core::ir::kdl_read;
use mizan_core::ir::model::Document;

use super::generate::{refuse, source_document};
use super::terminal::say;
use super::{DocumentArguments, FINE};
use crate::config::{Config, DEFAULT_BASE};

/// A document, and the base under which its application answers.
pub(super) struct Served {
    pub document: Document,
    pub base: String,
}

/// Reads the document that the arguments name: a file of KDL, else the source of the configuration.
pub(super) fn read(arguments: &DocumentArguments) -> Result<Served, String> {
    let given = arguments.base.as_ref().map(|base| base.trim_end_matches('/').to_owned());
    if let Some(path) = &arguments.file {
        let base = given.unwrap_or_else(|| DEFAULT_BASE.to_owned());
        return Ok(Served { document: read_file(path)?, base });
    }
    let config = Config::read(&arguments.config).map_err(|error| error.to_string())?;
    let base = match given {
        Some(base) => base,
        None => configured_base(&config)?,
    };
    let (_, document) = source_document(&config)?;
    Ok(Served { document, base })
}

/// The base of the targets, which has to be one.
fn configured_base(config: &Config) -> Result<String, String> {
    let mut bases = config.targets.iter().map(|target| target.options.base.as_str());
    let first = bases.next().unwrap_or(DEFAULT_BASE);
    match bases.find(|base| *base != first) {
        None => Ok(first.trim_end_matches('/').to_owned()),
        Some(other) => Err(format!(
            "the targets have different bases, {first} and {other}\n  help: say which one is meant with --base"
        )),
    }
}

/// Reads a file of KDL; `-` is standard input.
pub(super) fn read_file(path: &Path) -> Result<Document, String> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    let shown = path.display();
    let text = text.map_err(|error| format!("{shown}: {error}\n  help: write the IR there with `mizan ir`"))?;
    kdl_read::read(&text).map_err(|error| format!("{shown}: {error}\n  help: write it anew with `mizan ir`"))
}

/// Prints a document that was derived, or puts it into a file; the status.
pub(super) fn put(text: &str, out: Option<&PathBuf>) -> i32 {
    let Some(path) = out else {
        say(text);
        return FINE;
    };
    match write(path, format!("{text}\n").as_bytes()) {
        Ok(true) => {
            say(&format!("{}: written", path.display()));
            FINE
        }
        Ok(false) => {
            say(&format!("{}: unchanged", path.display()));
            FINE
        }
        Err(error) => refuse(&format!("{}: {error}\n  help: choose another --out", path.display())),
    }
}

/// Replaces a file as a whole, by renaming; whether it was another one before.
fn write(path: &Path, text: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|held| held == text) {
        return Ok(false);
    }
    let name = path.file_name().ok_or_else(|| io::Error::other("this names no file"))?;
    let temporary = path.with_file_name(format!(".{}.{}.mizan-new", name.to_string_lossy(), std::process::id()));
    let written = (|| {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // There is nothing more to do about it than to tell the first problem.
        let _ = fs::remove_file(&temporary);
    }
    written.map(|()| true)
}
