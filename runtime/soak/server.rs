//! A Redis of its own, on a free port of this machine, for as long as it is wanted.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running server; it ends when it is dropped.
pub struct Server {
    process: Child,
    port: u16,
    options: Vec<String>,
}

impl Server {
    /// A server with these options beside those that make it forget everything.
    ///
    /// # Panics
    /// Where no server starts.
    pub fn start(options: &[&str]) -> Self {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        for _ in 0..20 {
            let port = free_port();
            let mut process = spawn(port, &options);
            if answers(&mut process, port) {
                return Self { process, port, options };
            }
            let _ = process.kill();
            let _ = process.wait();
        }
        panic!("redis-server does not start; `tools/redis` installs it");
    }

    /// Where it is.
    pub fn url(&self) -> String {
        url(self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again where it was, with nothing in it.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start_again(&mut self) {
        self.process = spawn(self.port, &self.options);
        assert!(answers(&mut self.process, self.port), "the server does not start again");
    }

    /// Stops it where it stands: it takes connections and says nothing.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.process.id())).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal {name} is sent");
    }

    /// Asks it something past every cache.
    ///
    /// # Panics
    /// Where it does not answer as expected.
    pub fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let mut connection = connect(self.port).expect("a connection");
        let (name, arguments) = command.split_first().expect("a command");
        redis::cmd(name).arg(arguments).query(&mut connection).expect("an answer")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn url(port: u16) -> String {
    format!("redis://127.0.0.1:{port}/0")
}

fn connect(port: u16) -> redis::RedisResult<redis::Connection> {
    redis::Client::open(url(port))?.get_connection_with_timeout(Duration::from_secs(5))
}

/// A port that nobody has at the moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn spawn(port: u16, options: &[String]) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args(["--dir", &std::env::temp_dir().to_string_lossy(), "--dbfilename", &format!("mizan-{port}.rdb")])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("redis-server; `tools/redis` installs it")
}

/// Whether it is this server that answers, and not another one on its port.
fn answers(process: &mut Child, port: u16) -> bool {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        if process.try_wait().ok().flatten().is_some() {
            return false;
        }
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            let told = connect(port).and_then(|mut connection| redis::cmd("INFO").arg("server").query(&mut connection));
            if told.is_ok_and(|text: String| text.contains(&format!("process_id:{}\r", process.id()))) {
                return true;
            }
        }
        sleep(Duration::from_millis(5));
    }
    false
}
