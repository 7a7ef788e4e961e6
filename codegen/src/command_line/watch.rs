//! `mizan generate --watch`: writes the clients again whenever their source changes.
//!
//! It looks rather than listens: twice a second at the modification times of the server's code for a command or a file,
//! once a second at the answer of an address. That costs a few milliseconds on a large tree, works on network and
//! container file systems where change notices are lost, and needs nothing of the platform.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::generate::{line, write};
use super::terminal::{complain, say};
use crate::config::{Config, SourceConfig};

/// The folders of a project that hold no code of its own.
const IGNORED_FOLDERS: [&str; 6] = ["__pycache__", "build", "dist", "node_modules", "target", "venv"];

/// The files whose change can change the IR.
const WATCHED_EXTENSIONS: [&str; 12] =
    ["cjs", "cts", "js", "jsx", "kdl", "mjs", "mts", "py", "pyi", "rs", "toml", "ts"];

/// How long what failed is left alone where nothing that is watched changes: what it wants may be elsewhere (a database, a
/// package, the end of another run).
const RETRY: Duration = Duration::from_secs(5);

/// Writes now and after each change, until the process is ended.
pub(super) fn run(path: &Path) -> ! {
    let mut last_seen = None;
    let mut last_problem = None;
    let mut failed: Option<Instant> = None;
    say("watching; stop with Ctrl-C");
    loop {
        let config = Config::read(path);
        let seen = config.as_ref().map_err(Clone::clone).map(|config| look(config, path));
        if last_seen.as_ref() != Some(&seen) || failed.is_some_and(|at| at.elapsed() >= RETRY) {
            failed = None;
            let outcome = config.as_ref().map_err(ToString::to_string).and_then(write);
            match outcome {
                Ok(summaries) => {
                    for (label, summary) in summaries {
                        if last_problem.is_some() || last_seen.is_none() || summary.written + summary.removed > 0 {
                            say(&line(&label, summary));
                        }
                    }
                    last_problem = None;
                }
                Err(problem) => {
                    // The same problem is not told twice: a server that is down would fill the screen.
                    if last_problem.as_ref() != Some(&problem) {
                        complain(&format!("error: {problem}"));
                    }
                    last_problem = Some(problem);
                    failed = Some(Instant::now());
                }
            }
            last_seen = Some(seen);
        }
        thread::sleep(pause(config.ok().as_ref()));
    }
}

fn pause(config: Option<&Config>) -> Duration {
    match config.map(|config| &config.source) {
        Some(SourceConfig::Url(_)) => Duration::from_secs(1),
        _ => Duration::from_millis(500),
    }
}

/// A number that changes when the source may have changed.
fn look(config: &Config, path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    stamp(path, &mut hasher);
    match &config.source {
        SourceConfig::Url(_) => match config.source.fetch(config) {
            Ok(text) => text.hash(&mut hasher),
            Err(error) => error.to_string().hash(&mut hasher),
        },
        SourceConfig::File(file) => stamp(file, &mut hasher),
        SourceConfig::Command(_) => {
            let out: Vec<&Path> = config.targets.iter().map(|target| target.out.as_path()).collect();
            let mut files = Vec::new();
            collect(&config.folder, &out, &mut files);
            files.sort();
            for file in files {
                stamp(&file, &mut hasher);
            }
        }
    }
    hasher.finish()
}

/// Adds a file's name, time and length.
fn stamp(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    // A file that has just gone changes the number too.
    if let Ok(metadata) = fs::metadata(path) {
        metadata.len().hash(hasher);
        if let Ok(modified) = metadata.modified() {
            modified.hash(hasher);
        }
    }
}

/// The watched files below a folder, links not followed.
fn collect(folder: &Path, out: &[&Path], files: &mut Vec<PathBuf>) {
    // A folder that cannot be read has nothing to watch.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        // As in the configuration, where paths have no `./` before them.
        let path: PathBuf = entry.path().components().filter(|part| part.as_os_str() != ".").collect();
        if kind.is_dir() {
            if !IGNORED_FOLDERS.contains(&name) && !out.contains(&path.as_path()) {
                collect(&path, out, files);
            }
        } else if kind.is_file()
            && path.extension().and_then(|it| it.to_str()).is_some_and(|it| WATCHED_EXTENSIONS.contains(&it))
        {
            files.push(path);
        }
    }
}
