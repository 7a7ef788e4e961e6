//! `mizan init`: writes `mizan.toml`.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use clap::ValueEnum;

use super::generate::refuse;
use super::terminal::{complain, say};
use super::{FINE, InitArguments, USAGE};
use crate::config::FILE_NAME;

/// The client, as the command line names it.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum KindName {
    /// Functions and contexts, for any framework or none.
    #[value(name = "typescript")]
    TypeScript,
    /// The same, and hooks for React.
    React,
}

impl KindName {
    const fn name(self) -> &'static str {
        match self {
            Self::TypeScript => "typescript",
            Self::React => "react",
        }
    }
}

/// Writes the file into the working folder.
pub(super) fn run(arguments: InitArguments) -> i32 {
    let path = Path::new(FILE_NAME);
    if !arguments.force && path.exists() {
        return refuse(&format!("{FILE_NAME} is there already\n  help: edit it, or overwrite it with --force"));
    }
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
    let Some(source) = source(&arguments, asks) else {
        complain(
            "error: nothing says where the IR comes from\n  \
             help: give --command \"mizan ir shop.app:mizan --sources\", --url http://127.0.0.1:8000/api/mizan/ir/, \
             or --file api.kdl",
        );
        return USAGE;
    };
    let kind = arguments.kind.unwrap_or_else(|| if uses_react() { KindName::React } else { KindName::TypeScript });
    let out = arguments.out.or_else(|| answer(asks, "Folder for the generated files", Some("src/api")));
    let out = out.unwrap_or_else(|| "src/api".to_owned());
    let base = arguments.base.map(|base| format!("base = {}\n", quoted(&base))).unwrap_or_default();
    let text = format!(
        "# Where the IR of the application comes from. `mizan generate` runs commands in the folder of this file.\n\
         [source]\n{source}\n\n\
         # One client each: `react`, or `typescript` for any framework or none.\n\
         [[target]]\nkind = {}\nout = {}\n{base}",
        quoted(kind.name()),
        quoted(&out),
    );
    match write(path, &text, arguments.force) {
        Ok(()) => {
            say(&format!("wrote {FILE_NAME}; next: mizan generate"));
            FINE
        }
        Err(error) => refuse(&format!("{FILE_NAME}: {error}")),
    }
}

/// The line of `[source]`.
fn source(arguments: &InitArguments, asks: bool) -> Option<String> {
    if let Some(url) = &arguments.url {
        return Some(format!("url = {}", quoted(url)));
    }
    if let Some(file) = &arguments.file {
        return Some(format!("file = {}", quoted(file)));
    }
    let command = match &arguments.command {
        Some(command) => command.clone(),
        None => answer(asks, "Command that prints the IR, or its http:// address", None)?,
    };
    if command.starts_with("http://") {
        return Some(format!("url = {}", quoted(&command)));
    }
    Some(format!("command = {}", quoted(&command)))
}

/// What a person at the terminal answers; the default for an empty line.
fn answer(asks: bool, question: &str, default: Option<&str>) -> Option<String> {
    if !asks {
        return None;
    }
    let hint = default.map(|default| format!(" [{default}]")).unwrap_or_default();
    let mut stderr = io::stderr();
    // A terminal that has gone away gives no answer below.
    let _ = write!(stderr, "{question}{hint}: ");
    let _ = stderr.flush();
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).ok()?;
    let line = line.trim();
    if line.is_empty() { default.map(str::to_owned) } else { Some(line.to_owned()) }
}

/// Whether the application here is one of React.
fn uses_react() -> bool {
    let folders = [".", "web", "frontend", "client"];
    let mut manifests = folders.iter().map(|folder| fs::read_to_string(Path::new(folder).join("package.json")));
    manifests.any(|text| text.is_ok_and(|text| text.contains("\"react\"")))
}

/// The text as a TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn write(path: &Path, text: &str, force: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    // Without --force the file is made here or nowhere, whoever else writes at this moment.
    let mut file =
        if force { options.create(true).truncate(true).open(path)? } else { options.create_new(true).open(path)? };
    file.write_all(text.as_bytes())
}
