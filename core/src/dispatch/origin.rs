//! What an exchange asks of the origin cache (STORE-1 to STORE-8): a bundle before its functions run and after, and the
//! tags of mutations before they run and after.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

use super::message::{Level, LogLine};
use crate::cache::key::Audience;
use crate::cache::tags::{self, Tag};
use crate::identity::Identity;
use crate::invalidation::scope::{self, Invalidation};
use crate::registry::{Application, FrozenContext};

/// A bundle to look up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loading {
    /// The context's name.
    pub context: String,
    /// The entry's name (STORE-2).
    pub entry: String,
    /// The tags that it stands under, in order (STORE-4).
    pub tags: Vec<String>,
}

/// What became of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// It was kept: its body, and the entity tag that was kept with it.
    Hit {
        /// The bundle, as [`Storing::body`] was.
        body: Bytes,
        /// As [`Storing::etag`] was.
        etag: String,
    },
    /// It was not kept, and may be once it has been read.
    Missed,
    /// It cannot be kept now: a mutation is under way, or the store cannot be reached.
    Uncached,
}

/// A bundle to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Storing {
    /// The bundle.
    pub body: Bytes,
    /// Its entity tag, with the quotes.
    pub etag: String,
    /// Seconds that it may be kept.
    pub ttl: u32,
}

/// Tags of mutations that are about to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// Sorted, each once.
    pub tags: Vec<Tag>,
    /// Milliseconds after which they are free again by themselves: twice the longest limit of the functions.
    pub limit_ms: u32,
}

/// Tags of mutations that have ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purging {
    /// What to remove; sorted, each once.
    pub tags: Vec<Tag>,
    /// Whether what was held is free again. It is not where a function outran its limit and may still be running.
    pub release: bool,
}

/// What the functions that run now may change, for those of them that end when nobody waits for them any more (STORE-7).
#[derive(Debug, Clone)]
pub struct Late {
    app: Arc<Application>,
    declared: BTreeSet<Tag>,
}

impl Late {
    pub(super) const fn new(app: Arc<Application>, declared: BTreeSet<Tag>) -> Self {
        Self { app, declared }
    }

    /// What to remove once such a function has ended, however it did; `announced` is what it has named by `invalidate()`.
    /// With it what there is to log.
    #[must_use]
    pub fn ended(self, announced: &[Invalidation]) -> (Vec<Tag>, Vec<LogLine>) {
        let named = scope::announced(&self.app, announced);
        let mut stale = self.declared;
        stale.extend(tags::of_targets(&self.app, &named.targets));
        let log = named.warnings.into_iter().map(|text| LogLine { level: Level::Warning, text });
        (stale.into_iter().collect(), log.collect())
    }
}

/// What the bundle is looked up under; nothing where it is not to be kept.
pub(super) fn loading(
    app: &Application,
    context: usize,
    params: &[u8],
    caller: Option<&Identity>,
) -> Option<Arc<Loading>> {
    let key = app.secrets().cache.as_ref()?;
    let index = context;
    let (context, frozen) = app.context(index).filter(|(_, frozen)| frozen.is_stored)?;
    let audience = if context.public { Audience::Public } else { Audience::of(caller, frozen.reads_identity) };
    let sub = caller.map(|identity| identity.sub.as_str());
    let make = || Loading {
        context: context.name.clone(),
        entry: key.entry(&context.name, params, &frozen.revision, audience),
        tags: tags::of_bundle(context, frozen, params, sub),
    };
    if context.public && context.identity {
        // The tags name a caller whom the entry does not.
        return Some(Arc::new(make()));
    }
    let rights = audience.rights().unwrap_or_default();
    // Where one ends is known from it or from those before it; who asks is what is left.
    let (place, kind) = (index.to_le_bytes(), audience.kind());
    let caller = audience.sub().unwrap_or_default().as_bytes();
    Some(app.recent().find([&place, &kind, rights.as_bytes(), params, caller], make))
}

/// Whether who asks is part of what the bundle is kept under.
pub(super) fn is_kept_by_caller(app: &Application, context: usize) -> bool {
    let is_one = |(context, frozen): (&crate::ir::model::Context, &FrozenContext)| !context.public && frozen.is_stored;
    app.secrets().cache.is_some() && app.context(context).is_some_and(is_one)
}
