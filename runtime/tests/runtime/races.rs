//! Every interleaving of readers, writers, purgers, evictors and restarters on the memory store.
//!
//! The cache is the real one. At each of its pause points, and between the steps of the actors, any other actor may go
//! on; shuttle tries all orders there are, one after the other. What holds in each of them: no read that began after a
//! purge returned sees data from before it. The controls do one thing in the wrong order, and must be found out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mizan_runtime::{Cache, CacheConfig, Loaded, Pauses, StoreConfig, Tag};
use shuttle::scheduler::{DfsScheduler, RandomScheduler};
use shuttle::{Config, Runner, thread};

use crate::fixture::{DAY, SECRET, of_user, of_users, user};

/// Two users, what is true of them, and what a reader that starts now must see at least.
struct World {
    cache: Cache,
    truth: [AtomicU64; 2],
    floor: [AtomicU64; 2],
    stale: AtomicU64,
}

#[derive(Clone, Copy)]
enum Actor {
    Reader(usize),
    /// The control: runs its function first, and asks for generations then.
    LateReader(usize),
    /// Reads and then gives up what it should fill.
    Quitter(usize),
    /// Holds, commits, purges; of one user or of both.
    Mutation(&'static [usize]),
    /// Commits and purges, without a hold.
    Writer(&'static [usize]),
    /// The control: purges before it commits.
    EarlyPurger(usize),
    /// Commits and dies: its hold stays.
    Victim(usize),
    /// Loses a generation, the epoch, and an entry.
    Evictor(usize),
    Restarter,
}

impl World {
    fn new() -> Arc<Self> {
        let mut config = CacheConfig::new(StoreConfig::Memory { bytes: 1 << 14 }, SECRET);
        config.pauses = Some(Pauses::new(|_| thread::yield_now()));
        Arc::new(Self {
            cache: Cache::new(&config).unwrap(),
            truth: Default::default(),
            floor: Default::default(),
            stale: AtomicU64::new(0),
        })
    }

    fn act(self: &Arc<Self>, actor: Actor) {
        match actor {
            Actor::Reader(id) => self.read(id),
            Actor::LateReader(id) => {
                let version = self.truth[id].load(Ordering::SeqCst);
                if let Loaded::Miss(fill) = self.cache.load(&user(id as u32)) {
                    self.cache.store(fill, version.to_string().as_bytes(), DAY);
                }
            }
            Actor::Quitter(id) => self.cache.load_then(user(id as u32), drop),
            Actor::Mutation(ids) => {
                let hold = self.cache.hold(&tags(ids), Duration::from_hours(1));
                thread::yield_now();
                let committed = self.commit(ids);
                self.cache.purge(&tags(ids), Some(hold));
                self.raise(&committed);
            }
            Actor::Writer(ids) => {
                let committed = self.commit(ids);
                self.cache.purge(&tags(ids), None);
                self.raise(&committed);
            }
            Actor::EarlyPurger(id) => {
                self.cache.purge(&tags(&[id]), None);
                thread::yield_now();
                let committed = self.commit(&[id]);
                self.raise(&committed);
            }
            Actor::Victim(id) => {
                let hold = self.cache.hold(&tags(&[id]), Duration::from_hours(1));
                thread::yield_now();
                let committed = self.commit(&[id]);
                // From here on every reader meets the hold: what is true is what they see.
                self.raise(&committed);
                drop(hold);
            }
            Actor::Evictor(id) => {
                self.cache.evict_generation("user", &user(id as u32).tags[1]);
                thread::yield_now();
                self.cache.evict_entry(&user(id as u32));
            }
            Actor::Restarter => drop(self.cache.restart()),
        }
    }

    fn read(self: &Arc<Self>, id: usize) {
        let floor = self.floor[id].load(Ordering::SeqCst);
        let world = Arc::clone(self);
        // Never the blocking form: whoever waits for a flight would keep shuttle from going on.
        self.cache.load_then(user(id as u32), move |loaded| {
            let version = match loaded {
                Loaded::Hit(entry) => std::str::from_utf8(&entry.body).unwrap().parse().unwrap(),
                Loaded::Miss(fill) => {
                    let version = world.truth[id].load(Ordering::SeqCst);
                    world.cache.store(fill, version.to_string().as_bytes(), DAY);
                    version
                }
                Loaded::Uncached(_) => world.truth[id].load(Ordering::SeqCst),
            };
            if version < floor {
                world.stale.fetch_add(1, Ordering::SeqCst);
            }
        });
    }

    /// What is true of each of them from here on.
    fn commit(&self, ids: &[usize]) -> Vec<(usize, u64)> {
        ids.iter().map(|id| (*id, self.truth[*id].fetch_add(1, Ordering::SeqCst) + 1)).collect()
    }

    /// Whoever starts now sees at least what was committed before the purge that has returned.
    fn raise(&self, committed: &[(usize, u64)]) {
        for (id, version) in committed {
            self.floor[*id].fetch_max(*version, Ordering::SeqCst);
        }
    }
}

fn tags(ids: &[usize]) -> Vec<Tag> {
    match ids {
        [one] => of_user(*one as u32),
        _ => of_users(),
    }
}

/// Runs the actors at once, and then reads everything once more.
fn play(actors: &[Actor]) {
    let world = World::new();
    // The last of them acts on this thread: one thread less makes a third of the orders.
    let (last, others) = actors.split_last().unwrap();
    let running: Vec<_> = others
        .iter()
        .map(|actor| {
            let (world, actor) = (Arc::clone(&world), *actor);
            thread::spawn(move || world.act(actor))
        })
        .collect();
    // To spawn a thread is no point at which another one goes on.
    thread::yield_now();
    world.act(*last);
    for thread in running {
        thread.join().unwrap();
    }
    for id in [0, 1, 0, 1] {
        world.read(id);
    }
    assert_eq!(world.stale.load(Ordering::SeqCst), 0, "a stale read");
}

/// More orders than any cast here has: a search that ends at this was none of all.
const MOST: usize = 400_000;

/// All orders that there are; how many.
fn every(actors: &'static [Actor]) -> usize {
    let orders = Runner::new(DfsScheduler::new(Some(MOST), false), Config::new()).run(move || play(actors));
    assert!(orders < MOST, "that was not all of them");
    orders
}

/// Many orders, the same ones each time, for casts of which there are too many. Any actor may go on at any point: a scheduler
/// that goes by priorities puts back whoever yields, which is what each pause point does, and so tries next to none.
fn many(actors: &'static [Actor]) {
    let scheduler = RandomScheduler::new_from_seed(20, 3000);
    Runner::new(scheduler, Config::new()).run(move || play(actors));
}

use Actor::{EarlyPurger, Evictor, LateReader, Mutation, Quitter, Reader, Restarter, Victim, Writer};

#[test]
fn readers_and_a_mutation() {
    let orders = every(&[Reader(0), Reader(0), Mutation(&[0])]);
    assert!(orders > 1000, "{orders} orders");
}

#[test]
fn readers_and_a_writer_without_a_hold() {
    every(&[Reader(0), Reader(0), Writer(&[0])]);
}

#[test]
fn a_reader_and_two_mutations() {
    every(&[Reader(0), Mutation(&[0]), Mutation(&[0, 1])]);
}

#[test]
fn a_reader_a_writer_and_an_evictor() {
    every(&[Reader(0), Writer(&[0]), Evictor(0)]);
}

#[test]
fn a_reader_a_mutation_an_evictor_and_a_restarter() {
    every(&[Reader(0), Writer(&[0]), Evictor(0), Restarter]);
}

#[test]
fn a_reader_a_mutation_and_a_restarter() {
    every(&[Reader(0), Mutation(&[0]), Restarter]);
}

#[test]
fn readers_of_two_keys_and_a_broad_writer() {
    every(&[Reader(0), Reader(1), Writer(&[0, 1])]);
}

#[test]
fn a_reader_a_quitter_and_a_writer() {
    every(&[Reader(0), Quitter(0), Writer(&[0])]);
}

#[test]
fn a_reader_and_a_mutation_that_dies() {
    every(&[Reader(0), Reader(0), Victim(0)]);
}

#[test]
fn all_of_them_at_once() {
    many(&[Reader(0), Reader(0), Reader(1), Mutation(&[0, 1]), Writer(&[0]), Evictor(0), Restarter]);
    many(&[Reader(0), Reader(0), Quitter(0), Mutation(&[0]), Mutation(&[0]), Writer(&[0, 1]), Evictor(1)]);
}

#[test]
#[should_panic(expected = "a stale read")]
fn a_reader_that_asks_for_generations_after_its_function_is_found_out() {
    every(&[LateReader(0), Writer(&[0])]);
}

#[test]
#[should_panic(expected = "a stale read")]
fn a_purge_before_its_commit_is_found_out() {
    every(&[Reader(0), EarlyPurger(0)]);
}
