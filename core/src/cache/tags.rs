//! The tags of the origin cache: what an entry stands under, and what a mutation removes (STORE-4, STORE-5).

use std::collections::BTreeSet;

use crate::invalidation::edge_tag;
use crate::invalidation::scope::{self, Computed, MergeTarget};
use crate::invalidation::target::{Params, Target};
use crate::ir::model::Context;
use crate::registry::{Application, FrozenContext};

/// A tag and the context that it belongs to, whose keys share a place in the store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// The context's name.
    pub context: String,
    /// `mz-` and 26 characters of lower-case base32.
    pub tag: String,
}

/// The tags of the bundle with these params, a canonical JSON object: those of the edge, in their order, and in a context
/// declared `identity=True` the caller's own after them.
#[must_use]
pub fn of_bundle(context: &Context, frozen: &FrozenContext, params: &[u8], sub: Option<&str>) -> Vec<String> {
    let mut tags = edge_tag::bundle_tags(context, frozen, params);
    if let Some(sub) = sub.filter(|_| context.identity) {
        tags.push(edge_tag::tag(&context.name, &Params::default(), Some(sub)));
    }
    tags
}

/// The tags that the targets remove: of each the narrowest that is known, and none of a context that is never kept.
pub fn of_targets<'a>(app: &Application, targets: impl IntoIterator<Item = &'a Target>) -> BTreeSet<Tag> {
    let tag = |target: &Target| {
        let (context, frozen) =
            app.context(app.context_index(&target.context)?).filter(|(_, frozen)| frozen.is_stored)?;
        let own = target.sub.as_deref().filter(|_| context.identity && target.params.is_empty());
        let tag = match own {
            Some(sub) => edge_tag::tag(&context.name, &Params::default(), Some(sub)),
            None => edge_tag::target_tag(frozen, target),
        };
        Some(Tag { context: context.name.clone(), tag })
    };
    targets.into_iter().filter_map(tag).collect()
}

/// The tags that a function may remove as far as its declaration and its args say, before it runs: what is held while it
/// runs, and removed where it ended in a way that leaves open whether it changed anything (STORE-6, STORE-7).
///
/// `args` is canonical JSON; `sub` is who asks.
#[must_use]
pub fn declared(app: &Application, function: usize, args: &[u8], sub: Option<&str>) -> BTreeSet<Tag> {
    let Some((model, frozen)) = app.function(function) else { return BTreeSet::new() };
    if frozen.computes_params {
        // What narrows is known only from the result.
        let affected = model.affects.iter().map(|affect| &affect.context);
        let broad: Vec<Target> =
            affected.chain(model.merge.iter().map(|merge| &merge.context)).map(Target::broad).collect();
        return of_targets(app, &broad);
    }
    let scoped = scope::scope(app, function, args, sub, &Computed::default());
    of_targets(app, all_targets(&scoped.targets, &scoped.merges))
}

/// The targets of an invalidation and of its merges, which no cache on the way can splice.
pub fn all_targets<'a>(targets: &'a [Target], merges: &'a [MergeTarget]) -> impl Iterator<Item = &'a Target> {
    targets.iter().chain(merges.iter().map(|merge| &merge.target))
}
