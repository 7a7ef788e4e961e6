//! Contexts from their members: the union of the members' inputs, and what a param may be (CTX-6, NAME-4, NAME-5).

use std::collections::BTreeMap;

use super::build::{Draft, Problems};
use super::declaration::DeclaredContext;
use super::names;
use crate::ir::kdl_write::one_line;
use crate::ir::model::{Auth, Context, Field, Shape, TypeDefinition};

/// Most members of a context (LIM-8).
const MEMBER_LIMIT: usize = 64;

/// The contexts that have members, sorted by name. `drafts` are sorted by name.
pub(super) fn gather(
    declared: &[DeclaredContext],
    drafts: &[Draft],
    types: &[TypeDefinition],
    problems: &mut Problems,
) -> Vec<Context> {
    let mut members: BTreeMap<&str, Vec<&Draft>> = BTreeMap::new();
    for draft in drafts {
        if let Some(context) = &draft.function.context {
            members.entry(context).or_default().push(draft);
        }
    }
    let mut contexts = Vec::with_capacity(members.len());
    for (name, members) in members {
        let options = declared.iter().find(|context| context.name == name);
        let source = options.and_then(|context| context.source.as_ref());
        if !names::is_name(name) {
            let source = source.or_else(|| members.first().and_then(|draft| draft.host.source.as_ref()));
            problems.add(
                name,
                source,
                "this cannot be the name of a context",
                "use lower-case ASCII letters, digits and underscores, a letter first",
            );
        }
        if members.len() > MEMBER_LIMIT {
            problems.add(
                name,
                source,
                format!("{} functions are members of this context; the limit is {MEMBER_LIMIT}", members.len()),
                "split it: one request may run that many functions",
            );
        }
        let public = options.is_some_and(|context| context.public);
        if public {
            refuse_guards(name, &members, problems);
        }
        contexts.push(Context {
            name: name.to_owned(),
            public,
            identity: options.is_some_and(|context| context.identity),
            params: params(name, &members, types, problems),
            members: members.iter().map(|draft| draft.function.name.clone()).collect(),
        });
    }
    contexts
}

fn refuse_guards(context: &str, members: &[&Draft], problems: &mut Problems) {
    let asks = |draft: &&&Draft| draft.function.auth != Auth::None || draft.host.reads_identity;
    for draft in members.iter().filter(asks) {
        problems.add(
            &draft.function.name,
            draft.host.source.as_ref(),
            format!("it asks who is calling, and context \"{context}\" is public"),
            "a public bundle is the same whoever asks: drop `auth` and the identity, or do not declare the context public",
        );
    }
}

fn params(context: &str, members: &[&Draft], types: &[TypeDefinition], problems: &mut Problems) -> Vec<Field> {
    let mut params: BTreeMap<&str, (Field, &Draft)> = BTreeMap::new();
    for draft in members {
        for field in &draft.function.input {
            if !is_param(&field.shape, types) {
                problems.add(
                    &draft.function.name,
                    draft.host.source.as_ref(),
                    format!("\"{}\" cannot be a param of context \"{context}\"", field.name),
                    "the params of a context stand in a URL: use scalars or lists of scalars",
                );
                continue;
            }
            let Some((held, first)) = params.get_mut(field.name.as_str()) else {
                params.insert(&field.name, (field.clone(), draft));
                continue;
            };
            if held.shape != field.shape {
                problems.add(
                    &draft.function.name,
                    draft.host.source.as_ref(),
                    format!(
                        "param \"{}\" of context \"{context}\" is `{}` here and `{}` in {}",
                        field.name,
                        one_line(&field.shape),
                        one_line(&held.shape),
                        place(first)
                    ),
                    "give it one type in all members, or another name",
                );
            } else if field.required || held.required {
                held.required = true;
                held.default = None;
            } else if held.default != field.default {
                problems.add(
                    &draft.function.name,
                    draft.host.source.as_ref(),
                    format!(
                        "param \"{}\" of context \"{context}\" has {} here and {} in {}",
                        field.name,
                        default(field.default.as_deref()),
                        default(held.default.as_deref()),
                        place(first)
                    ),
                    "give it one default in all members, since they are cached under one key",
                );
            }
            if held.doc.is_none() {
                held.doc.clone_from(&field.doc);
            }
        }
    }
    params.into_values().map(|(field, _)| field).collect()
}

/// A member by its name, and where it stands if that is known.
fn place(draft: &Draft) -> String {
    let name = &draft.function.name;
    draft
        .host
        .source
        .as_ref()
        .map_or_else(|| name.clone(), |source| format!("{name} ({}:{})", source.file, source.line))
}

fn default(text: Option<&str>) -> String {
    text.map_or_else(|| "no default".to_owned(), |text| format!("the default {text}"))
}

/// Whether query text can say every value of the shape.
pub(super) fn is_param(shape: &Shape, types: &[TypeDefinition]) -> bool {
    match shape {
        Shape::List { item, .. } => is_scalar(item, types),
        Shape::Nullable(inner) => is_scalar(inner, types),
        other => is_scalar(other, types),
    }
}

fn is_scalar(shape: &Shape, types: &[TypeDefinition]) -> bool {
    match shape {
        Shape::Integer(_)
        | Shape::BigInt
        | Shape::Number(_)
        | Shape::Boolean
        | Shape::String(_)
        | Shape::Literal(_)
        | Shape::Enum(_) => true,
        Shape::Ref(name) => types
            .binary_search_by(|candidate| candidate.name.as_str().cmp(name))
            .ok()
            .and_then(|index| types.get(index))
            // A named type that is itself a reference is a chain, never a cycle that has a scalar in it.
            .is_some_and(|named| !matches!(named.shape, Shape::Ref(_)) && is_scalar(&named.shape, types)),
        _ => false,
    }
}
