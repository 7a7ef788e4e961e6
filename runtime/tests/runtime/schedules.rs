//! Named schedules on a real Redis: one process stops at a pause point while another one goes on.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use mizan_runtime::{Cache, CacheConfig, Gates, Loaded, Point, Purged, Reason, StoreConfig};

use crate::fixture::{DAY, Expect, LONG, SECRET, fill, of_user, patient, user, waits_long};
use crate::server::Server;

/// Two processes on one Redis; the first can be stopped.
struct Stage {
    _server: Server,
    stopped: Cache,
    free: Cache,
    gates: Gates,
}

impl Stage {
    fn new() -> Self {
        let server = Server::start(&[]);
        let gates = Gates::new();
        let mut config = CacheConfig::new(StoreConfig::Redis(waits_long(&server.url())), SECRET);
        config.pauses = Some(gates.pauses());
        Self { stopped: Cache::new(&config).unwrap(), free: patient(&server.url()), gates, _server: server }
    }

    /// Runs this in the first process until it reaches the point.
    fn until<T: Send + 'static>(&self, point: Point, run: impl FnOnce(Cache) -> T + Send + 'static) -> JoinHandle<T> {
        self.gates.close(point);
        let cache = self.stopped.clone();
        let running = thread::spawn(move || run(cache));
        assert!(self.gates.reached(point, LONG), "it reaches {point:?}");
        running
    }
}

/// A read whose function gives this.
fn read(body: &'static str) -> impl FnOnce(Cache) -> String {
    move |cache| match cache.load(&user(5)) {
        Loaded::Miss(fill) => {
            cache.store(fill, body.as_bytes(), DAY);
            body.to_owned()
        }
        other => other.hit(),
    }
}

fn purge(cache: &Cache) {
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
}

#[test]
fn stopped_before_load() {
    let stage = Stage::new();
    fill(&stage.free, &user(5), "old");
    let reader = stage.until(Point::BeforeLoad, read("new"));
    purge(&stage.free);
    stage.gates.open(Point::BeforeLoad);
    assert_eq!(reader.join().unwrap(), "new");
    assert_eq!(stage.free.load(&user(5)).hit(), "new");
}

#[test]
fn stopped_before_generations_when_a_mutation_begins_and_dies() {
    let stage = Stage::new();
    let reader = stage.until(Point::BeforeGenerations, |cache| cache.load(&user(5)).uncached());
    let hold = stage.free.hold(&of_user(5), Duration::from_millis(300));
    stage.gates.open(Point::BeforeGenerations);
    assert_eq!(reader.join().unwrap(), Reason::Held);
    drop(hold);
}

#[test]
fn stopped_after_load_during_a_purge() {
    let stage = Stage::new();
    let reader = stage.until(Point::AfterLoad, read("old"));
    purge(&stage.free);
    stage.gates.open(Point::AfterLoad);
    assert_eq!(reader.join().unwrap(), "old", "it began before the purge");
    let _ = stage.free.load(&user(5)).miss();
    let _ = stage.stopped.load(&user(5)).miss();
}

#[test]
fn stopped_before_store_during_a_purge() {
    let stage = Stage::new();
    let reader = stage.until(Point::BeforeStore, read("old"));
    purge(&stage.free);
    fill(&stage.free, &user(5), "new");
    stage.gates.open(Point::BeforeStore);
    reader.join().unwrap();
    // The late store may take the place of the newer entry: then it is a miss, and nothing else.
    let _ = stage.free.load(&user(5)).miss();
}

#[test]
fn stopped_before_store_during_a_hold() {
    let stage = Stage::new();
    let reader = stage.until(Point::BeforeStore, read("old"));
    let hold = stage.free.hold(&of_user(5), LONG);
    stage.gates.open(Point::BeforeStore);
    reader.join().unwrap();
    assert_eq!(stage.free.load(&user(5)).uncached(), Reason::Held);
    stage.free.lift(hold);
    let _ = stage.free.load(&user(5)).miss();
}

#[test]
fn stopped_before_store_during_a_restart() {
    let stage = Stage::new();
    let reader = stage.until(Point::BeforeStore, read("old"));
    assert!(stage.free.restart());
    stage.gates.open(Point::BeforeStore);
    reader.join().unwrap();
    let _ = stage.free.load(&user(5)).miss();
}

#[test]
fn stopped_before_purge_after_a_hold() {
    let stage = Stage::new();
    fill(&stage.free, &user(5), "old");
    let mutation = stage.until(Point::BeforePurge, |cache| {
        let hold = cache.hold(&of_user(5), LONG);
        cache.purge(&of_user(5), Some(hold))
    });
    assert_eq!(stage.free.load(&user(5)).uncached(), Reason::Held);
    stage.gates.open(Point::BeforePurge);
    assert_eq!(mutation.join().unwrap(), Purged::Done);
    let _ = stage.free.load(&user(5)).miss();
}

#[test]
fn a_reader_after_a_purge_does_not_wait_for_a_fill_that_is_stopped() {
    let stage = Stage::new();
    let leader = stage.until(Point::BeforeStore, read("old"));
    purge(&stage.free);
    let second = stage.stopped.load(&user(5)).miss();
    stage.gates.open(Point::BeforeStore);
    leader.join().unwrap();
    assert!(stage.stopped.store(second, b"new", DAY));
    assert_eq!(stage.free.load(&user(5)).hit(), "new");
}

#[test]
fn a_callback_can_be_stopped_like_a_caller() {
    let stage = Stage::new();
    fill(&stage.free, &user(5), "five");
    stage.gates.close(Point::AfterLoad);
    let (sender, receiver) = std::sync::mpsc::channel();
    stage.stopped.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    assert!(stage.gates.reached(Point::AfterLoad, LONG));
    assert!(receiver.try_recv().is_err());
    stage.gates.open(Point::AfterLoad);
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").hit(), "five");
}
