//! `mizan manifest`, `mizan openapi`, `mizan check` and `mizan purge-urls`: what is derived from the IR besides clients.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};

use mizan_core::manifest::purge::Manifest;
use mizan_core::registry::Limits;
use mizan_core::{compatibility, manifest, openapi};

use super::generate::refuse;
use super::terminal::{complain, say};
use super::{CheckArguments, FINE, ManifestArguments, OpenApiArguments, PurgeArguments, REFUSED, USAGE, document};

/// Prints the edge manifest.
pub(super) fn manifest(arguments: &ManifestArguments) -> i32 {
    match document::read(&arguments.document) {
        Ok(served) => document::put(&manifest::write(&served.document, &served.base), arguments.document.out.as_ref()),
        Err(problem) => refuse(&problem),
    }
}

/// Prints the `OpenAPI` export.
pub(super) fn openapi(arguments: &OpenApiArguments) -> i32 {
    match document::read(&arguments.document) {
        Ok(served) => {
            let version = arguments.api_version.clone();
            let options = openapi::Options {
                base: served.base,
                title: arguments.title.clone(),
                version: version.unwrap_or_else(|| crate::contract_digest(&served.document)),
                // A document does not say them.
                limits: Limits::default(),
            };
            document::put(&openapi::write(&served.document, &options), arguments.document.out.as_ref())
        }
        Err(problem) => refuse(&problem),
    }
}

/// Lists what breaks deployed clients.
pub(super) fn check(arguments: &CheckArguments) -> i32 {
    let read = || Ok((document::read_file(&arguments.old)?, document::read_file(&arguments.new)?));
    let (old, new) = match read() {
        Ok(both) => both,
        Err(problem) => {
            let problem: String = problem;
            return refuse(&problem);
        }
    };
    let breaks = compatibility::check(&old, &new);
    for found in &breaks {
        say(&found.to_string());
    }
    if breaks.is_empty() {
        say("compatible");
        return FINE;
    }
    let (count, unit) = (breaks.len(), if breaks.len() == 1 { "change breaks" } else { "changes break" });
    complain(&format!("error: {count} {unit} clients that are deployed"));
    REFUSED
}

/// Prints what a header purges.
pub(super) fn purge_urls(arguments: &PurgeArguments) -> i32 {
    let shown = arguments.manifest.display();
    let help = "write it anew with `mizan manifest --out FILE`";
    let text = match fs::read(&arguments.manifest) {
        Ok(text) => text,
        Err(error) => return refuse(&format!("{shown}: {error}\n  help: {help}")),
    };
    let manifest = match Manifest::read(&text) {
        Ok(manifest) => manifest,
        Err(error) => return refuse(&format!("{shown} is no manifest: {error}\n  help: {help}")),
    };
    let header = match &arguments.header {
        Some(text) => text.clone().into_bytes(),
        None if io::stdin().is_terminal() => {
            complain("error: nothing says what to purge\n  help: give the header's value, or pipe it in");
            return USAGE;
        }
        None => {
            let mut text = Vec::new();
            if let Err(error) = io::stdin().lock().read_to_end(&mut text) {
                return refuse(&format!("standard input: {error}"));
            }
            text
        }
    };
    let urls = manifest.urls(&field_lines(&header), arguments.public);
    for line in urls.lines {
        say(&line);
    }
    if let Some(why) = urls.everything {
        complain(&format!("note: everything is purged: {why}"));
    }
    FINE
}

/// The values of the field lines in a text: one a line, with or without the header's name before it. Lines of nothing
/// say nothing.
fn field_lines(text: &[u8]) -> Vec<&[u8]> {
    const NAME: &[u8] = b"x-mizan-invalidate:";
    let value = |line: &'_ [u8]| match line.split_at_checked(NAME.len()) {
        Some((name, _)) if name.eq_ignore_ascii_case(NAME) => NAME.len(),
        _ => 0,
    };
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.map(|line| line.get(value(line)..).unwrap_or_default().trim_ascii()).filter(|line| !line.is_empty()).collect()
}
