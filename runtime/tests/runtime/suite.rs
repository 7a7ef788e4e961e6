//! What every store does: the whole suite runs on each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use mizan_runtime::{Event, Keyspace, Loaded, Purged, Reason};

use crate::fixture::{DAY, Expect, Fixture, LONG, fill, of_user, of_users, user};

/// What a store of this process knows without waiting is what a load would find.
#[test]
fn what_is_current_is_there_at_once() {
    let Fixture { cache, .. } = &Fixture::memory();
    let current = |id: u32| {
        let Keyspace { context, entry, tags } = user(id);
        cache.current(&context, &entry, &tags).map(|entry| String::from_utf8(entry.body.to_vec()).unwrap())
    };
    assert_eq!(current(5), None);
    fill(cache, &user(5), "five");
    let hits = cache.metrics().hits;
    assert_eq!(current(5).as_deref(), Some("five"));
    assert_eq!(cache.metrics().hits, hits + 1);
    let Keyspace { context, entry, tags } = user(5);
    assert!(cache.current(&context, &entry, &tags[..1]).is_none(), "with fewer tags");
    assert!(cache.current("users", &entry, &tags).is_none(), "of another context");

    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    assert_eq!(current(5), None, "after a purge");
    fill(cache, &user(5), "six");
    let hold = cache.hold(&of_users(), LONG);
    assert_eq!(current(5), None, "while one of its tags is held");
    cache.lift(hold);
    fill(cache, &user(5), "seven");
    assert_eq!(current(5).as_deref(), Some("seven"));
    let hold = cache.hold(&of_user(6), LONG);
    assert_eq!(current(5), None, "it is not asked whose the hold is");
    assert_eq!(cache.load(&user(5)).hit(), "seven");
    cache.lift(hold);
    assert!(cache.evict_epoch("user"));
    assert_eq!(current(5), None, "without its epoch");
    let fill = cache.load(&user(7)).miss();
    assert!(cache.store(fill, b"short", Duration::from_millis(1)));
    thread::sleep(Duration::from_millis(20));
    assert_eq!(current(7), None, "after its time");
}

macro_rules! suite {
    ($($name:ident,)*) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&super::Fixture::memory()); })*
        }
        mod redis {
            $(#[test] fn $name() { super::$name(&super::Fixture::redis()); })*
        }
    };
}

suite! {
    what_is_stored_is_found,
    a_purge_takes_what_has_the_tag_and_nothing_else,
    a_broad_purge_takes_all,
    tags_of_one_name_in_two_contexts_are_two,
    a_fill_from_before_a_purge_is_never_found,
    an_entry_over_another_is_found_instead,
    a_bundle_without_tags_is_kept,
    an_entry_ends_with_its_time,
    no_time_is_no_entry,
    a_body_of_the_largest_size_is_kept_and_one_more_is_not,
    a_large_body_comes_back_as_it_was,
    a_hold_makes_readers_run_uncached,
    a_hold_takes_what_was_kept,
    a_hold_of_another_tag_is_nothing,
    the_last_of_several_holds_lifts_it,
    a_purge_keeps_the_holds_of_others,
    a_hold_that_nobody_lifts_runs_out,
    a_dropped_hold_stays,
    a_fill_from_before_a_hold_is_never_found,
    a_lost_generation_is_a_miss_for_ever,
    a_lost_epoch_is_a_miss_for_ever,
    a_lost_entry_is_a_miss,
    a_fill_from_before_a_restart_is_never_found,
    concurrent_misses_fill_once,
    an_abandoned_fill_lets_others_load,
    a_reader_after_a_purge_does_not_join_an_older_flight,
    a_body_too_large_to_keep_still_reaches_those_who_wait,
    forms_with_callbacks_do_the_same,
    a_waiter_with_a_callback_hears_of_the_fill,
    a_callback_that_panics_is_nobodys_matter,
    listeners_hear_of_purges_until_they_leave,
    nothing_is_purged_and_nothing_happens,
    everything_is_counted,
    a_family_changes_only_from_what_was_read,
    a_family_ends_with_its_time,
}

fn what_is_stored_is_found(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    assert_eq!(cache.load(&user(5)).hit(), "five");
    let Loaded::Hit(entry) = cache.load(&user(5)) else { panic!("a hit") };
    // The first half of the SHA-256 of `five`, by sha256sum.
    assert_eq!(entry.etag, "\"222b0bd51fcef7e65c2e62db2ed65457\"");
    let _ = cache.load(&user(6)).miss();
}

fn a_purge_takes_what_has_the_tag_and_nothing_else(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    fill(cache, &user(6), "six");
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    fill(cache, &user(5), "five, again");
    assert_eq!(cache.load(&user(5)).hit(), "five, again");
    assert_eq!(cache.load(&user(6)).hit(), "six");
}

fn a_broad_purge_takes_all(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    fill(cache, &user(6), "six");
    assert_eq!(cache.purge(&of_users(), None), Purged::Done);
    let _ = cache.load(&user(5)).miss();
    let _ = cache.load(&user(6)).miss();
}

fn tags_of_one_name_in_two_contexts_are_two(Fixture { cache, .. }: &Fixture) {
    let key = |context: &str| Keyspace {
        context: context.to_owned(),
        entry: format!("ctx:{context}:00"),
        tags: vec!["mz-a".to_owned()],
    };
    fill(cache, &key("user"), "user");
    fill(cache, &key("shop"), "shop");
    assert_eq!(cache.purge(&[("user".to_owned(), "mz-a".to_owned())], None), Purged::Done);
    let _ = cache.load(&key("user")).miss();
    assert_eq!(cache.load(&key("shop")).hit(), "shop");
}

fn a_fill_from_before_a_purge_is_never_found(Fixture { cache, .. }: &Fixture) {
    let old = cache.load(&user(5)).miss();
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    cache.store(old, b"old", DAY);
    let new = cache.load(&user(5)).miss();
    let old = cache.load(&user(6)).miss();
    cache.store(new, b"new", DAY);
    assert_eq!(cache.purge(&of_users(), None), Purged::Done);
    cache.store(old, b"old", DAY);
    let _ = cache.load(&user(5)).miss();
    let _ = cache.load(&user(6)).miss();
}

fn an_entry_over_another_is_found_instead(Fixture { cache, .. }: &Fixture) {
    let first = cache.load(&user(5)).miss();
    assert!(cache.purge(&of_user(5), None) == Purged::Done);
    fill(cache, &user(5), "new");
    // The late one takes its place in the store, and is no entry of these generations: it is a miss, never old data.
    cache.store(first, b"old", DAY);
    let _ = cache.load(&user(5)).miss();
}

fn a_bundle_without_tags_is_kept(Fixture { cache, .. }: &Fixture) {
    let key = Keyspace { tags: Vec::new(), ..user(5) };
    fill(cache, &key, "five");
    assert_eq!(cache.load(&key).hit(), "five");
}

fn an_entry_ends_with_its_time(Fixture { cache, .. }: &Fixture) {
    let fill = cache.load(&user(5)).miss();
    assert!(cache.store(fill, b"five", Duration::from_millis(30)));
    thread::sleep(Duration::from_millis(60));
    let _ = cache.load(&user(5)).miss();
}

fn no_time_is_no_entry(Fixture { cache, .. }: &Fixture) {
    let fill = cache.load(&user(5)).miss();
    assert!(!cache.store(fill, b"five", Duration::ZERO));
    let _ = cache.load(&user(5)).miss();
}

fn a_body_of_the_largest_size_is_kept_and_one_more_is_not(Fixture { cache, .. }: &Fixture) {
    let largest = "x".repeat(1 << 20);
    fill(cache, &user(5), &largest);
    assert_eq!(cache.load(&user(5)).hit(), largest);
    let fill = cache.load(&user(6)).miss();
    assert!(!cache.store(fill, format!("{largest}x").as_bytes(), DAY));
    let _ = cache.load(&user(6)).miss();
    assert_eq!(cache.metrics().too_large, 1);
}

fn a_large_body_comes_back_as_it_was(Fixture { cache, .. }: &Fixture) {
    for (id, length) in [(1, 8 << 10), (2, (8 << 10) + 1), (3, 100_000)] {
        // Words that repeat now and then, as JSON does.
        let body: String = (0_u64..)
            .map(|n| format!("\"{}\":", n * n % 977))
            .flat_map(|word| word.chars().collect::<Vec<_>>())
            .take(length)
            .collect();
        fill(cache, &user(id), &body);
        assert_eq!(cache.load(&user(id)).hit(), body);
    }
}

fn a_hold_makes_readers_run_uncached(Fixture { cache, .. }: &Fixture) {
    let hold = cache.hold(&of_user(5), LONG);
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
    fill(cache, &user(6), "six");
    cache.lift(hold);
    fill(cache, &user(5), "five");
    assert_eq!(cache.load(&user(5)).hit(), "five");
}

fn a_hold_takes_what_was_kept(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    let hold = cache.hold(&of_user(5), LONG);
    cache.lift(hold);
    let _ = cache.load(&user(5)).miss();
}

fn a_hold_of_another_tag_is_nothing(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    let hold = cache.hold(&of_user(6), LONG);
    assert_eq!(cache.load(&user(5)).hit(), "five");
    assert_eq!(cache.purge(&of_user(6), Some(hold)), Purged::Done);
    assert_eq!(cache.load(&user(5)).hit(), "five");
}

fn the_last_of_several_holds_lifts_it(Fixture { cache, .. }: &Fixture) {
    let first = cache.hold(&of_user(5), LONG);
    let second = cache.hold(&[of_users(), of_user(5)].concat(), LONG);
    assert_eq!(cache.purge(&of_user(5), Some(first)), Purged::Done);
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
    assert_eq!(cache.load(&user(6)).uncached(), Reason::Held);
    assert_eq!(cache.purge(&of_user(5), Some(second)), Purged::Done);
    let _ = cache.load(&user(5)).miss();
    let _ = cache.load(&user(6)).miss();
}

fn a_purge_keeps_the_holds_of_others(Fixture { cache, .. }: &Fixture) {
    let hold = cache.hold(&of_user(5), LONG);
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
    cache.lift(hold);
    let _ = cache.load(&user(5)).miss();
}

fn a_hold_that_nobody_lifts_runs_out(Fixture { cache, .. }: &Fixture) {
    let long = cache.hold(&of_user(5), Duration::from_secs(3));
    let short = cache.hold(&of_user(5), Duration::from_millis(1));
    thread::sleep(Duration::from_millis(20));
    // The longest of them counts, whichever came last.
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
    drop((long, short));
    thread::sleep(Duration::from_millis(3100));
    fill(cache, &user(5), "five");
    assert_eq!(cache.load(&user(5)).hit(), "five");
}

fn a_dropped_hold_stays(Fixture { cache, .. }: &Fixture) {
    drop(cache.hold(&of_user(5), LONG));
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
}

fn a_fill_from_before_a_hold_is_never_found(Fixture { cache, .. }: &Fixture) {
    let old = cache.load(&user(5)).miss();
    let hold = cache.hold(&of_user(5), LONG);
    cache.store(old, b"old", DAY);
    assert_eq!(cache.load(&user(5)).uncached(), Reason::Held);
    cache.lift(hold);
    let _ = cache.load(&user(5)).miss();
}

fn a_lost_generation_is_a_miss_for_ever(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "old");
    assert!(cache.evict_generation("user", "mz-users"));
    drop(cache.load(&user(5)).miss());
    let _ = cache.load(&user(5)).miss();
}

fn a_lost_epoch_is_a_miss_for_ever(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "old");
    assert!(cache.evict_epoch("user"));
    drop(cache.load(&user(5)).miss());
    let _ = cache.load(&user(5)).miss();
}

fn a_lost_entry_is_a_miss(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "old");
    assert!(cache.evict_entry(&user(5)));
    fill(cache, &user(5), "new");
    assert_eq!(cache.load(&user(5)).hit(), "new");
}

fn a_fill_from_before_a_restart_is_never_found(Fixture { cache, .. }: &Fixture) {
    let old = cache.load(&user(5)).miss();
    let hold = cache.hold(&of_user(6), LONG);
    assert!(cache.restart());
    cache.store(old, b"old", DAY);
    drop(cache.load(&user(5)).miss());
    let _ = cache.load(&user(5)).miss();
    cache.lift(hold);
    let _ = cache.load(&user(6)).miss();
}

fn concurrent_misses_fill_once(Fixture { cache, .. }: &Fixture) {
    let (runs, barrier) = (AtomicUsize::new(0), Barrier::new(8));
    // The generations are there: all readers meet the same stamp.
    drop(cache.load(&user(5)).miss());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                barrier.wait();
                match cache.load(&user(5)) {
                    Loaded::Miss(fill) => {
                        runs.fetch_add(1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(200));
                        cache.store(fill, b"five", DAY);
                    }
                    other => assert_eq!(other.hit(), "five"),
                }
            });
        }
    });
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let metrics = cache.metrics();
    assert_eq!(metrics.joined + metrics.hits, 7);
    assert!(metrics.joined > 0, "{metrics:?}");
}

fn an_abandoned_fill_lets_others_load(Fixture { cache, .. }: &Fixture) {
    let leader = cache.load(&user(5)).miss();
    let (sender, receiver) = channel();
    for _ in 0..3 {
        let sender = sender.clone();
        cache.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    }
    assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err(), "they wait");
    cache.abandon(leader);
    for _ in 0..3 {
        let fill = receiver.recv_timeout(LONG).expect("it hears").miss();
        assert!(cache.store(fill, b"five", DAY));
    }
    assert_eq!(cache.load(&user(5)).hit(), "five");
}

fn a_reader_after_a_purge_does_not_join_an_older_flight(Fixture { cache, .. }: &Fixture) {
    let old = cache.load(&user(5)).miss();
    assert_eq!(cache.purge(&of_user(5), None), Purged::Done);
    let new = cache.load(&user(5)).miss();
    cache.store(old, b"old", DAY);
    cache.store(new, b"new", DAY);
    assert_eq!(cache.load(&user(5)).hit(), "new");
}

fn a_body_too_large_to_keep_still_reaches_those_who_wait(Fixture { cache, .. }: &Fixture) {
    let leader = cache.load(&user(5)).miss();
    let (sender, receiver) = channel();
    cache.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err(), "it waits");
    cache.store(leader, &vec![b'x'; (1 << 20) + 1], DAY);
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").hit().len(), (1 << 20) + 1);
}

fn forms_with_callbacks_do_the_same(Fixture { cache, .. }: &Fixture) {
    let (sender, receiver) = channel();
    let sent = sender.clone();
    cache.load_then(user(5), move |loaded| sent.send(loaded).unwrap());
    let fill = receiver.recv_timeout(LONG).expect("it hears").miss();
    let (kept, stored) = channel();
    cache.store_then(fill, b"five", DAY, move |is_kept| kept.send(is_kept).unwrap());
    assert!(stored.recv_timeout(LONG).expect("it hears"));
    let sent = sender.clone();
    cache.load_then(user(5), move |loaded| sent.send(loaded).unwrap());
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").hit(), "five");
    let (keeper, placed) = channel();
    cache.hold_then(&of_user(5), LONG, move |hold| keeper.send(hold).unwrap());
    let hold = placed.recv_timeout(LONG).expect("it hears");
    cache.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").uncached(), Reason::Held);
    let (gone, purged) = channel();
    cache.purge_then(&of_user(5), Some(hold), move |purged| gone.send(purged).unwrap());
    assert_eq!(purged.recv_timeout(LONG).expect("it hears"), Purged::Done);
    let _ = cache.load(&user(5)).miss();
    assert!(receiver.try_recv().is_err(), "each is called once");
}

fn a_waiter_with_a_callback_hears_of_the_fill(Fixture { cache, .. }: &Fixture) {
    let leader = cache.load(&user(5)).miss();
    let (sender, receiver) = channel();
    cache.load_then(user(5), move |loaded| sender.send(loaded).unwrap());
    assert!(receiver.recv_timeout(Duration::from_millis(100)).is_err(), "it waits");
    cache.store(leader, b"five", DAY);
    assert_eq!(receiver.recv_timeout(LONG).expect("it hears").hit(), "five");
}

fn a_callback_that_panics_is_nobodys_matter(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    let (sender, receiver) = channel();
    // On the memory store it runs on this very thread, which does not hear of it either.
    let calling = cache.clone();
    let called = thread::spawn(move || {
        calling.load_then(user(5), move |loaded| {
            sender.send(loaded.hit()).unwrap();
            panic!("a callback panics");
        });
    });
    assert_eq!(receiver.recv_timeout(LONG).expect("it was called"), "five");
    receiver.recv_timeout(LONG).expect_err("and its sender went down with it");
    called.join().expect("no panic of a callback reaches a caller");
    let leader = cache.load(&user(6)).miss();
    let calling = cache.clone();
    thread::spawn(move || calling.load_then(user(6), |_| panic!("a callback panics"))).join().expect("it waits");
    thread::sleep(Duration::from_millis(100));
    assert!(cache.store(leader, b"six", DAY));
    for _ in 0..100 {
        assert_eq!(cache.load(&user(5)).hit(), "five");
        assert_eq!(cache.load(&user(6)).hit(), "six");
    }
}

fn listeners_hear_of_purges_until_they_leave(Fixture { cache, .. }: &Fixture) {
    let (sender, receiver) = channel();
    let panics = cache.subscribe(|_| panic!("a listener panics"));
    let subscription = cache.subscribe(move |event| sender.send(event.clone()).unwrap());
    cache.purge(&of_user(5), None);
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Purged(of_user(5))));
    let hold = cache.hold(&of_user(6), LONG);
    cache.lift(hold);
    cache.purge(&of_users(), None);
    assert_eq!(receiver.recv_timeout(LONG), Ok(Event::Purged(of_users())), "a hold is no purge");
    drop((subscription, panics));
    cache.purge(&of_user(5), None);
    assert!(receiver.recv_timeout(LONG).is_err(), "the listener is gone, and its sender with it");
}

fn nothing_is_purged_and_nothing_happens(Fixture { cache, .. }: &Fixture) {
    fill(cache, &user(5), "five");
    assert_eq!(cache.purge(&[], None), Purged::Done);
    let hold = cache.hold(&[], LONG);
    assert_eq!(cache.load(&user(5)).hit(), "five");
    assert_eq!(cache.purge(&[], Some(hold)), Purged::Done);
    assert_eq!(cache.metrics().purges, 0);
}

fn everything_is_counted(Fixture { cache, .. }: &Fixture) {
    let begun = Instant::now();
    fill(cache, &user(5), "five");
    let _ = cache.load(&user(5)).hit();
    let hold = cache.hold(&of_user(5), LONG);
    let _ = cache.load(&user(5)).uncached();
    cache.purge(&of_user(5), Some(hold));
    let leader = cache.load(&user(5)).miss();
    let heard = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&heard);
    cache.load_then(user(5), move |_| {
        counts.fetch_add(1, Ordering::SeqCst);
    });
    thread::sleep(Duration::from_millis(100));
    cache.store(leader, b"five", DAY);
    while heard.load(Ordering::SeqCst) == 0 && begun.elapsed() < LONG {
        thread::yield_now();
    }
    let expected =
        mizan_runtime::Metrics { hits: 1, misses: 2, joined: 1, held: 1, stored: 2, purges: 1, ..Default::default() };
    assert_eq!(cache.metrics(), expected);
}

fn a_family_changes_only_from_what_was_read(Fixture { cache, .. }: &Fixture) {
    assert_eq!(cache.family("refresh:1"), Ok(None));
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(false), "nothing was there");
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", LONG), Ok(true));
    assert_eq!(cache.replace_family("refresh:1", None, "live:9", LONG), Ok(false), "something was there");
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(true));
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:3", LONG), Ok(false), "another use came first");
    assert_eq!(cache.replace_family("refresh:1", Some("live:1"), "live:2", LONG), Ok(true), "the same use once more");
    assert_eq!(cache.family("refresh:1"), Ok(Some("live:2".to_owned())));
    assert_eq!(cache.family("refresh:2"), Ok(None), "another family");
}

fn a_family_ends_with_its_time(Fixture { cache, .. }: &Fixture) {
    assert_eq!(cache.replace_family("refresh:1", None, "live:1", Duration::from_millis(60)), Ok(true));
    thread::sleep(Duration::from_millis(150));
    assert_eq!(cache.family("refresh:1"), Ok(None));
}
