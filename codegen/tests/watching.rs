//! `mizan generate --watch`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::documents::{GROWN_SHOP, SHOP, configure, mizan, project, read, write};

/// A watching run, ended when the test is.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Path) -> Self {
        let mut command = mizan(folder, &["generate", "--watch"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let other = sender.clone();
        thread::spawn(move || BufReader::new(stdout).lines().for_each(|line| drop(sender.send(line.unwrap()))));
        thread::spawn(move || BufReader::new(stderr).lines().for_each(|line| drop(other.send(line.unwrap()))));
        Self { child, lines }
    }

    fn hears(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    fn hears_nothing(&self) {
        assert_eq!(self.lines.recv_timeout(Duration::from_millis(1500)), Err(mpsc::RecvTimeoutError::Timeout));
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn a_change_of_the_servers_code_is_followed() {
    let folder = project(SHOP);
    let path = folder.path();
    configure(path, "command = \"cat api.kdl; test ! -e broken.py || { echo SyntaxError >&2; exit 1; }\"");
    let watching = Watching::start(path);
    assert_eq!(watching.hears(), "watching; stop with Ctrl-C");
    assert_eq!(watching.hears(), "src/api: 4 files, 4 written, 0 removed");
    write(path, "broken.py", "(");
    assert!(watching.hears().ends_with("failed: exit status: 1"));
    assert_eq!(watching.hears(), "    SyntaxError");
    assert!(read(path, "src/api/types.ts").contains("  name: string"));
    fs::remove_file(path.join("broken.py")).unwrap();
    assert_eq!(watching.hears(), "src/api: 4 files, 0 written, 0 removed");
    write(path, "api.kdl", GROWN_SHOP);
    assert!(watching.hears().starts_with("src/api: 5 files, "));
    assert!(read(path, "src/api/types.ts").contains("full_name: string"));
    // What holds no code of the project starts no run, and neither does a change that changes nothing.
    write(path, "node_modules/left/pad.js", "1");
    write(path, ".venv/lib/site.py", "1");
    write(path, "shop.sqlite3", "1");
    write(path, "src/api/extra.ts", "export const mine = 1;\n");
    write(path, "shop.py", "# a comment\n");
    watching.hears_nothing();
}

#[test]
fn a_change_of_the_configuration_is_followed() {
    let folder = project(SHOP);
    let path = folder.path();
    let watching = Watching::start(path);
    assert_eq!(watching.hears(), "watching; stop with Ctrl-C");
    assert_eq!(watching.hears(), "src/api: 4 files, 4 written, 0 removed");
    write(path, "mizan.toml", "[source]\nfile = \"api.kdl\"\n[[target]]\nkind = \"react\"\nout = \"web\"\n");
    assert_eq!(watching.hears(), "web: 5 files, 5 written, 0 removed");
    watching.hears_nothing();
}

#[test]
fn what_failed_for_want_of_something_elsewhere_is_tried_again() {
    let folder = project(SHOP);
    let path = folder.path();
    configure(path, "command = \"cat database > /dev/null && cat api.kdl\"");
    let watching = Watching::start(path);
    assert_eq!(watching.hears(), "watching; stop with Ctrl-C");
    assert!(watching.hears().ends_with("failed: exit status: 1"));
    assert!(watching.hears().contains("database"));
    // Nobody watches it, and the same problem is told once.
    watching.hears_nothing();
    write(path, "database", "");
    assert_eq!(watching.hears(), "src/api: 4 files, 4 written, 0 removed");
    watching.hears_nothing();
}
