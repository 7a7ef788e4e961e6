//! The store in this process: bounded by bytes, evicting by recency and frequency.
//!
//! Entries and generations are bounded apart, so that a flood of entries does not push out what makes the others
//! reachable. Holds are few and short, and are not evicted; families of refresh tokens have a bound of their own.

use std::collections::{HashMap, hash_map};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mizan_core::cache::entry::{Entry, Generation, Stamp};
use quick_cache::sync::Cache;
use quick_cache::{OptionsBuilder, Weighter, sync::DefaultLifecycle};
use rustc_hash::FxBuildHasher;

use super::families::{self, Families};
use super::{Done, FamilyChange, Fresh, Look, Store};
use crate::bus::Listeners;
use crate::config::ConfigError;
use crate::{Keyspace, Tag};

pub(crate) struct MemoryStore {
    /// By names that end in a MAC: nobody without its key makes some that fall together, and a hash that withstands such names
    /// would only take longer.
    entries: Cache<String, Arc<Timed>, Bytes, FxBuildHasher>,
    /// By the context and the tag; by the context alone its epoch.
    generations: Cache<String, Generation, Bytes>,
    /// How often generations were taken away. An entry that was current is so until the next time.
    removals: AtomicU64,
    /// By the context and the tag: who holds it, and until when.
    holds: Mutex<Holds>,
    /// How many tags are held, so that readers need no lock where none is.
    held: AtomicUsize,
    families: Mutex<Families>,
    listeners: Arc<Listeners>,
}

type Holds = HashMap<String, Vec<(String, Instant)>>;

struct Timed {
    /// What it is kept under.
    key: Arc<Keyspace>,
    entry: Arc<Entry>,
    /// By the monotonic clock: no change of the time of day makes an entry older or younger.
    until: Instant,
    /// As many removals had there been when it was last found to be current under its own tags, and one more; zero where it
    /// was not yet.
    current_at: AtomicU64,
}

/// What something kept weighs: its bytes, and what the tables need beside them.
#[derive(Clone)]
struct Bytes;

const OVERHEAD: usize = 160;

impl Weighter<String, Arc<Timed>> for Bytes {
    fn weight(&self, key: &String, value: &Arc<Timed>) -> u64 {
        let Timed { key: held, entry, .. } = &**value;
        let names =
            key.len() + held.entry.len() + held.context.len() + held.tags.iter().map(String::len).sum::<usize>();
        (OVERHEAD + names + entry.body.len() + (16 + size_of::<String>()) * entry.stamp.generations.len()) as u64
    }
}

impl Weighter<String, Generation> for Bytes {
    fn weight(&self, key: &String, _: &Generation) -> u64 {
        (OVERHEAD + key.len()) as u64
    }
}

impl MemoryStore {
    /// A store of at most so many bytes, a quarter of them for generations.
    pub(crate) fn new(bytes: u64) -> Result<Self, ConfigError> {
        let small = bytes / 4;
        Ok(Self {
            entries: bounded(bytes - small, 4096)?,
            generations: bounded(small.max(1), 200)?,
            holds: Mutex::default(),
            removals: AtomicU64::new(0),
            held: AtomicUsize::new(0),
            families: Mutex::new(Families::new(families::MOST)),
            listeners: Arc::default(),
        })
    }

    fn read(&self, key: &Keyspace, entry: Option<Arc<Entry>>) -> Look {
        let generations = key.tags.iter().map(|tag| self.generations.get(&name(&key.context, tag))).collect();
        let epoch = self.generations.get(key.context.as_str());
        Look { entry, held: self.is_held(key), generations, epoch }
    }

    fn is_held(&self, key: &Keyspace) -> bool {
        if self.held.load(Ordering::SeqCst) == 0 {
            return false;
        }
        let holds = self.holds();
        let now = Instant::now();
        let held = |tag: &String| {
            let tokens = holds.get(&name(&key.context, tag));
            tokens.is_some_and(|tokens| tokens.iter().any(|(_, until)| *until > now))
        };
        key.tags.iter().any(held)
    }

    /// Whether nothing has made the entry stale, by its generations.
    fn is_current(&self, entry: &Entry, context: &str, tags: &[String]) -> bool {
        let Stamp { generations, epoch } = &entry.stamp;
        let mut held = String::new();
        let mut is_current = |(tag, generation): (&String, &Generation)| {
            write_name(&mut held, context, tag);
            self.generations.get(held.as_str()).as_ref() == Some(generation)
        };
        tags.len() == generations.len()
            && tags.iter().zip(generations).all(&mut is_current)
            && self.generations.get(context).as_ref() == Some(epoch)
    }

    fn holds(&self) -> MutexGuard<'_, Holds> {
        // Nothing in there can be half done.
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn families(&self) -> MutexGuard<'_, Families> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, tags: &[Tag]) {
        for (context, tag) in tags {
            self.generations.remove(&name(context, tag));
        }
        if !tags.is_empty() {
            // After them: who counted before compared what was there before.
            self.removals.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl Store for MemoryStore {
    fn ready(&self) -> bool {
        true
    }

    fn look(&self, key: &Arc<Keyspace>, done: Done<Look>) {
        let kept = self.entries.get(key.entry.as_str()).and_then(|timed| {
            if timed.until > Instant::now() {
                return Some(Arc::clone(&timed.entry));
            }
            self.entries.remove(key.entry.as_str());
            None
        });
        done(Ok(self.read(key, kept)));
    }

    fn current(&self, context: &str, entry: &str, tags: &[String]) -> Option<Arc<Entry>> {
        let timed = self.entries.get(entry)?;
        if timed.until <= Instant::now() {
            return None;
        }
        // As in a look: first the entry, then what makes it stale; and before that, how often anything was made stale.
        let now = self.removals.load(Ordering::SeqCst) + 1;
        // What is everybody's may be asked for by callers who have tags of their own.
        let is_own = timed.key.tags == tags && timed.key.context == context;
        if !is_own || timed.current_at.load(Ordering::SeqCst) != now {
            if !self.is_current(&timed.entry, context, tags) {
                return None;
            }
            if is_own {
                timed.current_at.store(now, Ordering::SeqCst);
            }
        }
        // Whether one is held is looked at last, and by the one who creates holds it is changed first.
        (self.held.load(Ordering::SeqCst) == 0).then(|| Arc::clone(&timed.entry))
    }

    fn create(&self, key: &Arc<Keyspace>, candidates: Vec<Generation>, done: Done<Look>) {
        let names = key.tags.iter().map(|tag| name(&key.context, tag)).chain([key.context.clone()]);
        for (name, candidate) in names.zip(candidates) {
            // Whoever is first has it; the closure cannot fail.
            let _: Result<_, ()> = self.generations.get_or_insert_with(&name, || Ok(candidate));
        }
        done(Ok(self.read(key, None)));
    }

    fn lease(&self, _: &Arc<Keyspace>, _: &str, done: Done<bool>) {
        // Misses of one process are joined already.
        done(Ok(true));
    }

    fn wait(&self, key: &Arc<Keyspace>, _: Stamp, done: Done<Look>) {
        self.look(key, done);
    }

    fn release(&self, _: &Arc<Keyspace>, _: &str) {}

    fn put(&self, key: &Arc<Keyspace>, fresh: Fresh, done: Done<()>) {
        if let Some(until) = Instant::now().checked_add(fresh.ttl) {
            let timed = Timed { key: Arc::clone(key), entry: fresh.entry, until, current_at: AtomicU64::new(0) };
            self.entries.insert(key.entry.as_str().into(), Arc::new(timed));
        }
        done(Ok(()));
    }

    fn hold(&self, tags: &Arc<[Tag]>, token: &str, limit: Duration, done: Done<()>) {
        if let Some(until) = Instant::now().checked_add(limit) {
            let mut holds = self.holds();
            let now = Instant::now();
            // Those that ran out, of calls that never came back, whether or not others hold the same tag.
            holds.retain(|_, tokens| {
                tokens.retain(|(_, until)| *until > now);
                !tokens.is_empty()
            });
            for (context, tag) in &**tags {
                holds.entry(name(context, tag)).or_default().push((token.to_owned(), until));
            }
            self.held.store(holds.len(), Ordering::SeqCst);
        }
        self.remove(tags);
        done(Ok(()));
    }

    fn purge(&self, tags: &Arc<[Tag]>, hold: Option<(&str, &Arc<[Tag]>)>, done: Done<()>) {
        self.remove(tags);
        if let Some((token, held)) = hold {
            let mut holds = self.holds();
            let now = Instant::now();
            for (context, tag) in &**held {
                if let hash_map::Entry::Occupied(mut tokens) = holds.entry(name(context, tag)) {
                    tokens.get_mut().retain(|(other, until)| other != token && *until > now);
                    if tokens.get().is_empty() {
                        tokens.remove();
                    }
                }
            }
            self.held.store(holds.len(), Ordering::SeqCst);
        }
        self.listeners.purged(tags);
        done(Ok(()));
    }

    fn family(&self, name: &str, done: Done<Option<String>>) {
        let found = self.families().text(name, Instant::now()).map(str::to_owned);
        done(Ok(found));
    }

    fn replace_family(&self, name: &str, change: FamilyChange, done: Done<bool>) {
        let replaced = self.families().replace(name, change, Instant::now());
        done(Ok(replaced));
    }

    fn contexts(&self, _: Vec<String>) {
        // No purge of this store fails.
    }

    fn listeners(&self) -> &Arc<Listeners> {
        &self.listeners
    }

    fn listen(&self) {}

    #[cfg(feature = "store-faults")]
    fn evict_entry(&self, key: &Arc<Keyspace>, done: Done<()>) {
        self.entries.remove(key.entry.as_str());
        done(Ok(()));
    }

    #[cfg(feature = "store-faults")]
    fn evict_generation(&self, context: &str, tag: Option<&str>, done: Done<()>) {
        match tag {
            Some(tag) => self.generations.remove(&name(context, tag)),
            None => self.generations.remove(context),
        };
        self.removals.fetch_add(1, Ordering::SeqCst);
        done(Ok(()));
    }

    #[cfg(feature = "store-faults")]
    fn restart(&self, done: Done<()>) {
        self.entries.clear();
        self.generations.clear();
        self.removals.fetch_add(1, Ordering::SeqCst);
        self.families().clear();
        self.holds().clear();
        self.held.store(0, Ordering::SeqCst);
        done(Ok(()));
    }
}

/// What a generation is kept under. A context's name has no blank.
fn name(context: &str, tag: &str) -> String {
    let mut name = String::new();
    write_name(&mut name, context, tag);
    name
}

fn write_name(name: &mut String, context: &str, tag: &str) {
    name.clear();
    name.reserve(context.len() + 1 + tag.len());
    name.push_str(context);
    name.push(' ');
    name.push_str(tag);
}

/// A table of at most so many bytes, when its items have `each` on average.
///
/// One shard keeps the bound of a small table exact and lets it hold an item of its own size; a big one is split, so that
/// threads meet less.
fn bounded<V: Clone, H: BuildHasher + Clone + Default>(
    bytes: u64,
    each: u64,
) -> Result<Cache<String, V, Bytes, H>, ConfigError>
where
    Bytes: Weighter<String, V>,
{
    let options = OptionsBuilder::new()
        .shards(usize::try_from(bytes / (16 << 20)).unwrap_or(64).clamp(1, 64))
        .estimated_items_capacity(usize::try_from(bytes / each).unwrap_or(usize::MAX).clamp(16, 1 << 20))
        .weight_capacity(bytes)
        .build()
        .map_err(|_| ConfigError::NoRoom)?;
    Ok(Cache::with_options(options, Bytes, H::default(), DefaultLifecycle::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> Arc<[Tag]> {
        Arc::from([("user".to_owned(), "mz-user1".to_owned())])
    }

    fn hold(store: &MemoryStore, token: &str, limit: Duration) {
        store.hold(&tags(), token, limit, Box::new(|ended| assert_eq!(ended, Ok(()))));
    }

    fn held(store: &MemoryStore) -> Vec<String> {
        store.holds().values().flatten().map(|(token, _)| token.clone()).collect()
    }

    /// Calls that never came back, on a tag that is always held by one that does.
    #[test]
    fn holds_that_ran_out_go_though_another_lives() {
        let store = MemoryStore::new(1 << 20).expect("it has room");
        let day = Duration::from_hours(24);
        hold(&store, "first", day);
        for _ in 0..100 {
            hold(&store, "lost", Duration::ZERO);
        }
        hold(&store, "second", day);
        assert_eq!(held(&store), ["first", "second"], "a hold takes those away that ran out");
        hold(&store, "lost", Duration::ZERO);
        store.purge(&tags(), Some(("first", &tags())), Box::new(|ended| assert_eq!(ended, Ok(()))));
        assert_eq!(held(&store), ["second"], "a purge does, too");
    }

    fn keyspace(tags: &[&str]) -> Arc<Keyspace> {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Arc::new(Keyspace { context: "user".to_owned(), entry: "ctx:user:1".to_owned(), tags })
    }

    /// Keeps an entry under the generations that its tags have now.
    fn keep(store: &MemoryStore, key: &Arc<Keyspace>) {
        let candidates = (0..=key.tags.len()).map(|number| [number as u8; 16]).collect();
        let (sender, receiver) = std::sync::mpsc::channel();
        store.create(key, candidates, Box::new(move |look| sender.send(look).expect("somebody listens")));
        let stamp = receiver.recv().expect("it answers").expect("it does not fail").stamp().expect("they were created");
        let fresh = Fresh { entry: Arc::new(Entry::of(stamp, b"{}")), ttl: Duration::from_mins(1), lease: None };
        store.put(key, fresh, Box::new(|ended| assert_eq!(ended, Ok(()))));
    }

    fn is_found(store: &MemoryStore, key: &Keyspace) -> bool {
        store.current(&key.context, &key.entry, &key.tags).is_some()
    }

    fn purge(store: &MemoryStore, tag: &str) {
        let tags: Arc<[Tag]> = Arc::from([("user".to_owned(), tag.to_owned())]);
        store.purge(&tags, None, Box::new(|ended| assert_eq!(ended, Ok(()))));
    }

    #[test]
    fn an_entry_that_was_current_is_stale_after_a_purge_of_one_of_its_tags() {
        let store = MemoryStore::new(1 << 20).expect("it has room");
        let key = keyspace(&["mz-all", "mz-one"]);
        keep(&store, &key);
        assert!(is_found(&store, &key) && is_found(&store, &key), "before and after it was compared");
        purge(&store, "mz-two");
        assert!(is_found(&store, &key), "another one's purge");
        for tag in ["mz-one", "mz-all"] {
            purge(&store, tag);
            assert!(!is_found(&store, &key), "{tag}");
            keep(&store, &key);
            assert!(is_found(&store, &key), "{tag}");
        }
        hold(&store, "elsewhere", Duration::from_mins(1));
        assert!(!is_found(&store, &key), "while anything is held");
    }

    /// Callers of what is everybody's may have tags of their own, under which it was never kept.
    #[test]
    fn an_entry_is_compared_by_the_tags_of_who_asks() {
        let store = MemoryStore::new(1 << 20).expect("it has room");
        let (ada, eve) = (keyspace(&["mz-all", "mz-ada"]), keyspace(&["mz-all", "mz-eve"]));
        keep(&store, &eve);
        keep(&store, &ada);
        purge(&store, "mz-eve");
        assert!(is_found(&store, &ada));
        assert!(!is_found(&store, &eve));
        assert!(is_found(&store, &ada));
    }
}
