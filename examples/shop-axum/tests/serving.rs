//! The program itself: what it prints, what it serves, and how it ends.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A shop that runs, with a page of one line.
struct Served {
    child: Child,
    lines: BufReader<ChildStdout>,
    address: String,
    _page: TempDir,
}

impl Served {
    fn start() -> Self {
        let page = tempfile::tempdir().unwrap();
        fs::create_dir(page.path().join("assets")).unwrap();
        fs::write(page.path().join("assets/page.js"), "1").unwrap();
        fs::write(page.path().join("index.html"), "<title>Shop</title>").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_shop-axum"))
            .args(["--port", "0", "--page"])
            .arg(page.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|url| url.strip_suffix('/')).unwrap().to_owned();
        Self { child, lines, address, _page: page }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Status line and body.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n").unwrap();
        split(stream)
    }

    fn terminate(&self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Waits until it is over: whether it ended well, and how long that took.
    fn ended(&mut self) -> (bool, Duration) {
        let begun = Instant::now();
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "it prints one line");
        (status.success(), begun.elapsed())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It is over by then, unless the test failed.
        let _ = self.child.kill();
    }
}

fn split(mut stream: TcpStream) -> (String, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

const CALL: &str = r#"{"fn":"rename_customer","args":{"customer_id":1,"name":"Ada King"}}"#;

fn head() -> String {
    format!(
        "POST /api/mizan/call/ HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        CALL.len()
    )
}

#[test]
fn every_address_of_the_page_is_the_page_and_a_missing_file_is_none() {
    let served = Served::start();
    for address in ["/", "/compare/1/2", "/nowhere"] {
        assert_eq!(served.get(address), ("HTTP/1.1 200 OK".to_owned(), "<title>Shop</title>".to_owned()), "{address}");
    }
    assert_eq!(served.get("/assets/page.js").1, "1");
    for missing in ["/assets/other.js", "/robots.txt", "/icon.svg", "/assets/../index.html"] {
        assert_eq!(served.get(missing).0, "HTTP/1.1 404 Not Found", "{missing}");
    }
    let (status, body) = served.get("/api/mizan/ctx/customer/?customer_id=1");
    assert!(status.ends_with("200 OK") && body.contains("Ada Lovelace"), "{status} {body}");
}

#[test]
fn a_request_on_its_way_is_answered_before_it_ends() {
    let mut served = Served::start();
    let mut stream = served.connect();
    let (one, other) = CALL.split_at(20);
    write!(stream, "{}{one}", head()).unwrap();
    // It is being read for sure once another request was answered.
    served.get("/api/mizan/ctx/customers/");
    served.terminate();
    while TcpStream::connect(&served.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    stream.write_all(other.as_bytes()).unwrap();
    let (status, body) = split(stream);
    assert!(status.ends_with("200 OK") && body.contains("Ada King"), "{status} {body}");
    let (well, time) = served.ended();
    assert!(well && time < Duration::from_secs(1), "{well} {time:?}");
}

#[test]
fn nobody_keeps_it_from_ending() {
    let mut served = Served::start();
    let mut stream = served.connect();
    stream.write_all(head().as_bytes()).unwrap();
    served.get("/api/mizan/ctx/customers/");
    served.terminate();
    let (well, time) = served.ended();
    assert!(well && time < Duration::from_secs(8), "{well} {time:?}");
    let _ = stream.shutdown(Shutdown::Both);
}
