//! `cargo dev`: every generator and check of this repository.
//!
//! A generator has three modes: it writes by default, `--check` only compares and names the command that mends, and
//! `--dry-run` only says what would be written.

// A command line speaks to a terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arrows;
mod crates;
mod output;
// A list of cases is as long as it is.
#[allow(clippy::too_many_lines)]
mod pins;
mod tree;
mod version;

use std::path::Path;
use std::process::ExitCode;

use output::Mode;

const HELP: &str = "\
cargo dev COMMAND [--check | --dry-run]

  pins      write the golden cases of pins/, with the core's answers
  version   carry the workspace's version into every package.json and pyproject.toml
  arrows    check that no room imports from one that it must not know (never writes)
  crates    check the licences and the sources of all dependencies (never writes)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{}", problem.trim_end());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    let root = root()?;
    match arguments {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        ["pins", options @ ..] => output::settle(&root, mode(options)?, "cargo dev pins", &pins::plan(&root)?),
        ["version", options @ ..] => output::settle(&root, mode(options)?, "cargo dev version", &version::plan(&root)?),
        ["arrows"] | ["arrows", "--check"] => arrows::check(&root),
        ["arrows", ..] => Err("cargo dev arrows only checks".to_owned()),
        ["crates"] | ["crates", "--check"] => crates::check(&root),
        ["crates", ..] => Err("cargo dev crates only checks".to_owned()),
        [other, ..] => Err(format!("cargo dev has no command {other:?}\n\n{HELP}")),
    }
}

fn mode(options: &[&str]) -> Result<Mode, String> {
    match options {
        [] => Ok(Mode::Write),
        ["--check"] => Ok(Mode::Check),
        ["--dry-run"] => Ok(Mode::DryRun),
        _ => Err(format!("expected --check or --dry-run, not {}", options.join(" "))),
    }
}

/// The root of the repository: where this crate was built from, two folders up.
fn root() -> Result<std::path::PathBuf, String> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .map_err(|error| format!("the repository is gone: {error}"))
}
