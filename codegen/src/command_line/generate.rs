//! `mizan generate` and `mizan generate --check`.

use std::path::Path;
use std::time::Duration;

use mizan_core::ir::kdl_read;
use mizan_core::ir::model::Document;

use super::terminal::{Progress, complain, say};
use super::{FINE, REFUSED};
use crate::config::{Config, SourceConfig, Target};
use crate::folder_lock::FolderLock;
use crate::write_files::{Difference, Summary};
use crate::{GeneratedFile, Places};

/// How long a run waits for another one that writes into the same folder.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes every target.
pub(super) fn run(path: &Path) -> i32 {
    let written = Config::read(path).map_err(|error| error.to_string()).and_then(|config| write(&config));
    match written {
        Ok(summaries) => {
            for (label, summary) in summaries {
                say(&line(&label, summary));
            }
            FINE
        }
        Err(problem) => refuse(&problem),
    }
}

/// Writes nothing, and lists what differs.
pub(super) fn check(path: &Path) -> i32 {
    let found = Config::read(path).map_err(|error| error.to_string()).and_then(|config| differences(&config));
    match found {
        Ok(differences) if differences.is_empty() => FINE,
        Ok(differences) => {
            for difference in differences {
                say(&difference);
            }
            complain(
                "error: the generated files are not what the server's code asks for\n  help: run `mizan generate`",
            );
            REFUSED
        }
        Err(problem) => refuse(&problem),
    }
}

/// Prints a problem and gives the status for it.
pub(super) fn refuse(problem: &str) -> i32 {
    complain(&format!("error: {problem}"));
    REFUSED
}

/// `web/src/api: 6 files, 2 written, 0 removed`
pub(super) fn line(label: &str, summary: Summary) -> String {
    let Summary { files, written, removed } = summary;
    let unit = if files == 1 { "file" } else { "files" };
    format!("{label}: {files} {unit}, {written} written, {removed} removed")
}

/// Brings every target's folder up to date: all or none are touched, unless the system fails half-way.
pub(super) fn write(config: &Config) -> Result<Vec<(String, Summary)>, String> {
    // Taken before the IR is, so that of two runs the later one writes what is newer.
    let mut locks = Vec::with_capacity(config.targets.len());
    let mut folders: Vec<&Path> = config.targets.iter().map(|target| target.out.as_path()).collect();
    // In one order everywhere, so that two runs never wait for each other.
    folders.sort_unstable();
    for folder in folders {
        locks.push(FolderLock::take(folder, PATIENCE).map_err(|error| error.to_string())?);
    }
    let clients = clients(config)?;
    let mut staged = Vec::with_capacity(clients.len());
    for (target, files) in &clients {
        let difference = Difference::find(&target.out, files).map_err(|error| error.to_string())?;
        staged.push((target.label.clone(), difference.stage().map_err(|error| error.to_string())?));
    }
    let commit = |(label, staged): (String, crate::write_files::Staged)| {
        staged.commit().map(|summary| (label, summary)).map_err(|error| error.to_string())
    };
    staged.into_iter().map(commit).collect()
}

/// A line for each file that is missing, differs, or should not be there.
fn differences(config: &Config) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (target, files) in &clients(config)? {
        let difference = Difference::find(&target.out, files).map_err(|error| error.to_string())?;
        for file in &difference.changed {
            let state = if target.out.join(file.name).exists() { "differs" } else { "is missing" };
            lines.push(format!("{}/{} {state}", target.label.trim_end_matches('/'), file.name));
        }
        for name in &difference.stale {
            lines.push(format!("{}/{name} is no longer generated", target.label.trim_end_matches('/')));
        }
    }
    Ok(lines)
}

/// Every target's files, from the IR as it is now.
fn clients(config: &Config) -> Result<Vec<(&Target, Vec<GeneratedFile>)>, String> {
    let (text, document) = source_document(config)?;
    let places = Places::read(&text);
    let mut clients = Vec::with_capacity(config.targets.len());
    for target in &config.targets {
        let files = crate::generate(&document, &places, &target.options).map_err(|refusals| {
            let count = refusals.len();
            let unit = if count == 1 { "problem" } else { "problems" };
            let listed: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            format!("{}: {count} {unit}, nothing was changed\n\n{}", target.label, listed.join("\n\n"))
        })?;
        clients.push((target, files));
    }
    Ok(clients)
}

/// The IR as it is now: its text, and what that says.
pub(super) fn source_document(config: &Config) -> Result<(String, Document), String> {
    let text = {
        let _progress = Progress::show(&format!("reading the IR from {}", config.source));
        config.source.fetch(config).map_err(|error| error.to_string())?
    };
    let document = kdl_read::read(&text).map_err(|error| not_an_ir(config, &text, &error))?;
    Ok((text, document))
}

fn not_an_ir(config: &Config, text: &str, error: &kdl_read::KdlError) -> String {
    let source = &config.source;
    let help = match source {
        SourceConfig::Command(_) => {
            "it has to print the IR, and nothing else, on standard output; logs go to standard error"
        }
        SourceConfig::Url(_) => "is this the address of a Mizan application's IR? it ends in `/ir/`",
        SourceConfig::File(_) => "write it anew with `mizan ir`",
    };
    if text.trim().is_empty() {
        return format!("{source} gave no IR: there is nothing in it\n  help: {help}");
    }
    let line = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
    let shown: String = line.chars().take(120).collect();
    format!("{source} gave no IR that this `mizan` can read: {error}\n    {shown}\n  help: {help}")
}
