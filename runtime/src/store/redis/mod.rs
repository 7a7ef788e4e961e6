//! The store that processes share: Redis or Valkey.
//!
//! ```text
//! P:{CONTEXT}:entry:HEX     an entry, sealed                      P:{CONTEXT}:hold:TAG    who holds a tag (hold.lua)
//! P:{CONTEXT}:gen:TAG       a tag's generation, 16 bytes          P:{CONTEXT}:lease:…     who fills an entry
//! P:{CONTEXT}:epoch         the generation of the whole context   P:purged                the channel of purges
//! P:{refresh:HEX}:LIFE      what is known of a family of refresh tokens, in this life of the server (family.lua)
//! ```
//!
//! A purge is an UNLINK: it works on a server that is full, and its cost does not depend on what is kept.

mod keys;
mod link;
mod listen;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use mizan_core::cache::entry::{Entry, Generation, Stamp};
use redis::{Client, Pipeline, RedisResult, Value, pipe};
use tokio::time::{Instant, sleep};

use self::link::{Life, Link, script};
use super::{Done, FamilyChange, Fault, Fresh, Look, Store};
use crate::bus::{Listeners, message};
use crate::config::{CacheConfig, ConfigError, RedisConfig};
use crate::metrics::{Counters, count};
use crate::{Keyspace, Tag, io, random};

/// How long a generation is kept. Losing it only makes misses, and an application's tags are without number.
const GENERATION_SECONDS: u64 = 7 * 24 * 3600;

/// How often a reader looks whether another process has filled.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How many times as long as between two probes it is asked whether a family was changed, where no answer came: whoever
/// had to give up would hold a token that was used, or not, and could not know which (TOK-17).
const DOUBTS: u32 = 3;

const HOLD: &str = include_str!("hold.lua");
const FAMILY: &str = include_str!("family.lua");

pub(crate) struct RedisStore {
    link: Arc<Link>,
    seal: Arc<Seal>,
    listeners: Arc<Listeners>,
    /// Who this process is, on the bus.
    name: String,
}

/// How entries become bytes, and bytes entries.
struct Seal {
    secret: Vec<u8>,
    compress_over: usize,
    largest: usize,
    counters: Arc<Counters>,
}

impl RedisStore {
    pub(crate) fn new(redis: &RedisConfig, config: &CacheConfig, counters: Arc<Counters>) -> Result<Self, ConfigError> {
        let client = Client::open(redis.url.as_str()).map_err(|_| ConfigError::Url)?;
        let seal = Seal {
            secret: config.secret.clone(),
            compress_over: config.compress_over,
            largest: config.largest,
            counters: Arc::clone(&counters),
        };
        Ok(Self {
            link: Link::new(client, redis, counters),
            seal: Arc::new(seal),
            listeners: Arc::default(),
            name: random::token().unwrap_or_default(),
        })
    }

    /// Runs an operation on the I/O thread.
    fn run<T: Send + 'static>(done: Done<T>, operation: impl Future<Output = Result<T, Fault>> + Send + 'static) {
        // A process that gets no thread has no store.
        let Some(handle) = io::handle() else { return done(Err(Fault)) };
        handle.spawn(async move {
            let ended = operation.await;
            io::quietly(|| done(ended));
        });
    }
}

impl Store for RedisStore {
    fn ready(&self) -> bool {
        self.link.ready()
    }

    fn look(&self, key: &Arc<Keyspace>, done: Done<Look>) {
        let (link, seal, key) = (Arc::clone(&self.link), Arc::clone(&self.seal), Arc::clone(key));
        Self::run(done, async move { look(&link, &seal, &key).await });
    }

    fn create(&self, key: &Arc<Keyspace>, candidates: Vec<Generation>, done: Done<Look>) {
        self.link.learn([key.context.as_str()]);
        let (link, seal, key) = (Arc::clone(&self.link), Arc::clone(&self.seal), Arc::clone(key));
        Self::run(done, async move {
            let mut commands = answering();
            let names = key.tags.iter().map(|tag| link.keys.generation(&key.context, tag));
            for (name, candidate) in names.chain([link.keys.epoch(&key.context)]).zip(&candidates) {
                let set = commands.cmd("SET").arg(name).arg(candidate.as_slice());
                set.arg("NX").arg("EX").arg(GENERATION_SECONDS);
            }
            reads(&mut commands, &link, &key, false);
            // A server that is full or read-only refuses to set and still tells what it has.
            let (mut answers, life) = link.ask_life(&commands).await?;
            read(answers.pop(), life, &seal, &key, false)
        });
    }

    fn lease(&self, key: &Arc<Keyspace>, name: &str, done: Done<bool>) {
        let (link, name) = (Arc::clone(&self.link), self.link.keys.lease(key, name));
        Self::run(done, async move {
            let mut commands = answering();
            // What may be asked twice must know its own: the answer to the first may have been lost.
            let own = random::token().ok_or(Fault)?;
            commands.cmd("SET").arg(&name).arg(&own).arg("NX").arg("PX").arg(millis(link.lease()));
            commands.cmd("GET").arg(name);
            match link.ask(&commands).await?.as_slice() {
                [Ok(_), Ok(Value::BulkString(held))] => Ok(held == own.as_bytes()),
                // It has ended in between.
                [Ok(_), Ok(Value::Nil)] => Ok(false),
                _ => Err(Fault),
            }
        });
    }

    fn wait(&self, key: &Arc<Keyspace>, stamp: Stamp, done: Done<Look>) {
        let (link, seal, key) = (Arc::clone(&self.link), Arc::clone(&self.seal), Arc::clone(key));
        Self::run(done, async move {
            let until = Instant::now() + link.lease();
            loop {
                sleep(LOOK_AGAIN).await;
                let look = look(&link, &seal, &key).await?;
                let current = !look.held && look.stamp().as_ref() == Some(&stamp);
                let there = look.entry.as_ref().is_some_and(|entry| entry.stamp == stamp);
                if there || !current || Instant::now() >= until {
                    return Ok(look);
                }
            }
        });
    }

    fn release(&self, key: &Arc<Keyspace>, name: &str) {
        let (link, name) = (Arc::clone(&self.link), self.link.keys.lease(key, name));
        Self::run(Box::new(|_| {}), async move {
            let mut commands = answering();
            commands.cmd("UNLINK").arg(name);
            link.ask(&commands).await.map(drop)
        });
    }

    fn put(&self, key: &Arc<Keyspace>, fresh: Fresh, done: Done<()>) {
        let Some(bytes) = self.seal.close(&key.entry, &fresh.entry) else { return done(Err(Fault)) };
        let link = Arc::clone(&self.link);
        let name = link.keys.entry(key);
        let lease = fresh.lease.map(|lease| link.keys.lease(key, &lease));
        Self::run(done, async move {
            let mut commands = answering();
            commands.cmd("SET").arg(name).arg(bytes).arg("PX").arg(millis(fresh.ttl));
            if let Some(lease) = lease {
                commands.cmd("UNLINK").arg(lease);
            }
            let answers = link.ask(&commands).await?;
            answers.first().is_some_and(Result::is_ok).then_some(()).ok_or(Fault)
        });
    }

    fn hold(&self, tags: &Arc<[Tag]>, token: &str, limit: Duration, done: Done<()>) {
        self.link.learn(tags.iter().map(|(context, _)| context.as_str()));
        let (link, tags, token) = (Arc::clone(&self.link), Arc::clone(tags), token.to_owned());
        Self::run(done, async move {
            let mut commands = answering();
            for (context, tag) in &*tags {
                let hold = link.keys.hold(context, tag);
                commands.add_command(script(HOLD, &hold)).arg(&token).arg(millis(limit));
            }
            // After the hold: a reader that creates a generation in between sees the hold when it looks again.
            unlink(&mut commands, &link, &tags);
            all(&link.insist(&commands).await?)
        });
    }

    fn purge(&self, tags: &Arc<[Tag]>, hold: Option<(&str, &Arc<[Tag]>)>, done: Done<()>) {
        self.link.learn(tags.iter().map(|(context, _)| context.as_str()));
        let link = Arc::clone(&self.link);
        let mut commands = answering();
        unlink(&mut commands, &link, tags);
        if let Some((token, held)) = hold {
            for (context, tag) in &**held {
                let hold = link.keys.hold(context, tag);
                commands.add_command(script(HOLD, &hold)).arg(token).arg(0);
            }
        }
        if !tags.is_empty() {
            commands.cmd("PUBLISH").arg(link.keys.channel()).arg(message(&self.name, tags));
        }
        let unlinks = tags.len();
        let (listeners, tags) = (Arc::clone(&self.listeners), Arc::clone(tags));
        let remembers = (!tags.is_empty()).then(|| Arc::clone(&link));
        let ended = move |gone: Result<(), Fault>| {
            // Before the caller hears of it: a read that it starts then must not be served.
            if let (Err(Fault), Some(link)) = (gone, remembers) {
                link.remember();
            }
            io::call_back(Box::new(move || listeners.purged(&tags)));
            done(gone);
        };
        Self::run(Box::new(ended), async move {
            let answers = link.insist(&commands).await?;
            // A hold that could not be lifted runs out; a generation that is still there is a failure.
            all(answers.get(..unlinks).unwrap_or_default())
        });
    }

    fn family(&self, name: &str, done: Done<Option<String>>) {
        let (link, name) = (Arc::clone(&self.link), name.to_owned());
        Self::run(done, async move {
            let get = |life| {
                let mut commands = answering();
                commands.cmd("GET").arg(link.keys.family(&name, life));
                Cow::Owned(commands)
            };
            match link.ask_of_life(get).await?.0.pop() {
                Some(Ok(Value::Nil)) => Ok(None),
                Some(Ok(Value::BulkString(bytes))) => Ok(String::from_utf8(bytes).ok()),
                _ => Err(Fault),
            }
        });
    }

    fn replace_family(&self, name: &str, change: FamilyChange, done: Done<bool>) {
        let (link, name) = (Arc::clone(&self.link), name.to_owned());
        Self::run(done, async move {
            let swap = |life| {
                let mut commands = answering();
                let swap = commands.add_command(script(FAMILY, &link.keys.family(&name, life)));
                // Nothing is kept as an empty text.
                swap.arg(change.old.as_deref().unwrap_or_default()).arg(&change.new).arg(millis(change.life));
                Cow::Owned(commands)
            };
            let until = Instant::now() + DOUBTS * link.pause();
            let mut answers = loop {
                match link.ask_of_life(swap).await {
                    Ok((answers, _)) => break answers,
                    Err(Fault) if Instant::now() < until => sleep(LOOK_AGAIN).await,
                    Err(Fault) => return Err(Fault),
                }
            };
            match answers.pop() {
                Some(Ok(Value::Int(replaced))) => Ok(replaced == 1),
                _ => Err(Fault),
            }
        });
    }

    fn contexts(&self, names: Vec<String>) {
        self.link.learn(names.iter().map(String::as_str));
    }

    fn listeners(&self) -> &Arc<Listeners> {
        &self.listeners
    }

    fn listen(&self) {
        if self.link.starts_listening() {
            let (link, listeners) = (Arc::clone(&self.link), Arc::downgrade(&self.listeners));
            if let Some(handle) = io::handle() {
                handle.spawn(listen::listen(link, listeners, self.name.clone()));
            }
        }
    }

    #[cfg(feature = "store-faults")]
    fn evict_entry(&self, key: &Arc<Keyspace>, done: Done<()>) {
        self.lose(self.link.keys.entry(key), done);
    }

    #[cfg(feature = "store-faults")]
    fn evict_generation(&self, context: &str, tag: Option<&str>, done: Done<()>) {
        let keys = &self.link.keys;
        self.lose(tag.map_or_else(|| keys.epoch(context), |tag| keys.generation(context, tag)), done);
    }

    #[cfg(feature = "store-faults")]
    fn restart(&self, done: Done<()>) {
        let link = Arc::clone(&self.link);
        Self::run(done, async move {
            let mut commands = answering();
            commands.cmd("KEYS").arg(link.keys.pattern());
            let found = link.ask(&commands).await?.pop().ok_or(Fault)?.map_err(|_| Fault)?;
            let names: Vec<String> = redis::from_redis_value(found).map_err(|_| Fault)?;
            let mut commands = answering();
            for name in &names {
                commands.cmd("UNLINK").arg(name);
            }
            if names.is_empty() { Ok(()) } else { all(&link.ask(&commands).await?) }
        });
    }
}

#[cfg(feature = "store-faults")]
impl RedisStore {
    fn lose(&self, name: String, done: Done<()>) {
        let link = Arc::clone(&self.link);
        Self::run(done, async move {
            let mut commands = answering();
            commands.cmd("UNLINK").arg(name);
            all(&link.ask(&commands).await?)
        });
    }
}

impl Seal {
    fn close(&self, key: &str, entry: &Entry) -> Option<Vec<u8>> {
        if entry.body.len() <= self.compress_over {
            return entry.seal(key, &self.secret);
        }
        let body = lz4_flex::compress_prepend_size(&entry.body).into();
        let small = Entry { compressed: true, body, ..entry.clone() };
        small.seal(key, &self.secret)
    }

    fn open(&self, key: &str, bytes: &[u8]) -> Option<Arc<Entry>> {
        let mut entry = Entry::open(key, &self.secret, bytes)?;
        if entry.compressed {
            let (size, packed) = lz4_flex::block::uncompressed_size(&entry.body).ok()?;
            entry.body = lz4_flex::decompress(packed, size.min(self.largest)).ok()?.into();
            entry.compressed = false;
        }
        Some(Arc::new(entry))
    }
}

/// A pipeline whose errors stay with their commands.
fn answering() -> Pipeline {
    let mut commands = pipe();
    commands.ignore_errors();
    commands
}

/// Asks for entry, generations, epoch and holds.
fn reads(commands: &mut Pipeline, link: &Link, key: &Keyspace, entry: bool) {
    let command = commands.cmd("MGET");
    if entry {
        command.arg(link.keys.entry(key));
    }
    for tag in &key.tags {
        command.arg(link.keys.generation(&key.context, tag));
    }
    command.arg(link.keys.epoch(&key.context));
    for tag in &key.tags {
        command.arg(link.keys.hold(&key.context, tag));
    }
}

/// What it told. The epoch is that of this life of the server: what was kept in another one is stale, since the purges after
/// it may be lost with the rest.
fn read(
    answer: Option<RedisResult<Value>>,
    life: Life,
    seal: &Seal,
    key: &Keyspace,
    entry: bool,
) -> Result<Look, Fault> {
    let Some(Ok(Value::Array(values))) = answer else { return Err(Fault) };
    let mut values = values.into_iter();
    let entry = if entry { values.next() } else { None };
    let entry = match entry {
        Some(Value::BulkString(bytes)) => {
            let opened = seal.open(&key.entry, &bytes);
            if opened.is_none() {
                count(&seal.counters.corrupt);
            }
            opened
        }
        _ => None,
    };
    let mut generation = || match values.next() {
        Some(Value::BulkString(bytes)) => Generation::try_from(bytes).ok(),
        _ => None,
    };
    let generations = key.tags.iter().map(|_| generation()).collect();
    let epoch = generation().map(|mut epoch| {
        epoch.iter_mut().zip(life).for_each(|(byte, other)| *byte ^= other);
        epoch
    });
    let held = values.any(|value| value != Value::Nil);
    Ok(Look { entry, held, generations, epoch })
}

async fn look(link: &Arc<Link>, seal: &Seal, key: &Keyspace) -> Result<Look, Fault> {
    let mut commands = answering();
    reads(&mut commands, link, key, true);
    let (mut answers, life) = link.ask_life(&commands).await?;
    read(answers.pop(), life, seal, key, true)
}

/// Removes the generations of tags: a command for each, since contexts may live in different slots.
fn unlink(commands: &mut Pipeline, link: &Link, tags: &[Tag]) {
    for (context, tag) in tags {
        commands.cmd("UNLINK").arg(link.keys.generation(context, tag));
    }
}

fn all(answers: &[RedisResult<Value>]) -> Result<(), Fault> {
    answers.iter().all(Result::is_ok).then_some(()).ok_or(Fault)
}

/// At least one: a server takes no expiry of zero.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 52)
}
