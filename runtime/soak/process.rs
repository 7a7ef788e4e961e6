//! One process of the soak: its readers, its writer, and what they saw.

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use mizan_runtime::{Cache, CacheConfig, Keyspace, Loaded, Purged, RedisConfig, StoreConfig, Tag};

use crate::truth::Truth;

const THINGS: u32 = 4;
const DAY: Duration = Duration::from_hours(24);

/// What was seen, by all readers and writers.
#[derive(Default)]
pub struct Counts {
    pub reads: u64,
    pub hits: u64,
    pub filled: u64,
    pub uncached: u64,
    pub writes: u64,
    pub failed: u64,
    pub stale: u64,
}

impl Counts {
    /// Counts as a process writes them.
    pub fn read(line: &str) -> Option<Self> {
        let numbers: Vec<u64> = line.split_whitespace().map_while(|word| word.parse().ok()).collect();
        let [reads, hits, filled, uncached, writes, failed, stale] = numbers[..] else { return None };
        Some(Self { reads, hits, filled, uncached, writes, failed, stale })
    }

    fn write(&self) -> String {
        let Self { reads, hits, filled, uncached, writes, failed, stale } = self;
        format!("{reads} {hits} {filled} {uncached} {writes} {failed} {stale}")
    }

    /// Adds those of another process.
    pub fn add(&mut self, other: &Self) {
        self.reads += other.reads;
        self.hits += other.hits;
        self.filled += other.filled;
        self.uncached += other.uncached;
        self.writes += other.writes;
        self.failed += other.failed;
        self.stale += other.stale;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reads, hits, filled, uncached, writes, failed, stale } = self;
        write!(
            out,
            "{writes} writes ({failed} purges failed), {reads} reads: {hits} hits, {filled} filled, {uncached} uncached, \
             {stale} stale"
        )
    }
}

#[derive(Default)]
struct Seen {
    reads: AtomicU64,
    hits: AtomicU64,
    filled: AtomicU64,
    uncached: AtomicU64,
    stale: AtomicU64,
}

/// Reads, and writes where it is told to, until a line comes on its input.
pub fn run(url: &str, truth: &Truth, options: &[&str]) {
    let freezes = options.contains(&"--freezes");
    let cache = cache(url, options);
    let (seen, ends) = (Seen::default(), AtomicBool::new(false));
    let (mut writes, mut failed) = (0, 0);
    thread::scope(|scope| {
        for reader in 0..2 {
            let (cache, seen, ends) = (&cache, &seen, &ends);
            scope.spawn(move || {
                let mut chance = Chance(u64::from(std::process::id()) << 8 | reader);
                while !ends.load(Ordering::SeqCst) {
                    look(cache, truth, seen, &mut chance);
                    sleep(Duration::from_micros(500));
                }
            });
        }
        let mutations = options.contains(&"--writes").then(|| {
            let (cache, ends) = (&cache, &ends);
            scope.spawn(move || write(cache, truth, ends, !options.contains(&"--without-purge"), freezes))
        });
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        ends.store(true, Ordering::SeqCst);
        if let Some(mutations) = mutations {
            (writes, failed) = mutations.join().unwrap();
        }
    });
    let counts = Counts {
        reads: seen.reads.into_inner(),
        hits: seen.hits.into_inner(),
        filled: seen.filled.into_inner(),
        uncached: seen.uncached.into_inner(),
        writes,
        failed,
        stale: seen.stale.into_inner(),
    };
    println!("{}", counts.write());
}

/// One read, as a host makes it. Its function takes a while, and reads the truth at its start.
fn look(cache: &Cache, truth: &Truth, seen: &Seen, chance: &mut Chance) {
    let id = chance.below(u64::from(THINGS)) as u32;
    let floor = truth.floor(id);
    seen.reads.fetch_add(1, Ordering::Relaxed);
    let function = |chance: &mut Chance| {
        let version = truth.version(id);
        sleep(Duration::from_micros(chance.below(3000)));
        version
    };
    let version = match cache.load(&key(id)) {
        Loaded::Hit(entry) => {
            seen.hits.fetch_add(1, Ordering::Relaxed);
            std::str::from_utf8(&entry.body).unwrap().parse().unwrap()
        }
        Loaded::Miss(fill) => {
            seen.filled.fetch_add(1, Ordering::Relaxed);
            let version = function(chance);
            cache.store(fill, version.to_string().as_bytes(), DAY);
            version
        }
        Loaded::Uncached(_) => {
            seen.uncached.fetch_add(1, Ordering::Relaxed);
            function(chance)
        }
    };
    if version < floor {
        seen.stale.fetch_add(1, Ordering::Relaxed);
    }
}

/// A mutation every 10 ms, until the end: how many there were, and how many purges failed. Every other one holds, every
/// fifth purges all things at once.
fn write(cache: &Cache, truth: &Truth, ends: &AtomicBool, purges: bool, freezes: bool) -> (u64, u64) {
    let (mut writes, mut failed) = (0, 0);
    while !ends.load(Ordering::SeqCst) {
        writes += 1;
        let id = writes as u32 % THINGS;
        let tags = if writes % 5 == 0 { vec![("thing".to_owned(), "mz-all".to_owned())] } else { tags(id) };
        let hold = (purges && writes % 2 == 0).then(|| cache.hold(&tags, Duration::from_secs(5)));
        truth.commit(id, writes);
        if purges && cache.purge(&tags, hold) == Purged::Failed {
            failed += 1;
        }
        // A process whose purge failed serves uncached; the others are told by the next rotation, and not before. Where the
        // server is only slow, none is to fail.
        if failed == 0 || freezes {
            truth.raise(id, writes);
        }
        sleep(Duration::from_millis(10));
    }
    (writes, failed)
}

/// A mutation that commits, says so and never comes to its purge.
pub fn mutate(url: &str, truth: &Truth, options: &[&str]) {
    let cache = cache(url, options);
    let hold = (!options.contains(&"--without-hold")).then(|| cache.hold(&tags(0), Duration::from_millis(1500)));
    truth.commit(0, truth.version(0) + 1);
    println!("committed");
    let _ = std::io::stdout().flush();
    sleep(Duration::from_mins(10));
    drop(hold);
}

fn cache(url: &str, options: &[&str]) -> Cache {
    let usual = RedisConfig::new(url);
    // Whoever does not ask the store sees nothing stale: readers are soon back, and a writer when hosts are.
    let probe = if options.contains(&"--reads") { Duration::from_millis(50) } else { usual.probe };
    let hurried = RedisConfig { probe, ..usual.clone() };
    let wait = Duration::from_secs(5);
    let redis = if options.contains(&"--impatient") {
        RedisConfig { patience: Duration::ZERO, ..hurried }
    } else if options.contains(&"--freezes") {
        // The limits of reads that hosts have. How long a mutation waits has room for a machine that is busy as well.
        RedisConfig { patience: wait, ..hurried }
    } else {
        // A machine that runs all of this at once is late now and then; the limits are not what is soaked.
        RedisConfig { connect: wait, operation: wait, ..usual }
    };
    Cache::new(&CacheConfig::new(StoreConfig::Redis(redis), [7; 32])).unwrap()
}

/// Where a thing is kept.
pub fn key(id: u32) -> Keyspace {
    let tags = vec!["mz-all".to_owned(), format!("mz-{id}")];
    Keyspace { context: "thing".to_owned(), entry: format!("ctx:thing:{id:064x}"), tags }
}

fn tags(id: u32) -> Vec<Tag> {
    vec![("thing".to_owned(), format!("mz-{id}"))]
}

/// Numbers without a pattern that matters (xorshift).
pub struct Chance(pub u64);

impl Chance {
    /// One of so many, from zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
