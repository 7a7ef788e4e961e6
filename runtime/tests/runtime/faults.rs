//! A Redis that fails, in each way that there is: no caller hears of it or waits long, and nothing stale is read after.
//!
//! The caches here have the limits that hosts have. What is asserted of time leaves room for a busy machine: twenty loads
//! of a store that would keep each of them waiting end within a second.

use std::time::{Duration, Instant};

use mizan_runtime::{Cache, Loaded, Purged, RedisConfig};

use crate::fixture::{DAY, Expect, LONG, fill, of_user, of_users, on, patient, strict, user};
use crate::proxy::Proxy;
use crate::server::{Server, free_port};
use crate::shared::wait_until;

/// How many loads are made at once. If each waited for a store that is away, it would be ten seconds.
const LOADS: u32 = 200;

/// Loads as a host makes them, each with its store.
#[track_caller]
fn serves(cache: &Cache, body: &str) {
    let begun = Instant::now();
    for load in 0..LOADS {
        match cache.load(&user(load % 20)) {
            Loaded::Miss(fill) => {
                cache.store(fill, body.as_bytes(), DAY);
            }
            Loaded::Hit(entry) => assert_eq!(entry.body, body.as_bytes()),
            Loaded::Uncached(_) => {}
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{LOADS} loads took {:?}", begun.elapsed());
}

/// A whole mutation, as a host runs it.
fn mutate(cache: &Cache) -> Purged {
    let begun = Instant::now();
    let hold = cache.hold(&of_users(), Duration::from_secs(1));
    let purged = cache.purge(&of_users(), Some(hold));
    assert!(begun.elapsed() < Duration::from_secs(5), "a mutation took {:?}", begun.elapsed());
    purged
}

/// Waits until it serves from the store again, by this key.
#[track_caller]
fn recovers(cache: &Cache, id: u32, body: &str) {
    wait_until(|| match cache.load(&user(id)) {
        Loaded::Miss(fill) => {
            cache.store(fill, body.as_bytes(), DAY);
            false
        }
        Loaded::Hit(entry) => {
            assert_eq!(entry.body, body.as_bytes(), "nothing stale");
            true
        }
        Loaded::Uncached(_) => false,
    });
}

#[test]
fn refused_at_start() {
    let port = free_port();
    let cache = strict(&format!("redis://127.0.0.1:{port}/0"));
    serves(&cache, "old");
    assert_eq!(mutate(&cache), Purged::Failed);
    serves(&cache, "new");
    let metrics = cache.metrics();
    assert_eq!((metrics.hits, metrics.unavailable), (0, u64::from(2 * LOADS)), "{metrics:?}");
}

#[test]
fn killed_and_restarted_empty() {
    let mut server = Server::start(&[]);
    let cache = strict(&server.url());
    recovers(&cache, 5, "old");
    let late = cache.load(&user(6)).miss();
    server.kill();
    serves(&cache, "old");
    assert_eq!(mutate(&cache), Purged::Failed);
    serves(&cache, "new");
    server.start_again();
    recovers(&cache, 5, "new");
    cache.store(late, b"old", DAY);
    recovers(&cache, 6, "new");
    let metrics = cache.metrics();
    assert!(metrics.rotations == 1 && metrics.opened >= 1, "{metrics:?}");
}

#[test]
fn frozen() {
    let server = Server::start(&[]);
    let cache = strict(&server.url());
    recovers(&cache, 5, "old");
    let late = cache.load(&user(6)).miss();
    server.freeze();
    serves(&cache, "old");
    assert_eq!(mutate(&cache), Purged::Failed);
    cache.store(late, b"old", DAY);
    serves(&cache, "new");
    server.thaw();
    recovers(&cache, 5, "new");
    recovers(&cache, 6, "new");
    assert_eq!(cache.metrics().rotations, 1);
}

/// A server that froze when the connection was already given up answers no connect: that has a limit as well.
#[test]
fn frozen_before_it_is_reached() {
    let server = Server::start(&[]);
    server.freeze();
    let cache = strict(&server.url());
    serves(&cache, "old");
    server.thaw();
    recovers(&cache, 5, "new");
}

#[test]
fn slow() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = strict(&proxy.url());
    recovers(&cache, 5, "old");
    proxy.delay(Duration::from_millis(300));
    serves(&cache, "old");
    assert_eq!(mutate(&cache), Purged::Failed);
    serves(&cache, "new");
    proxy.delay(Duration::ZERO);
    recovers(&cache, 5, "new");
    assert_eq!(cache.metrics().rotations, 1);
}

/// Another process would still be served what the mutation made stale: it waits until the store has taken that away.
#[test]
fn a_mutation_waits_for_a_store_that_is_soon_back() {
    let server = Server::start(&[]);
    let cache = on(RedisConfig { patience: LONG, probe: LONG, ..RedisConfig::new(server.url()) });
    let other = patient(&server.url());
    recovers(&other, 5, "old");
    recovers(&cache, 5, "old");
    server.freeze();
    let _ = cache.load(&user(5)).uncached();
    let purging = cache.clone();
    let purge = std::thread::spawn(move || purging.purge(&of_user(5), None));
    std::thread::sleep(Duration::from_millis(300));
    assert!(!purge.is_finished());
    let begun = Instant::now();
    let _ = cache.load(&user(5)).uncached();
    assert!(begun.elapsed() < LONG / 3, "a read waits for nothing");
    server.thaw();
    assert_eq!(purge.join().unwrap(), Purged::Done);
    drop(other.load(&user(5)).miss());
    // Nothing else was lost: the purge has not failed.
    assert_eq!((cache.metrics().rotations, cache.metrics().failed_purges), (0, 0));
}

/// The control: nobody tells the other process.
#[test]
fn a_mutation_that_does_not_wait_leaves_what_was() {
    let server = Server::start(&[]);
    let cache = on(RedisConfig { patience: Duration::ZERO, ..RedisConfig::new(server.url()) });
    let other = patient(&server.url());
    recovers(&other, 5, "old");
    server.freeze();
    assert_eq!(cache.purge(&of_user(5), None), Purged::Failed);
    server.thaw();
    assert_eq!(other.load(&user(5)).hit(), "old");
}

/// It does so once, and not for each mutation.
#[test]
fn a_store_that_is_down_for_long_keeps_no_mutation_waiting() {
    let server = Server::start(&[]);
    let cache = strict(&server.url());
    server.freeze();
    assert_eq!(mutate(&cache), Purged::Failed);
    let begun = Instant::now();
    for _ in 0..200 {
        assert_eq!(mutate(&cache), Purged::Failed);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "200 mutations took {:?}", begun.elapsed());
    server.thaw();
}

/// The breaker opens once, and then nobody waits: a thousand loads cost what a few waits would.
#[test]
fn an_open_breaker_costs_nothing() {
    let server = Server::start(&[]);
    let cache = on(RedisConfig { probe: LONG, ..RedisConfig::new(server.url()) });
    server.freeze();
    let _ = cache.load(&user(5)).uncached();
    let begun = Instant::now();
    for _ in 0..1000 {
        let _ = cache.load(&user(5)).uncached();
    }
    assert!(begun.elapsed() < LONG / 3, "1000 loads took {:?}", begun.elapsed());
    assert_eq!(cache.metrics().opened, 1);
    server.thaw();
}

#[test]
fn probed_about_once_a_second() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = on(RedisConfig { probe: Duration::from_millis(100), ..RedisConfig::new(proxy.url()) });
    recovers(&cache, 5, "old");
    let connections = || -> u64 {
        let told: String = server.ask(&["INFO", "stats"]);
        let line = told.lines().find_map(|line| line.strip_prefix("total_connections_received:"));
        line.unwrap().parse().unwrap()
    };
    proxy.delay(Duration::from_millis(300));
    let _ = cache.load(&user(5)).uncached();
    let begun = Instant::now();
    let before = connections();
    // Asking for the number is a connection as well.
    let mut asked = 0;
    wait_until(|| {
        asked += 1;
        std::thread::sleep(Duration::from_millis(100));
        connections() - before >= asked + 6
    });
    // Five pauses of 100 ms stand between six probes.
    assert!(begun.elapsed() >= Duration::from_millis(500), "6 probes in {:?}", begun.elapsed());
}

#[test]
fn full_without_eviction() {
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let cache = patient(&server.url());
    fill(&cache, &user(5), "old");
    let late = cache.load(&user(6)).miss();
    let _: () = server.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(cache.load(&user(5)).hit(), "old", "it still reads");
    assert!(!cache.store(late, b"old", DAY), "it takes nothing");
    let hold = cache.hold(&of_users(), LONG);
    assert_eq!(cache.metrics().failed_holds, 1);
    assert_eq!(cache.purge(&of_users(), Some(hold)), Purged::Done, "a purge works on a full server");
    serves(&cache, "new");
    assert_eq!(cache.metrics().hits, 1, "what was purged is not found");
    let _: () = server.ask(&["CONFIG", "SET", "maxmemory", "0"]);
    recovers(&cache, 5, "new");
    assert_eq!(cache.metrics().opened, 0, "nothing was given up");
}

/// The hold could not be set, and yet its generations are gone.
#[test]
fn full_without_eviction_and_a_mutation_that_never_ends() {
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let cache = patient(&server.url());
    fill(&cache, &user(5), "old");
    let _: () = server.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    drop(cache.hold(&of_users(), LONG));
    let _: () = server.ask(&["CONFIG", "SET", "maxmemory", "0"]);
    recovers(&cache, 5, "new");
}

#[test]
fn made_a_replica() {
    let server = Server::start(&[]);
    let cache = strict(&server.url());
    let other = patient(&server.url());
    recovers(&cache, 5, "old");
    let late = cache.load(&user(6)).miss();
    // A replica of nothing that answers: it goes on reading and refuses to write.
    let nowhere = free_port().to_string();
    let _: () = server.ask(&["REPLICAOF", "127.0.0.1", &nowhere]);
    assert_eq!(cache.load(&user(5)).hit(), "old", "nothing has changed yet");
    assert_eq!(mutate(&cache), Purged::Failed);
    for _ in 0..20 {
        let _ = cache.load(&user(5)).uncached();
    }
    std::thread::sleep(Duration::from_millis(1500));
    let _ = cache.load(&user(5)).uncached();
    let _: () = server.ask(&["REPLICAOF", "NO", "ONE"]);
    cache.store(late, b"old", DAY);
    recovers(&cache, 5, "new");
    recovers(&cache, 6, "new");
    recovers(&other, 5, "new");
    assert_eq!(cache.metrics().rotations, 1);
}

#[test]
fn restarted_empty_between_two_operations() {
    let mut server = Server::start(&[]);
    let cache = strict(&server.url());
    recovers(&cache, 5, "old");
    let late = cache.load(&user(5));
    drop(late);
    let late = cache.load(&user(6)).miss();
    server.kill();
    server.start_again();
    recovers(&cache, 6, "new");
    cache.store(late, b"old", DAY);
    recovers(&cache, 6, "new");
    recovers(&cache, 5, "new");
}

#[test]
fn restarted_with_what_a_snapshot_held() {
    let folder = tempfile::tempdir().unwrap();
    // Each life of the server begins with the snapshot that was saved last.
    let mut server = Server::start(&["--dir", &folder.path().to_string_lossy(), "--save", "86400 1000000"]);
    let cache = strict(&server.url());
    let other = strict(&server.url());
    recovers(&cache, 5, "old");
    let _: String = server.ask(&["SAVE"]);
    assert_eq!(mutate(&cache), Purged::Done);
    server.kill();
    server.start_again();
    let keys: usize = server.ask(&["DBSIZE"]);
    assert!(keys > 0, "the server has brought back what it had saved");
    recovers(&cache, 5, "new");
    recovers(&other, 5, "new");
}

/// A snapshot brings families back as they were: one that was revoked lives in it, and a token that was used may be used.
#[test]
fn restarted_with_families_of_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(&["--dir", &folder.path().to_string_lossy(), "--save", "86400 1000000"]);
    let cache = strict(&server.url());
    let other = strict(&server.url());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    assert_eq!(other.family("refresh:1"), Ok(Some("live:1".to_owned())));
    let _: String = server.ask(&["SAVE"]);
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "revoked", LONG), Ok(true));
    server.kill();
    server.start_again();
    let keys: usize = server.ask(&["DBSIZE"]);
    assert!(keys > 0, "the server has brought back what it had saved");
    // One that read the text before the server ended.
    assert_eq!(other.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(false));
    assert_eq!(cache.family("refresh:1"), Ok(None));
    assert_eq!(cache.replace_family("refresh:2", None, "live:1", LONG), Ok(true), "who signs in again");
    assert_eq!(other.family("refresh:2"), Ok(Some("live:1".to_owned())));
}

/// Only the connection is new, and the server is not: nobody is signed out.
#[test]
fn families_of_a_server_that_hung_up() {
    let server = Server::start(&[]);
    let cache = strict(&server.url());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    let ended: usize = server.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
    assert!(ended > 0);
    assert_eq!(cache.family("refresh:1"), Ok(Some("live:1".to_owned())));
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(true));
}

/// The name of the one family that a server keeps.
fn key_of_family(server: &Server) -> String {
    let keys: Vec<String> = server.ask(&["KEYS", "mizan:{refresh:1}*"]);
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    key.clone()
}

/// Who was reached while a server could not say in which life it is waits: they would not see what others keep.
#[test]
fn families_of_a_server_that_was_busy() {
    let server = Server::start(&["--busy-reply-threshold", "20"]);
    let url = server.url();
    let busy = std::thread::spawn(move || {
        let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
        redis::cmd("EVAL").arg("while true do end").arg(0).query::<redis::Value>(&mut connection).is_err()
    });
    wait_until(|| {
        let mut connection = redis::Client::open(server.url()).unwrap().get_connection_with_timeout(LONG).unwrap();
        let answer = redis::cmd("PING").query::<String>(&mut connection);
        answer.is_err_and(|error| error.code() == Some("BUSY"))
    });
    let cache = strict(&server.url());
    assert!(cache.family("refresh:1").is_err());
    let _: String = server.ask(&["SCRIPT", "KILL"]);
    assert!(busy.join().unwrap(), "the script is ended");
    wait_until(|| cache.family("refresh:1").is_ok());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    assert_eq!(strict(&server.url()).family("refresh:1"), Ok(Some("live:1".to_owned())), "another process");
}

/// A client that may not ask when the server began keeps families all the same.
#[test]
fn families_of_a_server_that_does_not_say_its_life() {
    let server = Server::start(&[]);
    let _: String = server.ask(&["ACL", "SETUSER", "default", "-info"]);
    let cache = strict(&server.url());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    assert_eq!(strict(&server.url()).family("refresh:1"), Ok(Some("live:1".to_owned())));
    assert!(key_of_family(&server).ends_with(&format!(":{}", "0".repeat(32))));
}

#[test]
fn evicting() {
    let server = Server::start(&["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru"]);
    let cache = patient(&server.url());
    let mut stale = 0;
    for round in 0..4 {
        for id in 0..600 {
            let body = format!("{round}{}", "x".repeat(4000));
            match cache.load(&user(id)) {
                Loaded::Miss(fill) => drop(cache.store(fill, body.as_bytes(), DAY)),
                Loaded::Hit(entry) => stale += usize::from(entry.body != body.as_bytes()),
                Loaded::Uncached(_) => {}
            }
        }
        assert_eq!(cache.purge(&of_users(), None), Purged::Done);
    }
    let told: String = server.ask(&["INFO", "stats"]);
    let evicted = told.lines().find_map(|line| line.strip_prefix("evicted_keys:")).unwrap();
    assert!(evicted.parse::<u64>().unwrap() > 100, "{evicted} evicted");
    assert_eq!(stale, 0);
}

/// After a purge that failed, the epoch is what keeps the old away: losing the epoch must not bring it back.
#[test]
fn an_evicted_epoch_brings_nothing_back() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = strict(&proxy.url());
    recovers(&cache, 5, "old");
    proxy.cut(true);
    assert_eq!(mutate(&cache), Purged::Failed);
    proxy.cut(false);
    recovers(&cache, 6, "new");
    let other = patient(&server.url());
    assert!(other.evict_epoch("user"));
    drop(other.load(&user(5)).miss());
    recovers(&cache, 5, "new");
}

/// One of two processes is cut off: it serves uncached, and rotates the epoch when it is back, for both of them.
#[test]
fn one_of_two_processes_is_cut_off() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let (cut, other) = (strict(&proxy.url()), patient(&server.url()));
    fill(&other, &user(5), "old");
    recovers(&cut, 5, "old");
    proxy.cut(true);
    serves(&cut, "old");
    assert_eq!(mutate(&cut), Purged::Failed);
    serves(&cut, "new");
    assert_eq!(cut.metrics().rotations, 0);
    proxy.cut(false);
    wait_until(|| cut.metrics().rotations == 1);
    recovers(&other, 5, "new");
    recovers(&cut, 5, "new");
}

#[test]
fn damaged_on_the_way() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = patient(&proxy.url());
    let body = "{\"name\":\"Ada\"}".repeat(20);
    fill(&cache, &user(5), &body);
    proxy.damage(true);
    for _ in 0..20 {
        if let Loaded::Hit(entry) = cache.load(&user(5)) {
            assert_eq!(entry.body, body.as_bytes());
        }
    }
    assert!(cache.metrics().corrupt > 0);
    proxy.damage(false);
    recovers(&cache, 5, &body);
}

/// The server did as it was told and its answer was lost: who asks again finds their own text, and is not taken for another.
#[test]
fn an_answer_that_is_lost_makes_no_second_use() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = strict(&proxy.url());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    proxy.lose(1);
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(true));
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:3", LONG), Ok(false), "that is another use");
    assert_eq!(cache.family("refresh:1"), Ok(Some("live:2".to_owned())));
}

/// The same where the answer only comes too late, on a connection of which nobody expects any more.
#[test]
fn a_swap_that_is_too_slow_is_asked_for_again() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = strict(&proxy.url());
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    proxy.delay(Duration::from_millis(300));
    let swapping = cache.clone();
    let swap = std::thread::spawn(move || swapping.replace_family("refresh:1", Some("live:1"), "live:2", LONG));
    let key = key_of_family(&server);
    wait_until(|| server.ask::<Option<String>>(&["GET", &key]).as_deref() == Some("live:2"));
    wait_until(|| cache.metrics().opened == 1);
    assert!(cache.family("refresh:1").is_err(), "nobody else waits meanwhile");
    proxy.delay(Duration::ZERO);
    assert_eq!(swap.join().unwrap(), Ok(true));
}

/// The lease was taken and the answer lost: who asks again has it, and waits for nobody.
#[test]
fn a_lease_whose_answer_is_lost_is_had() {
    let server = Server::start(&[]);
    let proxy = Proxy::to(server.port());
    let cache = on(RedisConfig { lease: Some(LONG), operation: LONG, connect: LONG, ..RedisConfig::new(proxy.url()) });
    drop(cache.load(&user(5)).miss());
    wait_until(|| server.ask::<Vec<String>>(&["KEYS", "*lease*"]).is_empty());
    // The first answer is the look's: the generations are there.
    proxy.lose(2);
    drop(cache.load(&user(5)).miss());
}

/// A purge that failed is remembered even where no other operation has: nothing is served before the epochs are rotated.
#[test]
fn a_purge_that_fails_alone_stops_reads() {
    let server = Server::start(&[]);
    let cache = on(RedisConfig::new(server.url()));
    recovers(&cache, 5, "old");
    server.freeze();
    assert_eq!(cache.purge(&of_user(5), None), Purged::Failed);
    server.thaw();
    wait_until(|| match cache.load(&user(5)) {
        Loaded::Uncached(_) => false,
        Loaded::Miss(_) => true,
        Loaded::Hit(entry) => panic!("stale: {entry:?}"),
    });
    assert_eq!(cache.metrics().rotations, 1);
}
