//! What only a shared store has: its layout, several processes, values that others planted.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use mizan_runtime::{CacheConfig, ConfigError, Event, Keyspace, Purged, Reason, RedisConfig, StoreConfig};

use crate::fixture::{DAY, Expect, LONG, SECRET, fill, memory, of_user, of_users, on, patient, user, waits_long};
use crate::server::Server;

#[test]
fn keys_of_a_context_share_a_slot_and_all_of_them_end() {
    let server = Server::start(&[]);
    let cache = patient(&server.url());
    fill(&cache, &user(5), "five");
    let _hold = cache.hold(&of_user(6), LONG);
    let mut names: Vec<String> = server.ask(&["KEYS", "*"]);
    names.sort();
    let entry = format!("mizan:{{user}}:entry:{:064x}", 5);
    let expected = [
        &*entry,
        "mizan:{user}:epoch",
        "mizan:{user}:gen:mz-user5",
        "mizan:{user}:gen:mz-users",
        "mizan:{user}:hold:mz-user6",
    ];
    assert_eq!(names, expected);
    for name in names {
        let left: i64 = server.ask(&["PTTL", &name]);
        assert!(left > 0, "{name} ends");
    }
}

#[test]
fn a_purge_of_one_process_is_one_of_all() {
    let server = Server::start(&[]);
    let (one, other) = (patient(&server.url()), patient(&server.url()));
    fill(&one, &user(5), "five");
    assert_eq!(other.load(&user(5)).hit(), "five");
    let late = other.load(&user(6)).miss();
    let hold = one.hold(&of_user(5), LONG);
    assert_eq!(other.load(&user(5)).uncached(), Reason::Held);
    assert_eq!(one.purge(&[of_user(5), of_user(6)].concat(), Some(hold)), Purged::Done);
    other.store(late, b"old", DAY);
    let _ = other.load(&user(5)).miss();
    let _ = one.load(&user(6)).miss();
}

#[test]
fn applications_of_different_prefixes_share_nothing() {
    let server = Server::start(&[]);
    let one = patient(&server.url());
    let other = on(RedisConfig { prefix: "other".to_owned(), ..waits_long(&server.url()) });
    fill(&one, &user(5), "five");
    let _ = other.load(&user(5)).miss();
    assert_eq!(other.purge(&of_users(), None), Purged::Done);
    assert_eq!(one.load(&user(5)).hit(), "five");
}

#[test]
fn listeners_hear_of_other_processes_and_of_gaps() {
    let mut server = Server::start(&[]);
    let (one, other) = (patient(&server.url()), patient(&server.url()));
    let (sender, receiver) = channel();
    let _subscription = one.subscribe(move |event| sender.send(event.clone()).unwrap());
    let subscribed = || {
        let told: (String, i64) = server.ask(&["PUBSUB", "NUMSUB", "mizan:purged"]);
        told.1 == 1
    };
    wait_until(subscribed);
    other.purge(&of_user(5), None);
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Purged(of_user(5))));
    one.purge(&of_user(6), None);
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Purged(of_user(6))), "its own once");
    let _: i64 = server.ask(&["PUBLISH", "mizan:purged", "nonsense"]);
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Everything));
    server.kill();
    server.start_again();
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Everything), "after a gap");
    assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err());
}

#[test]
fn a_large_body_is_small_on_the_wire() {
    let server = Server::start(&[]);
    let cache = patient(&server.url());
    let name = |id: u32| format!("mizan:{{user}}:entry:{id:064x}");
    fill(&cache, &user(5), &"na".repeat(4096));
    fill(&cache, &user(6), &"na".repeat(4097));
    let plain: usize = server.ask(&["STRLEN", &name(5)]);
    let packed: usize = server.ask(&["STRLEN", &name(6)]);
    assert!(plain > 8192 && packed < 1024, "{plain} and {packed} bytes");
}

#[test]
fn what_others_planted_is_a_miss() {
    let server = Server::start(&[]);
    let cache = patient(&server.url());
    let name = |id: u32| format!("mizan:{{user}}:entry:{id:064x}");
    let mut connection = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    fill(&cache, &user(5), "five");
    fill(&cache, &user(6), "six");
    let sealed: Vec<u8> = redis::cmd("GET").arg(name(5)).query(&mut connection).unwrap();
    let mut plant = |bytes: &[u8]| {
        let _: () = redis::cmd("SET").arg(name(5)).arg(bytes).query(&mut connection).unwrap();
        let corrupt = cache.metrics().corrupt;
        let _ = cache.load(&user(5)).miss();
        assert_eq!(cache.metrics().corrupt, corrupt + 1);
    };
    for place in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[place] ^= 0x10;
        plant(&flipped);
    }
    plant(&sealed[..sealed.len() - 1]);
    plant(b"");
    plant(&vec![1; 2 << 20]);
    let other: Vec<u8> = server.ask(&["GET", &name(6)]);
    plant(&other);
    let _: () = server.ask(&["DEL", &name(5)]);
    let _: i64 = server.ask(&["RPUSH", &name(5), "a list"]);
    fill(&cache, &user(5), "over the list");
    assert_eq!(cache.load(&user(5)).hit(), "over the list");
    assert_eq!(cache.load(&user(6)).hit(), "six", "the others are as they were");
}

#[test]
fn a_planted_generation_keeps_nothing_until_it_is_purged() {
    let server = Server::start(&[]);
    let cache = patient(&server.url());
    let _: () = server.ask(&["SET", "mizan:{user}:gen:mz-user5", "short"]);
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Unavailable);
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    fill(&cache, &user(5), "five");
    assert_eq!(cache.load(&user(5)).hit(), "five");
}

#[test]
fn another_secret_makes_misses() {
    let server = Server::start(&[]);
    fill(&patient(&server.url()), &user(5), "five");
    let config = CacheConfig::new(StoreConfig::Redis(waits_long(&server.url())), [8; 32]);
    let other = mizan_runtime::Cache::new(&config).unwrap();
    let _ = other.load(&user(5)).miss();
    assert_eq!(other.metrics().corrupt, 1);
}

#[test]
fn a_connection_that_was_hung_up_on_is_no_failure() {
    let server = Server::start(&[]);
    let cache = patient(&server.url());
    fill(&cache, &user(5), "five");
    let _: i64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
    assert_eq!(cache.load(&user(5)).hit(), "five");
    let _: i64 = server.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    assert_eq!(cache.metrics().opened, 0);
}

#[test]
fn with_leases_one_process_fills_for_all() {
    let server = Server::start(&[]);
    let leased = || on(RedisConfig { lease: Some(Duration::from_secs(20)), ..waits_long(&server.url()) });
    let (one, other) = (leased(), leased());
    let fill = one.load(&user(5)).miss();
    let (sender, receiver) = channel();
    other.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err(), "it waits");
    one.store(fill, b"five", DAY);
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").hit(), "five");
    // One that is given up is given back.
    drop(one.load(&user(6)).miss());
    wait_until(|| server.ask::<Vec<String>>(&["KEYS", "*lease*"]).is_empty());
    let _ = other.load(&user(6)).miss();
}

#[test]
fn nobody_waits_for_a_lease_from_before_a_purge_or_for_longer_than_it_lasts() {
    let server = Server::start(&[]);
    let leased = |time| on(RedisConfig { lease: Some(time), ..waits_long(&server.url()) });
    let (one, other) = (leased(LONG), leased(Duration::from_millis(200)));
    let stuck = one.load(&user(5)).miss();
    assert_eq!(other.load(&user(5)).uncached(), Reason::Leased);
    assert_eq!(one.purge(&of_user(5), None), Purged::Done);
    fill(&other, &user(5), "new");
    one.store(stuck, b"old", DAY);
    let _ = other.load(&user(5)).miss();
}

#[test]
fn what_cannot_be_set_up_does_not_start() {
    let refused = |config: &CacheConfig| mizan_runtime::Cache::new(config).expect_err("it does not start");
    let redis = |redis| CacheConfig::new(StoreConfig::Redis(redis), SECRET);
    let short = CacheConfig::new(StoreConfig::Memory { bytes: 1 << 20 }, [7; 31]);
    assert_eq!(refused(&short), ConfigError::ShortSecret);
    assert_eq!(refused(&CacheConfig::new(StoreConfig::Memory { bytes: 0 }, SECRET)), ConfigError::NoRoom);
    for url in ["", "localhost", "http://localhost", "redis://", "redis://local host"] {
        assert_eq!(refused(&redis(RedisConfig::new(url))), ConfigError::Url, "{url:?}");
    }
    for prefix in ["", "a{b", "a}b", "a b", "é"] {
        let config = RedisConfig { prefix: prefix.to_owned(), ..RedisConfig::new("redis://localhost") };
        assert_eq!(refused(&redis(config)), ConfigError::Prefix, "{prefix:?}");
    }
    let shown = format!("{:?}", redis(RedisConfig::new("redis://me:hush@localhost")));
    assert!(!shown.contains("hush") && !shown.contains("7, 7"), "no secret is shown: {shown}");
}

#[test]
fn memory_is_bounded_by_bytes_and_keeps_what_is_read() {
    let cache = memory(1 << 20);
    let body = "x".repeat(1000);
    // Under one tag: looking for one entry costs none of the others its generation.
    let key = |id| Keyspace { tags: vec!["mz-users".to_owned()], ..user(id) };
    fill(&cache, &key(0), &body);
    for id in 1..3000 {
        fill(&cache, &key(id), &body);
        assert_eq!(cache.load(&key(0)).hit(), body, "what is read again and again stays");
    }
    let kept = (0..3000).filter(|id| matches!(cache.load(&key(*id)), mizan_runtime::Loaded::Hit(_))).count();
    assert!(kept * 1000 < 1 << 20 && kept > 300, "{kept} entries");
}

#[test]
fn memory_is_bounded_for_generations_too() {
    let cache = memory(1 << 20);
    fill(&cache, &user(0), "zero");
    for id in 1..20_000 {
        drop(cache.load(&user(id)).miss());
        assert_eq!(cache.load(&user(0)).hit(), "zero", "what is read again and again stays");
    }
}

#[track_caller]
pub fn wait_until(mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < LONG, "it does not come");
        thread::sleep(Duration::from_millis(5));
    }
}
