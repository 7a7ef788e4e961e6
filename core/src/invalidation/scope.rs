//! How what a mutation declares becomes the targets of one call: by name, by identity, or broadly (SCOPE-1 to SCOPE-7).

use std::borrow::Cow;

use super::target::{Params, Target, normalize};
use crate::ir::model::{Context, MergeOp};
use crate::ir::program::{Direction, Refusal};
use crate::registry::{Application, FrozenContext, FrozenMember};
use crate::value::canonical;

/// What one successful call makes stale.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scoped {
    /// The targets of `invalidate`, in normal form.
    pub targets: Vec<Target>,
    /// The targets of `merge`, in declared order.
    pub merges: Vec<MergeTarget>,
    /// What the function computed and could not be used, for the log. Its targets are then wider, never fewer.
    pub warnings: Vec<String>,
}

/// A slot that the result is spliced into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeTarget {
    /// Which bundles, and in them which member; always with a function.
    pub target: Target,
    /// How.
    pub op: MergeOp,
    /// The fields that identify an item; empty for [`MergeOp::Replace`].
    pub key: Vec<String>,
}

/// What the function itself said about what it changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Computed {
    /// A JSON object of params that replace or add to those of the same name in the args.
    pub params: Option<Vec<u8>>,
    /// Further targets.
    pub invalidations: Vec<Invalidation>,
}

/// One explicit invalidation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalidation {
    /// A context or a function that is a member of one.
    pub name: String,
    /// A JSON object of params that narrow it. Without one the whole context is meant, whoever asks (SCOPE-7).
    pub params: Option<Vec<u8>>,
}

/// Narrows what the function declares. `args` is canonical JSON; `sub` is who asks.
#[must_use]
pub fn scope(app: &Application, function: usize, args: &[u8], sub: Option<&str>, computed: &Computed) -> Scoped {
    let mut scoped = Scoped::default();
    let Some((function, _)) = app.function(function) else { return scoped };
    if function.affects.is_empty() && function.merge.is_empty() && computed.invalidations.is_empty() {
        return scoped;
    }
    let mut scope = Scope { app, args, sub, computed: computed.params.as_deref(), warnings: Vec::new() };
    let mut targets = Vec::with_capacity(function.affects.len() + computed.invalidations.len());
    for affect in &function.affects {
        targets.extend(scope.declared(&affect.context, affect.function.as_deref(), &affect.by));
    }
    for merge in &function.merge {
        if let Some(target) = scope.declared(&merge.context, Some(&merge.function), &merge.by) {
            scoped.merges.push(MergeTarget { target, op: merge.op, key: merge.key.clone() });
        }
    }
    for invalidation in &computed.invalidations {
        scope.explicit(invalidation, &mut targets);
    }
    scoped.targets = normalize(targets);
    scoped.warnings = scope.warnings;
    scoped
}

/// What was named by `invalidate()` alone: of a function that failed, what it declares does not narrow (STORE-7).
#[must_use]
pub fn announced(app: &Application, invalidations: &[Invalidation]) -> Scoped {
    let mut scope = Scope { app, args: b"", sub: None, computed: None, warnings: Vec::new() };
    let mut targets = Vec::new();
    for invalidation in invalidations {
        scope.explicit(invalidation, &mut targets);
    }
    Scoped { targets: normalize(targets), warnings: scope.warnings, ..Scoped::default() }
}

struct Scope<'a> {
    app: &'a Application,
    args: &'a [u8],
    sub: Option<&'a str>,
    computed: Option<&'a [u8]>,
    warnings: Vec<String>,
}

impl<'a> Scope<'a> {
    fn context(&self, name: &str) -> Option<(&'a Context, &'a FrozenContext)> {
        self.app.context(self.app.context_index(name)?)
    }

    fn declared(&mut self, context: &str, function: Option<&str>, by: &[String]) -> Option<Target> {
        let (context, frozen) = self.context(context)?;
        let computed = match self.computed {
            None => Ok(Vec::new()),
            Some(computed) => self.checked(context, frozen, function, computed, Strangers::Ignored),
        };
        let computed = match computed {
            Ok(computed) => computed,
            // What was computed is unusable, and the args alone may name the wrong bundle.
            Err(problem) => {
                self.warn(&format!("affects_params for context \"{}\"", context.name), &problem);
                return Some(target(context, function, Params::default()));
            }
        };
        let by_args = by.iter().filter_map(|name| {
            let value = canonical::field(self.args, name)
                .filter(|value| *value != b"null" || takes_null(self.app, context, frozen, name))?;
            Some((Cow::Borrowed(name.as_str()), String::from_utf8_lossy(value)))
        });
        // What was computed stands for what the args say.
        let params = Params::new(by_args.chain(computed.into_iter().map(|(name, value)| (name.into(), value.into()))));
        let sub = if params.is_empty() && context.identity { self.sub.map(str::to_owned) } else { None };
        Some(Target { sub, ..target(context, function, params) })
    }

    fn explicit(&mut self, invalidation: &Invalidation, targets: &mut Vec<Target>) {
        let name = invalidation.name.as_str();
        let member = || {
            let (function, _) = self.app.function(self.app.function_index(name)?)?;
            Some((self.context(function.context.as_deref()?)?, Some(name)))
        };
        let found = self.context(name).map(|context| (context, None)).or_else(member);
        let Some(((context, frozen), function)) = found else {
            self.warn(&format!("invalidate(\"{name}\")"), "there is no context or member function of that name");
            targets.extend(self.app.document().contexts.iter().map(|context| Target::broad(&context.name)));
            return;
        };
        let params = match &invalidation.params {
            None => Params::default(),
            Some(params) => match self.checked(context, frozen, function, params, Strangers::Refused) {
                Ok(params) => Params::new(params),
                Err(problem) => {
                    self.warn(&format!("invalidate(\"{name}\")"), &problem);
                    Params::default()
                }
            },
        };
        targets.push(target(context, function, params));
    }

    /// The members of a computed object that are params of the target, typed as its context types them.
    fn checked(
        &self,
        context: &Context,
        frozen: &FrozenContext,
        function: Option<&str>,
        computed: &[u8],
        strangers: Strangers,
    ) -> Result<Vec<(String, String)>, String> {
        let members = crate::value::json::members(computed).map_err(|error| error.to_string())?;
        let mut params = Vec::with_capacity(members.len());
        let target = function.and_then(|function| self.member(frozen, function));
        for (name, range) in members {
            let taken = target.is_none_or(|member| member.inputs.iter().any(|input| *input == name));
            let index = context.params.iter().position(|param| taken && param.name == name);
            let Some(shape) = index.and_then(|index| frozen.each_param.get(index)) else {
                match strangers {
                    Strangers::Ignored => continue,
                    Strangers::Refused => {
                        let target = function.unwrap_or(&context.name);
                        return Err(format!("\"{name}\" is no param of \"{target}\""));
                    }
                }
            };
            let mut out = Vec::new();
            let text = computed.get(range).unwrap_or_default();
            match self.app.program().transcode(*shape, text, Direction::Output, &[], &mut out) {
                Ok(()) => params.push((name.into_owned(), String::from_utf8_lossy(&out).into_owned())),
                Err(refusal) => return Err(format!("\"{name}\": {}", first_problem(&refusal))),
            }
        }
        Ok(params)
    }

    fn member(&self, frozen: &'a FrozenContext, name: &str) -> Option<&'a FrozenMember> {
        let index = self.app.function_index(name)?;
        frozen.members.iter().find(|member| member.function == index)
    }

    fn warn(&mut self, what: &str, problem: &str) {
        self.warnings.push(format!("{what}: {problem}; more is invalidated than was meant"));
    }
}

fn target(context: &Context, function: Option<&str>, params: Params) -> Target {
    Target { function: function.map(str::to_owned), params, ..Target::broad(&context.name) }
}

/// What happens to a computed name that the context does not have.
#[derive(Clone, Copy)]
enum Strangers {
    Ignored,
    Refused,
}

fn takes_null(app: &Application, context: &Context, frozen: &FrozenContext, name: &str) -> bool {
    let index = context.params.iter().position(|param| param.name == name);
    let shape = index.and_then(|index| frozen.each_param.get(index));
    shape.is_some_and(|shape| app.program().transcode(*shape, b"null", Direction::Output, &[], &mut Vec::new()).is_ok())
}

fn first_problem(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Malformed(error) => error.to_string(),
        Refusal::BadQuery(problem) => (*problem).to_owned(),
        Refusal::Invalid(details) => details.first().map(|detail| detail.message.clone()).unwrap_or_default(),
    }
}
