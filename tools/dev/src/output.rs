//! What a generator does with what it made: write it, compare it, or tell of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tree;

/// What to do with a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Fail on it, and name the command that writes it.
    Check,
    /// Say it.
    DryRun,
}

/// A file as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Settles every planned file by the mode. `command` is the one that writes.
pub(crate) fn settle(root: &Path, mode: Mode, command: &str, planned: &[Planned]) -> Result<(), String> {
    let mut differences = Vec::new();
    for Planned { path, text } in planned {
        let present = if path.exists() { tree::read(path)? } else { String::new() };
        if present == *text {
            continue;
        }
        let name = tree::shown(root, path);
        match mode {
            Mode::Write => {
                fs::write(path, text).map_err(|error| format!("{name}: {error}"))?;
                println!("wrote {name}");
            }
            Mode::DryRun => println!("would write {name}\n{}", difference(&present, text)),
            Mode::Check => {
                differences.push(format!("{name} is not what `{command}` writes:\n{}", difference(&present, text)));
            }
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(format!("{}\nto mend it: {command}", differences.concat())) }
}

/// The lines between the first and the last that differ, old ones with `-` and new ones with `+`.
fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let removed = old[head..old.len() - tail].iter().map(|line| format!("  -{line}\n"));
    let added = new[head..new.len() - tail].iter().map(|line| format!("  +{line}\n"));
    removed.chain(added).collect()
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn difference_shows_only_what_changed() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "  -b\n  +x\n  +y\n");
    }

    #[test]
    fn difference_of_a_longer_file_is_the_added_line() {
        assert_eq!(difference("a\n", "a\na\n"), "  +a\n");
    }
}
