//! Keeps two runs from writing into one folder at once.
//!
//! The lock is the system's own, on a file `.mizan.lock` in the folder; the file also names the process, for messages. The
//! system frees the lock of a process that ends, however it ends: a file that was left behind holds nobody up.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// A folder that no other run writes into as long as this lives.
#[derive(Debug)]
pub struct FolderLock {
    path: PathBuf,
    // Held open: closing it frees the lock.
    _file: File,
}

/// Why the folder could not be had.
#[derive(Debug)]
pub enum LockError {
    /// Another run has it.
    Held {
        /// The lock file.
        path: PathBuf,
        /// The other run's process, where it can be told.
        process: Option<u32>,
    },
    /// The system refused.
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for LockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { path, process } => {
                let other = process.map_or_else(String::new, |process| format!(" (process {process})"));
                write!(
                    formatter,
                    "{}: another `mizan generate`{other} is writing there; nothing was changed\n  \
                     help: wait until it has ended, or end it",
                    path.display()
                )
            }
            Self::Io { path, error } => write!(
                formatter,
                "{}: {error}; nothing was changed\n  \
                 help: let this user write there, or choose another `out` in mizan.toml",
                path.display()
            ),
        }
    }
}

impl std::error::Error for LockError {}

impl FolderLock {
    /// Takes the folder, which is created where it does not exist, and waits so long for another run to end.
    pub fn take(folder: &Path, patience: Duration) -> Result<Self, LockError> {
        let refused = |path: &Path| {
            let path = path.to_owned();
            move |error| LockError::Io { path, error }
        };
        fs::create_dir_all(folder).map_err(refused(folder))?;
        let path = folder.join(".mizan.lock");
        let deadline = Instant::now() + patience;
        loop {
            let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
            let mut file = open.map_err(refused(folder))?;
            match file.try_lock() {
                Ok(()) if is_still_there(&file, &path) => {
                    let named = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                    named.map_err(refused(folder))?;
                    return Ok(Self { path, _file: file });
                }
                // Its holder removed the file after it was opened here.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                    let process = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                    return Err(LockError::Held { path, process });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
                Err(TryLockError::Error(error)) => return Err(refused(folder)(error)),
            }
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Removed while it is still locked, and only where `is_still_there` can tell the file from its successor.
        if cfg!(unix) {
            // A file that stays behind does no harm.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether the path still leads to this very file.
#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Elsewhere the file is never removed.
#[cfg(not(unix))]
fn is_still_there(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_had_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/api");
        let lock = FolderLock::take(&path, Duration::ZERO).unwrap();
        let refused = FolderLock::take(&path, Duration::from_millis(30)).unwrap_err();
        assert!(refused.to_string().contains(&format!("(process {})", std::process::id())), "{refused}");
        drop(lock);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
        FolderLock::take(&path, Duration::ZERO).unwrap();
    }

    #[test]
    fn a_file_left_by_a_dead_process_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".mizan.lock"), "4194304\n").unwrap();
        FolderLock::take(folder.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn who_waits_long_enough_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path(), Duration::ZERO).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| FolderLock::take(folder.path(), Duration::from_secs(20)).is_ok());
            thread::sleep(Duration::from_millis(50));
            drop(lock);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn many_at_once_go_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let inside = std::sync::atomic::AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let lock = FolderLock::take(folder.path(), Duration::from_secs(30)).unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        thread::yield_now();
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
