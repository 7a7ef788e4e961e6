//! What the command line prints, and where.

use std::io::{self, IsTerminal as _, Write as _};

/// A line of the result, on standard output.
pub(super) fn say(line: &str) {
    // A reader that has gone away has heard enough.
    let _ = writeln!(io::stdout(), "{line}");
}

/// A problem, on standard error.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A line that says what is being done, on a terminal only; it goes when that is done.
pub(super) struct Progress {
    shown: bool,
}

impl Progress {
    /// Shows the line.
    pub(super) fn show(line: &str) -> Self {
        let mut stderr = io::stderr();
        let shown = stderr.is_terminal();
        if shown {
            let _ = write!(stderr, "{line} …");
            let _ = stderr.flush();
        }
        Self { shown }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            // To the first column, and what stands there erased.
            let _ = write!(io::stderr(), "\r\u{1b}[2K");
        }
    }
}
