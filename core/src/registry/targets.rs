//! What mutations affect and merge into, from the names that they declare (NAME-3, INV-1, SCOPE-2, MERGE-1 to MERGE-3).

use std::collections::BTreeSet;

use super::build::{Draft, Problems};
use super::declaration::{DeclaredFunction, Reference};
use super::problem::alternatives;
use super::{field_names, names};
use crate::ir::model::{Affect, Context, Document, Field, Function, Merge, MergeOp, Shape, TypeDefinition};
use crate::value::canonical::compare_keys;

/// Fills in `affects` and `merge` of the drafts, which are sorted by name.
pub(super) fn resolve(
    declared: &[DeclaredFunction],
    drafts: &mut [Draft],
    contexts: &[Context],
    types: &[TypeDefinition],
    problems: &mut Problems,
) {
    for declaration in declared {
        let mut affects = Vec::new();
        let mut merge = Vec::new();
        {
            let resolver = Resolver { declaration, drafts, contexts, types };
            for reference in &declaration.affects {
                if let Some((context, function)) = resolver.find("affects", reference, problems) {
                    let by = resolver.by(context, function.as_deref(), problems);
                    affects.push(Affect { context: context.name.clone(), function, by });
                }
            }
            for reference in &declaration.merge {
                if let Some((context, function)) = resolver.find("merge", reference, problems) {
                    merge.extend(resolver.slot(context, function.as_deref(), problems));
                }
            }
        }
        affects.sort_by(|left, right| (&left.context, &left.function).cmp(&(&right.context, &right.function)));
        affects.dedup();
        merge.sort_by(|left: &Merge, right| (&left.context, &left.function).cmp(&(&right.context, &right.function)));
        merge.dedup();
        if let Ok(index) = drafts.binary_search_by(|draft| draft.function.name.cmp(&declaration.name))
            && let Some(draft) = drafts.get_mut(index)
        {
            draft.function.affects = affects;
            draft.function.merge = merge;
        }
    }
}

/// The inputs by which some target of the function is narrowed, sorted as canonical text is.
pub(super) fn narrowing(function: &Function) -> Vec<String> {
    let merged = function.merge.iter().flat_map(|merge| &merge.by);
    let mut names: Vec<String> = function.affects.iter().flat_map(|affect| &affect.by).chain(merged).cloned().collect();
    names.sort_by(|left, right| compare_keys(left, right));
    names.dedup();
    names
}

/// Whether who asks may be what narrows some target of the function: one in a context of the caller's own where no arg
/// is sure to narrow it (SCOPE-1, SCOPE-4).
pub(super) fn scopes_by_identity(function: &Function, document: &Document) -> bool {
    let is_nullable = |shape: &Shape| matches!(named(shape, &document.types), Shape::Nullable(_));
    let surely_narrows = |context: &Context, name: &String| {
        let field = function.input.iter().find(|field| field.name == *name);
        let param = context.params.iter().find(|param| param.name == *name);
        field.zip(param).is_some_and(|(field, param)| {
            let is_there = field.required || field.default.is_some();
            is_there && (!is_nullable(&field.shape) || is_nullable(&param.shape))
        })
    };
    let by_identity = |name: &str, by: &[String]| {
        let context = document.contexts.iter().find(|context| context.name == name && context.identity);
        context.is_some_and(|context| !by.iter().any(|name| surely_narrows(context, name)))
    };
    function.affects.iter().any(|affect| by_identity(&affect.context, &affect.by))
        || function.merge.iter().any(|merge| by_identity(&merge.context, &merge.by))
}

struct Resolver<'a> {
    declaration: &'a DeclaredFunction,
    drafts: &'a [Draft],
    contexts: &'a [Context],
    types: &'a [TypeDefinition],
}

impl<'a> Resolver<'a> {
    fn refuse(&self, problems: &mut Problems, problem: String, help: String) {
        problems.add(&self.declaration.name, self.declaration.host.source.as_ref(), problem, help);
    }

    fn context(&self, name: &str) -> Option<&'a Context> {
        self.contexts.iter().find(|context| context.name == name)
    }

    fn draft(&self, name: &str) -> Option<&'a Draft> {
        let index = self.drafts.binary_search_by(|draft| draft.function.name.as_str().cmp(name)).ok()?;
        self.drafts.get(index)
    }

    /// The context that is meant, and the one member of it where only that is meant.
    fn find(
        &self,
        option: &str,
        reference: &Reference,
        problems: &mut Problems,
    ) -> Option<(&'a Context, Option<String>)> {
        match reference {
            Reference::Name(name) => self.find_name(option, name, problems),
            Reference::Context(name) => {
                let found = self.context(name);
                if found.is_none() {
                    let known = self.contexts.iter().map(|context| context.name.as_str());
                    self.refuse(
                        problems,
                        format!("{option} \"{name}\": there is no context of that name"),
                        suggestion(&names::near(name, known), MEMBERLESS),
                    );
                }
                found.map(|context| (context, None))
            }
            Reference::Member { context, function } => {
                let found = self.context(context);
                if let Some(found) = found.filter(|found| found.members.contains(function)) {
                    return Some((found, Some(function.clone())));
                }
                let known = found.map(|found| found.members.as_slice()).unwrap_or_default();
                let near = names::near(function, known.iter().map(String::as_str));
                self.refuse(
                    problems,
                    format!("{option} \"{context}.{function}\": context \"{context}\" has no member of that name"),
                    suggestion(&near, "name a function that is a member of that context"),
                );
                None
            }
        }
    }

    fn find_name(&self, option: &str, name: &str, problems: &mut Problems) -> Option<(&'a Context, Option<String>)> {
        let context = self.context(name);
        let member_of = self.draft(name).and_then(|draft| self.context(draft.function.context.as_deref()?));
        match (context, member_of) {
            (Some(context), None) => Some((context, None)),
            (None, Some(context)) => Some((context, Some(name.to_owned()))),
            (Some(_), Some(owner)) => {
                self.refuse(
                    problems,
                    format!("{option} \"{name}\" is ambiguous: a context and a function have that name"),
                    format!("name the context object, or the function object (a member of \"{}\")", owner.name),
                );
                None
            }
            (None, None) if self.draft(name).is_some() => {
                self.refuse(
                    problems,
                    format!("{option} \"{name}\": that function is a member of no context, so nothing holds its data"),
                    "name a context, or a function that is a member of one".to_owned(),
                );
                None
            }
            (None, None) => {
                let members = self.contexts.iter().flat_map(|context| context.members.iter().map(String::as_str));
                let known = self.contexts.iter().map(|context| context.name.as_str()).chain(members);
                self.refuse(
                    problems,
                    format!("{option} \"{name}\": there is no context or function of that name"),
                    suggestion(&names::near(name, known), MEMBERLESS),
                );
                None
            }
        }
    }

    /// The params that the mutation's args narrow the target by: those of the same name. What a member returns does not
    /// depend on params that it does not take, so they never narrow it: it stands in the bundles of all their values.
    fn by(&self, context: &Context, function: Option<&str>, problems: &mut Problems) -> Vec<String> {
        let Some(draft) = self.draft(&self.declaration.name) else { return Vec::new() };
        let input = &draft.function.input;
        let member = function.and_then(|name| self.draft(name));
        let takes = |param: &Field| {
            member.is_none_or(|member| member.function.input.iter().any(|field| field.name == param.name))
        };
        let mut by = Vec::new();
        for param in context.params.iter().filter(|param| takes(param)) {
            let Some(field) = input.iter().find(|field| field.name == param.name) else { continue };
            by.push(param.name.clone());
            if !same_kind(&field.shape, &param.shape, self.types) {
                self.refuse(
                    problems,
                    format!(
                        "argument \"{}\" has another type than the param of that name of context \"{}\", which it would narrow",
                        field.name, context.name
                    ),
                    "give both one type, or rename the argument".to_owned(),
                );
            }
        }
        by
    }

    /// The slot of the bundle that takes the result, found by type.
    fn slot(&self, context: &Context, function: Option<&str>, problems: &mut Problems) -> Option<Merge> {
        let result = &self.draft(&self.declaration.name)?.function.output;
        let mut slots = Vec::new();
        for member in context.members.iter().filter(|member| function.is_none_or(|only| only == *member)) {
            let output = &self.draft(member)?.function.output;
            if !is_named(result) {
                continue;
            }
            if output == result {
                slots.push((member, MergeOp::Replace));
            } else if matches!(output, Shape::List { item, .. } if **item == *result) {
                slots.push((member, MergeOp::Upsert));
            }
        }
        let target = &context.name;
        let [(member, op)] = slots.as_slice() else {
            let found: Vec<&str> = slots.iter().map(|(member, _)| member.as_str()).collect();
            if found.is_empty() {
                let help = "a slot has the mutation's own named result type, or a list of it; otherwise use `affects`";
                self.refuse(problems, format!("merge \"{target}\": no member of it takes the result"), help.to_owned());
            } else {
                self.refuse(
                    problems,
                    format!("merge \"{target}\": the result fits more than one member: {}", alternatives(&found)),
                    "name the member's function instead of the context".to_owned(),
                );
            }
            return None;
        };
        let key = match op {
            MergeOp::Replace => Vec::new(),
            MergeOp::Upsert => self.key(target, result, problems)?,
        };
        let by = self.by(context, Some(member), problems);
        Some(Merge { context: target.clone(), function: (*member).clone(), op: *op, key, by })
    }

    /// The fields that identify an item: those marked as key, else `id`.
    fn key(&self, target: &str, item: &Shape, problems: &mut Problems) -> Option<Vec<String>> {
        let fields = match named(item, self.types) {
            Shape::Struct(fields) => fields.as_slice(),
            _ => &[],
        };
        let marked: Vec<Field> = fields.iter().filter(|field| field.key).cloned().collect();
        if !marked.is_empty() {
            return Some(field_names(&marked));
        }
        if fields.iter().any(|field| field.name == "id") {
            return Some(vec!["id".to_owned()]);
        }
        self.refuse(
            problems,
            format!("merge \"{target}\": nothing tells which item of the list the result is"),
            "mark the fields that identify an item as key, or give it a field `id`".to_owned(),
        );
        None
    }
}

/// Whether the shape is a named type or a list of one: only a name says that two types are meant to be the same.
fn is_named(shape: &Shape) -> bool {
    match shape {
        Shape::Ref(_) => true,
        Shape::List { item, .. } => matches!(**item, Shape::Ref(_)),
        _ => false,
    }
}

const MEMBERLESS: &str = "a context exists as soon as some function is a member of it";

fn suggestion(near: &[&str], otherwise: &str) -> String {
    if near.is_empty() { otherwise.to_owned() } else { format!("did you mean {}?", alternatives(near)) }
}

fn named<'a>(shape: &'a Shape, types: &'a [TypeDefinition]) -> &'a Shape {
    let mut shape = shape;
    // A chain of references is no longer than there are types.
    for _ in 0..=types.len() {
        let Shape::Ref(name) = shape else { break };
        let Ok(index) = types.binary_search_by(|candidate| candidate.name.as_str().cmp(name)) else { break };
        let Some(found) = types.get(index) else { break };
        shape = &found.shape;
    }
    shape
}

/// Whether equal values of the two have equal canonical text: constraints may differ, kinds and formats may not.
fn same_kind(left: &Shape, right: &Shape, types: &[TypeDefinition]) -> bool {
    match (named(left, types), named(right, types)) {
        (Shape::Nullable(left), right) => same_kind(left, right, types),
        (left, Shape::Nullable(right)) => same_kind(left, right, types),
        (Shape::List { item: left, .. }, Shape::List { item: right, .. }) => same_kind(left, right, types),
        (Shape::String(left), Shape::String(right)) => left.format == right.format,
        (Shape::Literal(_) | Shape::Enum(_), _) | (_, Shape::Literal(_) | Shape::Enum(_)) => {
            kinds(left, types) == kinds(right, types)
        }
        (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

/// Which JSON kinds a scalar's values are of: text, integer, boolean; nothing for what is no scalar of these.
fn kinds(shape: &Shape, types: &[TypeDefinition]) -> BTreeSet<u8> {
    use crate::ir::model::Scalar;
    let kind = |scalar: &Scalar| match scalar {
        Scalar::Boolean(_) => 0,
        Scalar::Integer(_) => 1,
        Scalar::String(_) => 2,
        Scalar::Null => 3,
    };
    match named(shape, types) {
        Shape::Literal(scalar) => BTreeSet::from([kind(scalar)]),
        Shape::Enum(scalars) => scalars.iter().map(kind).collect(),
        Shape::Boolean => BTreeSet::from([0]),
        Shape::Integer(_) => BTreeSet::from([1]),
        Shape::String(bounds) if bounds.format.is_none() => BTreeSet::from([2]),
        _ => BTreeSet::new(),
    }
}
