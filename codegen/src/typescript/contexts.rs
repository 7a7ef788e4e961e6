//! `contexts.ts`: every context, as what reads its bundle.

use std::collections::BTreeSet;

use super::comment::Comment;
use super::text::{push_import, string};
use super::{KERNEL, push_constant, sibling, string_list};
use crate::Options;
use crate::resolve::{Resolved, ResolvedContext};

/// The constants; empty where an application has no context.
pub(super) fn body(resolved: &Resolved<'_>, options: &Options) -> String {
    if resolved.contexts.is_empty() {
        return String::new();
    }
    let mut types = BTreeSet::new();
    let mut decoders = BTreeSet::new();
    let mut constants = String::new();
    for context in &resolved.contexts {
        types.extend(context.params.as_deref());
        types.insert(context.bundle.as_str());
        types.extend(context.errors.iter().map(String::as_str));
        decoders.extend(context.decoder.as_deref());
        constants.push('\n');
        comment(context).print(0, &mut constants);
        push_context(&mut constants, context);
    }
    let mut out = String::new();
    push_import(&mut out, "import", &BTreeSet::from(["type MizanContext", "defineContext"]), KERNEL);
    push_import(&mut out, "import", &BTreeSet::from(["client"]), &sibling("client", options));
    push_import(&mut out, "import", &decoders, &sibling("decoders", options));
    push_import(&mut out, "import type", &types, &sibling("types", options));
    out.push_str(&constants);
    out
}

/// The doc comment of whatever stands for a context: what it holds.
pub(crate) fn comment(context: &ResolvedContext<'_>) -> Comment {
    let members: Vec<String> = context.slots.iter().map(|slot| format!("`{}`", slot.function.name)).collect();
    Comment::new().text(&format!("The bundle of {}.", members.join(", "))).text(&format!(
        "Server: {}context {}",
        if context.context.public { "public " } else { "" },
        context.context.name
    ))
}

fn push_context(out: &mut String, resolved: &ResolvedContext<'_>) {
    let params = resolved.params.clone().unwrap_or_else(|| "undefined".to_owned());
    let mut types = vec![params, resolved.bundle.clone()];
    if !resolved.errors.is_empty() {
        types.push(resolved.errors.join(" | "));
    }
    let required: Vec<&str> =
        resolved.fields.iter().filter(|param| param.required).map(|param| param.name.as_str()).collect();
    let mut arguments = vec!["client".to_owned(), string(&resolved.context.name)];
    if !required.is_empty() || resolved.decoder.is_some() {
        arguments.push(string_list(&required));
    }
    arguments.extend(resolved.decoder.clone());
    push_constant(out, &resolved.name, Some(("MizanContext", &types)), "defineContext", &arguments);
}
