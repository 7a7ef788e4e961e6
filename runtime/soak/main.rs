//! `mizan-soak`: several processes on one Redis, a writer, and everybody watches for a stale read.
//!
//! ```text
//! mizan-soak [--seconds N] [--without-purge]     starts a Redis and four processes; 1 where anything stale was read
//!            [--freezes [--impatient]]           the Redis is stopped now and then, for longer than anybody waits
//! mizan-soak process URL TRUTH …                 one of the four
//! mizan-soak mutate URL TRUTH [--without-hold]   a mutation that commits and never purges, for somebody to kill
//!            [--freezes [--impatient]]           with the limits that hosts have
//! ```
//!
//! The truth is in files: what a function would read from a database. A writer commits a version, purges, and only then
//! publishes that version as the floor. Whoever reads the floor and then loads must not see less.

// A command line speaks to a terminal, and stops where it cannot go on.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, clippy::panic, unreachable_pub, dead_code)]

mod process;
mod server;
mod truth;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use process::{Chance, Counts};
use server::Server;
use truth::Truth;

const PROCESSES: usize = 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["process", url, truth, options @ ..] => process::run(url, &Truth::at(truth), options),
        ["mutate", url, truth, options @ ..] => process::mutate(url, &Truth::at(truth), options),
        options => return watch(options),
    }
    ExitCode::SUCCESS
}

/// Runs the processes for their time and adds up what they saw.
fn watch(options: &[&str]) -> ExitCode {
    let mut seconds = 120;
    let mut passed_on = Vec::new();
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match (*option, rest.as_slice().first().and_then(|value| value.parse().ok())) {
            ("--seconds", Some(value)) => {
                seconds = value;
                rest.next();
            }
            ("--without-purge" | "--freezes" | "--impatient", _) => passed_on.push(*option),
            _ => {
                eprintln!("mizan-soak [--seconds N] [--without-purge] [--freezes [--impatient]]");
                return ExitCode::from(2);
            }
        }
    }
    let server = Server::start(&[]);
    let truth = Truth::fresh();
    let mut children: Vec<Child> = (0..PROCESSES)
        .map(|index| child(&server, &truth, if index == 0 { "--writes" } else { "--reads" }, &passed_on))
        .collect();
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut chance = Chance(u64::from(std::process::id()));
    while passed_on.contains(&"--freezes") && Instant::now() < until {
        sleep(Duration::from_millis(100 + chance.below(200)));
        server.freeze();
        sleep(Duration::from_millis(60 + chance.below(240)));
        server.thaw();
    }
    sleep(until.saturating_duration_since(Instant::now()));
    let mut all = Counts::default();
    for child in &mut children {
        // A line on its input is the end; the answer is its counts.
        let _ = child.stdin.take().unwrap().write_all(b"\n");
        let mut told = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut told).unwrap();
        all.add(&Counts::read(&told).unwrap_or_else(|| panic!("a process ended without counts: {told:?}")));
        child.wait().unwrap();
    }
    truth.remove();
    println!("{seconds} s, {PROCESSES} processes: {all}");
    if all.stale > 0 || all.hits == 0 || all.writes == 0 {
        println!("{}", if all.stale > 0 { "stale reads" } else { "nothing happened" });
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn child(server: &Server, truth: &Truth, role: &str, options: &[&str]) -> Child {
    let itself = std::env::current_exe().unwrap();
    Command::new(itself)
        .args(["process", &server.url(), &truth.place(), role])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
