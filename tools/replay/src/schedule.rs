//! Cases of fills and purges: readers and mutations of a cache, step by step (`pins/README.md`).

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::time::Duration;

use mizan_core::error::code::ErrorCode;
use mizan_runtime::{Cache, CacheConfig, Fill, Hold, Keyspace, Loaded, Purged, RedisConfig, StoreConfig, Tag};

use crate::case::{Case, Input, Refused, member, object, string};

const CONTEXT: &str = "pin";
const ALL: &str = "mz-all";
const DAY: Duration = Duration::from_hours(24);
/// Longer than any schedule takes.
const HELD: Duration = Duration::from_mins(10);
/// How long a read may wait for another one of the same case, which is never to be.
const PATIENCE: Duration = Duration::from_secs(10);

/// `store` and `steps` → `reads`.
pub(crate) fn schedule(case: &Case<'_>) -> Result<Vec<u8>, Refused> {
    let mut stage = Stage::new(&case.text("store")?)?;
    let steps = case.items("steps")?;
    let steps = steps.into_iter().map(Input::of).collect::<Result<Vec<_>, _>>()?;
    steps.iter().try_for_each(|step| stage.step(step))?;
    let mut out = b"[".to_vec();
    for read in &stage.told {
        if out.len() > 1 {
            out.push(b',');
        }
        out.extend_from_slice(read);
    }
    out.push(b']');
    Ok(object("reads", &out))
}

struct Stage {
    store: StoreConfig,
    /// One for all actors on memory, and one for each on a Redis; under the empty name whoever is nobody.
    caches: BTreeMap<String, Cache>,
    versions: BTreeMap<String, u64>,
    reads: BTreeMap<String, Read>,
    holds: BTreeMap<String, Hold>,
    told: Vec<Vec<u8>>,
}

struct Read {
    key: String,
    /// What it may fill.
    fill: Option<Fill>,
    saw: Option<u64>,
}

impl Stage {
    fn new(store: &str) -> Result<Self, Refused> {
        let store = match store {
            "memory" => StoreConfig::Memory { bytes: 1 << 20 },
            url => {
                let prefix = "mizan-pins".to_owned();
                StoreConfig::Redis(RedisConfig {
                    prefix,
                    connect: PATIENCE,
                    operation: PATIENCE,
                    ..RedisConfig::new(url)
                })
            }
        };
        let mut stage = Self {
            store,
            caches: BTreeMap::new(),
            versions: BTreeMap::new(),
            reads: BTreeMap::new(),
            holds: BTreeMap::new(),
            told: Vec::new(),
        };
        answered(stage.cache("")?.restart())?;
        Ok(stage)
    }

    fn cache(&mut self, actor: &str) -> Result<Cache, Refused> {
        let name = if matches!(self.store, StoreConfig::Memory { .. }) { "" } else { actor };
        if let Some(cache) = self.caches.get(name) {
            return Ok(cache.clone());
        }
        let config = CacheConfig::new(self.store.clone(), [7; 32]);
        let cache = Cache::new(&config).map_err(|_| Refused::malformed())?;
        self.caches.insert(name.to_owned(), cache.clone());
        Ok(cache)
    }

    fn step(&mut self, step: &Input<'_>) -> Result<(), Refused> {
        match step.text("step")?.as_str() {
            "read.begin" => self.begin(&members(step, ["actor", "key"])?),
            "read.load" => self.load(&members(step, ["actor"])?),
            "read.store" => self.end(&members(step, ["actor"])?, true),
            "read.abandon" => self.end(&members(step, ["actor"])?, false),
            "write" => {
                let [key] = members(step, ["key"])?;
                *self.versions.entry(key).or_default() += 1;
                Ok(())
            }
            "hold" => self.hold(&optional(step, ["actor", "key"])?),
            "purge" => self.purge(&optional(step, ["actor", "key"])?),
            "lift" => {
                let [actor] = members(step, ["actor"])?;
                let cache = self.cache(&actor)?;
                cache.lift(self.holds.remove(&actor).ok_or_else(Refused::malformed)?);
                Ok(())
            }
            "evict" => {
                let [key, what] = members(step, ["key", "what"])?;
                let cache = self.cache("")?;
                answered(match what.as_str() {
                    "entry" => cache.evict_entry(&keyspace(&key)),
                    "generation" => cache.evict_generation(CONTEXT, &tag(&key)),
                    "epoch" => cache.evict_epoch(CONTEXT),
                    _ => return Err(Refused::malformed()),
                })
            }
            "restart" => {
                let [] = members(step, [])?;
                answered(self.cache("")?.restart())
            }
            _ => Err(Refused::malformed()),
        }
    }

    fn begin(&mut self, [actor, key]: &[String; 2]) -> Result<(), Refused> {
        if self.reads.contains_key(actor) {
            return Err(Refused::malformed());
        }
        let (sender, receiver) = channel();
        self.cache(actor)?.load_then(keyspace(key), move |loaded| drop(sender.send(loaded)));
        let fill = match receiver.recv_timeout(PATIENCE) {
            Ok(Loaded::Hit(entry)) => {
                let text = std::str::from_utf8(&entry.body).map_err(|_| Refused::malformed())?;
                let saw = text.parse().map_err(|_| Refused::malformed())?;
                self.tell(actor, key, true, saw);
                return Ok(());
            }
            Ok(Loaded::Miss(fill)) => Some(fill),
            Ok(Loaded::Uncached(_)) => None,
            // It waits for another actor, who comes later.
            Err(_) => return Err(Refused::malformed()),
        };
        self.reads.insert(actor.clone(), Read { key: key.clone(), fill, saw: None });
        Ok(())
    }

    fn load(&mut self, [actor]: &[String; 1]) -> Result<(), Refused> {
        let read = self.reads.get_mut(actor).filter(|read| read.saw.is_none()).ok_or_else(Refused::malformed)?;
        let (key, saw) = (read.key.clone(), self.versions.get(&read.key).copied().unwrap_or_default());
        read.saw = Some(saw);
        self.tell(actor, &key, false, saw);
        Ok(())
    }

    fn end(&mut self, [actor]: &[String; 1], stores: bool) -> Result<(), Refused> {
        let read = self.reads.remove(actor).ok_or_else(Refused::malformed)?;
        match (read.fill, read.saw) {
            (_, None) if stores => return Err(Refused::malformed()),
            (Some(fill), Some(saw)) if stores => drop(self.cache(actor)?.store(fill, saw.to_string().as_bytes(), DAY)),
            _ => {}
        }
        Ok(())
    }

    fn hold(&mut self, [actor, key]: &[Option<String>; 2]) -> Result<(), Refused> {
        let actor = actor.as_ref().ok_or_else(Refused::malformed)?;
        if self.holds.contains_key(actor) {
            return Err(Refused::malformed());
        }
        let hold = self.cache(actor)?.hold(&tags(key.as_deref()), HELD);
        self.holds.insert(actor.clone(), hold);
        Ok(())
    }

    fn purge(&mut self, [actor, key]: &[Option<String>; 2]) -> Result<(), Refused> {
        let actor = actor.as_deref().unwrap_or_default();
        let hold = self.holds.remove(actor);
        let purged = self.cache(actor)?.purge(&tags(key.as_deref()), hold);
        answered(purged == Purged::Done)
    }

    fn tell(&mut self, actor: &str, key: &str, hit: bool, saw: u64) {
        let mut out = b"{".to_vec();
        let members = [
            ("actor", string(actor)),
            ("hit", hit.to_string().into_bytes()),
            ("key", string(key)),
            ("saw", saw.to_string().into_bytes()),
        ];
        for (name, value) in members {
            if out.len() > 1 {
                out.push(b',');
            }
            member(&mut out, name, &value);
        }
        out.push(b'}');
        self.told.push(out);
    }
}

/// The texts of these members, where the step has them and no others.
fn members<const COUNT: usize>(step: &Input<'_>, names: [&str; COUNT]) -> Result<[String; COUNT], Refused> {
    let found = optional(step, names)?;
    if found.iter().any(Option::is_none) {
        return Err(Refused::malformed());
    }
    Ok(found.map(Option::unwrap_or_default))
}

fn optional<const COUNT: usize>(step: &Input<'_>, names: [&str; COUNT]) -> Result<[Option<String>; COUNT], Refused> {
    if step.keys().any(|key| key != "step" && !names.contains(&key)) {
        return Err(Refused::malformed());
    }
    let mut found = [const { None }; COUNT];
    for (place, name) in found.iter_mut().zip(names) {
        if step.find(name).is_some() {
            *place = Some(step.text(name)?);
        }
    }
    Ok(found)
}

fn keyspace(key: &str) -> Keyspace {
    Keyspace {
        context: CONTEXT.to_owned(),
        entry: format!("ctx:{CONTEXT}:{}", name(key)),
        tags: vec![ALL.to_owned(), tag(key)],
    }
}

fn tag(key: &str) -> String {
    format!("mz-{}", name(key))
}

/// What stands for a key in names: any text, in hexadecimal.
fn name(key: &str) -> String {
    key.bytes().fold(String::new(), |name, byte| name + &format!("{byte:02x}"))
}

fn tags(key: Option<&str>) -> Vec<Tag> {
    vec![(CONTEXT.to_owned(), key.map_or_else(|| ALL.to_owned(), tag))]
}

fn answered(answered: bool) -> Result<(), Refused> {
    if answered { Ok(()) } else { Err(Refused::code(ErrorCode::Unavailable)) }
}
