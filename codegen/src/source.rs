//! Gets the KDL text of the IR: from a command, an address, or a file.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::config::{CommandLine, Config, SourceConfig};

/// How long a command may take.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);
/// How long an address may take to answer, in seconds.
const URL_LIMIT: u64 = 10;
/// How many of the last lines of a failed command's standard error are shown.
const SHOWN_LINES: usize = 20;

/// Why there is no IR. Its text says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError(String);

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for SourceError {}

impl SourceConfig {
    /// The KDL text that it has now. A command gets 60 seconds, an address 10.
    pub fn fetch(&self, config: &Config) -> Result<String, SourceError> {
        match self {
            Self::Command(command) => run(command, &config.folder, COMMAND_LIMIT),
            Self::Url(url) => get(url),
            Self::File(path) => std::fs::read_to_string(path).map_err(|error| {
                SourceError(format!("{}: {error}\n  help: write the IR there with `mizan ir`", path.display()))
            }),
        }
    }
}

impl fmt::Display for SourceConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => write!(formatter, "`{command}`"),
            Self::Url(url) => formatter.write_str(url),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// The standard output of a command that ends well in time.
fn run(command: &CommandLine, folder: &Path, limit: Duration) -> Result<String, SourceError> {
    let mut child = start(command, folder).map_err(|error| {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "is it installed, and on the PATH? (an activated virtual environment, npx, …)",
            _ => "try it by hand in the folder of mizan.toml",
        };
        SourceError(format!("`{command}` did not start: {error}\n  help: {help}"))
    })?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let deadline = Instant::now() + limit;
    let Some(status) = wait(&mut child, deadline) else {
        return Err(SourceError(format!(
            "`{command}` was stopped: it had not ended after {} seconds\n  \
             help: it must print the IR and end; a server gives its IR by `url` instead",
            limit.as_secs()
        )));
    };
    // What the command itself left running may hold the pipes open; its own output is complete.
    let remaining = deadline.saturating_duration_since(Instant::now()).min(Duration::from_secs(2));
    let printed = stdout.recv_timeout(remaining.max(Duration::from_millis(100)));
    if !status.success() {
        let complaint = stderr.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
        return Err(SourceError(format!("`{command}` failed: {status}{}", last_lines(&complaint))));
    }
    let printed = printed.map_err(|_| {
        SourceError(format!("`{command}` ended, but something that it started still holds its output open"))
    })?;
    String::from_utf8(printed).map_err(|_| SourceError(format!("`{command}` printed something that is not UTF-8 text")))
}

fn start(command: &CommandLine, folder: &Path) -> io::Result<Child> {
    let mut started = match command {
        CommandLine::Words(words) => {
            let mut words = words.iter();
            let mut started = Command::new(words.next().map_or("", String::as_str));
            started.args(words);
            started
        }
        CommandLine::Shell(text) => {
            let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
            let mut started = Command::new(shell);
            started.args([flag, text]);
            started
        }
    };
    started.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Reads a pipe to its end on a thread of its own, so that a command that prints much is never blocked.
fn drain(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut text);
        }
        // Nobody listens any more once the command was given up.
        let _ = sender.send(text);
    });
    receiver
}

/// The status of a command that ends in time; one that does not is killed.
fn wait(child: &mut Child, deadline: Instant) -> Option<std::process::ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= deadline {
            // It may have ended just now; then there is nothing to kill.
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn last_lines(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let skipped = lines.len().saturating_sub(SHOWN_LINES);
    let mut shown = String::new();
    for line in lines.into_iter().skip(skipped) {
        shown.push_str("\n    ");
        shown.push_str(line);
    }
    shown
}

/// The body that an address answers with.
fn get(url: &str) -> Result<String, SourceError> {
    if !url.starts_with("http://") {
        return Err(SourceError(format!(
            "{url}: only plain http:// is fetched\n  help: use the address of a server that runs on this machine, \
             or a `command` that fetches the IR and prints it"
        )));
    }
    let response = minreq::get(url).with_timeout(URL_LIMIT).send().map_err(|error| {
        let (problem, help) = match &error {
            minreq::Error::IoError(cause) if cause.kind() == io::ErrorKind::ConnectionRefused => {
                ("nothing listens there".to_owned(), "start the server, then run this again")
            }
            minreq::Error::IoError(cause) if cause.kind() == io::ErrorKind::TimedOut => (
                format!("no answer after {URL_LIMIT} seconds"),
                "is the server busy, or is this another program's port?",
            ),
            other => (other.to_string(), "is this the address of a running server?"),
        };
        SourceError(format!("{url}: {problem}\n  help: {help}"))
    })?;
    match response.status_code {
        200 => {}
        404 => {
            return Err(SourceError(format!(
                "{url}: the server answered 404\n  \
                 help: switch the IR on in the application (`expose_ir=True`), and check the path: it ends in `/ir/`"
            )));
        }
        status => {
            return Err(SourceError(format!("{url}: the server answered {status}\n  help: its log says why")));
        }
    }
    String::from_utf8(response.into_bytes()).map_err(|_| SourceError(format!("{url}: the answer is not UTF-8 text")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str, limit: Duration) -> Result<String, String> {
        run(&CommandLine::Shell(text.to_owned()), Path::new("."), limit).map_err(|error| error.to_string())
    }

    #[test]
    fn a_command_prints_the_ir() {
        assert_eq!(shell("echo mizan version=1; echo noise >&2", COMMAND_LIMIT).unwrap(), "mizan version=1\n");
    }

    #[test]
    fn a_failed_command_shows_its_status_and_last_lines() {
        let problem = shell("for n in $(seq 30); do echo line $n >&2; done; exit 3", COMMAND_LIMIT).unwrap_err();
        assert!(problem.contains("failed: exit status: 3\n    line 11\n"), "{problem}");
        assert!(problem.ends_with("line 30"), "{problem}");
    }

    #[test]
    fn a_command_that_does_not_end_is_stopped() {
        let began = Instant::now();
        let problem = shell("sleep 30", Duration::from_millis(200)).unwrap_err();
        assert!(problem.contains("was stopped"), "{problem}");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let command = CommandLine::Words(vec!["no-such-program-of-mizan".to_owned()]);
        let problem = run(&command, Path::new("."), COMMAND_LIMIT).unwrap_err().to_string();
        assert!(problem.starts_with("`no-such-program-of-mizan` did not start: "), "{problem}");
        assert!(problem.contains("is it installed"), "{problem}");
    }
}
