//! What the document says of the caching of a context: by which params its bundles are narrowed, how long they keep,
//! and which revision they are (CACHE-5, CACHE-7).

use std::collections::BTreeSet;

use super::model::{Cache, Context, Document, Function};

/// Seconds that a bundle may be cached where no member says less (CACHE-5).
const DEFAULT_TTL: u32 = 86_400;

impl Document {
    /// Every set of names by which some mutation narrows the context, each sorted; the empty one is first.
    #[must_use]
    pub fn known_sets(&self, context: &Context) -> Vec<Vec<String>> {
        let mut sets = BTreeSet::from([Vec::new()]);
        for function in &self.functions {
            sets.extend(function.affects.iter().filter(|affect| affect.context == context.name).map(|a| a.by.clone()));
            sets.extend(function.merge.iter().filter(|merge| merge.context == context.name).map(|m| m.by.clone()));
        }
        sets.into_iter().collect()
    }

    /// Seconds that a bundle of the context may be kept; `None` where a member is not to be cached.
    #[must_use]
    pub fn ttl(&self, context: &Context) -> Option<u32> {
        let mut ttl = None;
        for member in self.members(context) {
            match member.cache {
                Cache::Default => {}
                Cache::Off => return None,
                Cache::Seconds(own) => ttl = Some(ttl.map_or(own, |least: u32| least.min(own))),
            }
        }
        Some(ttl.unwrap_or(DEFAULT_TTL))
    }

    /// The highest revision of the context's members.
    #[must_use]
    pub fn rev(&self, context: &Context) -> u32 {
        self.members(context).map(|member| member.rev).max().unwrap_or_default()
    }

    /// The context's members that stand in the document, sorted by name.
    pub fn members<'a>(&'a self, context: &'a Context) -> impl Iterator<Item = &'a Function> {
        context.members.iter().filter_map(|name| self.function_named(name))
    }
}
