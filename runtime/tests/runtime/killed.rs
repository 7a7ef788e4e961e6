//! Processes that die between commit and purge, and the soak over processes that live.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use mizan_runtime::{Cache, Loaded};

use crate::fixture::{DAY, LONG, patient};
use crate::server::Server;
use crate::truth::Truth;

const SOAK: &str = env!("CARGO_BIN_EXE_mizan-soak");

/// A read as a host makes it: what is in the store, or what is true.
fn read(cache: &Cache, truth: &Truth) -> (u64, bool) {
    match cache.load(&crate::process::key(0)) {
        Loaded::Hit(entry) => (std::str::from_utf8(&entry.body).unwrap().parse().unwrap(), true),
        Loaded::Miss(fill) => {
            let version = truth.version(0);
            cache.store(fill, version.to_string().as_bytes(), DAY);
            (version, false)
        }
        Loaded::Uncached(_) => (truth.version(0), false),
    }
}

/// Kills a process that has committed and not purged; the versions read from then on, until one comes from the store.
fn reads_after_a_kill(options: &[&str]) -> Vec<u64> {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let truth = Truth::at(&folder.path().to_string_lossy());
    let cache = patient(&server.url());
    truth.commit(0, 1);
    let _ = read(&cache, &truth);
    assert_eq!(read(&cache, &truth), (1, true));
    let freezes = options.contains(&"--freezes");
    if freezes {
        server.freeze();
    }
    let mut process = Command::new(SOAK)
        .args(["mutate", &server.url(), &truth.place()])
        .args(options)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Longer than anybody waits who only reads.
    sleep(Duration::from_millis(if freezes { 300 } else { 0 }));
    let impatient = options.contains(&"--impatient");
    if freezes && !impatient {
        server.thaw();
    }
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    server.thaw();
    assert_eq!((line.as_str(), truth.version(0)), ("committed\n", 2));
    let begun = Instant::now();
    let mut versions = Vec::new();
    loop {
        let (version, hit) = read(&cache, &truth);
        versions.push(version);
        if hit {
            return versions;
        }
        assert!(begun.elapsed() < LONG, "the hold does not run out");
        sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_killed_between_commit_and_purge_leaves_nothing_stale() {
    let versions = reads_after_a_kill(&[]);
    assert!(versions.iter().all(|version| *version == 2), "{versions:?}");
    assert!(versions.len() > 2, "it was held for a while");
}

/// The control: without its hold, the same process leaves what was there.
#[test]
fn without_a_hold_it_would() {
    assert_eq!(reads_after_a_kill(&["--without-hold"]), [1]);
}

#[test]
fn nor_does_one_that_is_killed_while_the_store_is_slow() {
    let versions = reads_after_a_kill(&["--freezes"]);
    assert!(versions.iter().all(|version| *version == 2), "{versions:?}");
}

/// The control: it has committed without its hold, which the store did not take in time.
#[test]
fn one_that_does_not_wait_for_its_hold_would() {
    assert_eq!(reads_after_a_kill(&["--freezes", "--impatient"]), [1]);
}

fn soak(options: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, .. } = Command::new(SOAK).args(["--seconds", "3"]).args(options).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

#[test]
fn a_short_soak_finds_nothing_stale() {
    let (code, told) = soak(&[]);
    assert!(code == Some(0) && told.contains(" 0 stale"), "{told}");
}

/// The control: without purges, the same soak finds stale reads.
#[test]
fn a_soak_without_purges_does() {
    let (code, told) = soak(&["--without-purge"]);
    assert!(code == Some(1) && told.contains("stale reads"), "{told}");
}

/// The store stops now and then, for longer than a read waits for it: every mutation waits until it is purged.
#[test]
fn a_soak_with_a_store_that_stops_finds_nothing_stale() {
    let (code, told) = soak(&["--freezes"]);
    assert!(code == Some(0) && told.contains("(0 purges failed)") && told.contains(" 0 stale"), "{told}");
}

/// The control: its readers find out what nobody purges. That purges wait for the store has its control in `faults.rs`.
#[test]
fn a_soak_with_a_store_that_stops_and_without_purges_does() {
    let (code, told) = soak(&["--freezes", "--without-purge"]);
    assert!(code == Some(1) && told.contains("stale reads"), "{told}");
}
