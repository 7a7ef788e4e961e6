//! The edge manifest (EDGE-1 to EDGE-6): what an edge has to know of an application to turn one invalidation header into
//! the URLs that are stale. It is derived from the IR and nothing else.
//!
//! [`purge`] is the reader of it: the reference for edges, and what `mizan purge-urls` runs.

pub mod purge;

use crate::ir::model::{Affect, Context, Document, Field, Function, Merge, Route, Scalar, Shape};
use crate::ir::union::resolve;
use crate::registry::Application;
use crate::value::compose::{Object, boolean, list, string, strings};

/// The version of the manifest that this core writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// The name by which the caller narrows a target, among names of params.
const SUB: &str = "*sub";

/// The edge manifest of an application, canonical JSON.
#[must_use]
pub fn of_application(app: &Application) -> String {
    write(app.document(), app.base())
}

/// The edge manifest of a document that is served below `base_url`: a path, or a whole URL, without a final slash.
#[must_use]
pub fn write(document: &Document, base_url: &str) -> String {
    let mut contexts = Object::new();
    for held in &document.contexts {
        contexts.add(&held.name, context(document, held, base_url));
    }
    let mut mutations = Object::new();
    for function in &document.functions {
        if !(function.affects.is_empty() && function.merge.is_empty()) {
            mutations.add(&function.name, mutation(function));
        }
    }
    Object::new()
        .with_text("base_url", base_url)
        .with("contexts", contexts.text())
        .with("mutations", mutations.text())
        .with("version", VERSION.to_string())
        .text()
}

fn context(document: &Document, context: &Context, base_url: &str) -> String {
    let members: Vec<&Function> = document.members(context).collect();
    let mut params = Object::new();
    for held in &context.params {
        params.add(&held.name, param(document, held));
    }
    let mut sets: Vec<String> = document.known_sets(context).iter().map(strings).collect();
    if context.identity {
        sets.push(list([string(SUB)]));
    }
    let views = members.iter().filter_map(|member| member.route.as_ref()).filter(|route| is_page(route));
    Object::new()
        .with("endpoints", list([string(&endpoint(base_url, &context.name))]))
        .with("functions", list(members.iter().map(|member| member_of(member))))
        .with("params", params.text())
        .with("public", boolean(context.public))
        .with_text("render_strategy", if context.public { "psr" } else { "dynamic_cached" })
        .with("rev", document.rev(context).to_string())
        .with("tags", list(sets))
        .with("ttl", document.ttl(context).map_or_else(|| "null".to_owned(), |ttl| ttl.to_string()))
        .with("views", list(views.map(|route| string(&route.path))))
        .text()
}

/// The path of a context's bundles.
fn endpoint(base_url: &str, context: &str) -> String {
    format!("{}/ctx/{context}/", base_url.trim_end_matches('/'))
}

fn member_of(member: &Function) -> String {
    let object = Object::new().with_text("name", &member.name);
    match &member.route {
        None => object.with_text("path", "rpc").text(),
        Some(route) => {
            let get = || vec!["GET".to_owned()];
            let methods = if route.methods.is_empty() { get() } else { route.methods.clone() };
            object.with_text("path", "view").with_text("route", &route.path).with("methods", strings(&methods)).text()
        }
    }
}

/// Whether the route answers GET, so that its page can be kept.
fn is_page(route: &Route) -> bool {
    route.methods.is_empty() || route.methods.iter().any(|method| method == "GET")
}

fn param(document: &Document, param: &Field) -> String {
    let lookup = |name: &str| document.type_named(name).map(|found| &found.shape);
    let shape = resolve(&param.shape, &lookup).unwrap_or(&Shape::Any);
    let (inner, nullable) = match shape {
        Shape::Nullable(inner) => (resolve(inner, &lookup).unwrap_or(&Shape::Any), true),
        shape => (shape, matches!(shape, Shape::Literal(Scalar::Null))),
    };
    let object = Object::new()
        .with_some("default", param.default.clone())
        // Where it may be null, a URL says so by leaving it out (CTX-9).
        .with("required", boolean(document.is_required_in_query(param)))
        .with_text("type", type_name(inner));
    if nullable { object.with("nullable", boolean(true)).text() } else { object.text() }
}

fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Integer(_) => "integer",
        Shape::BigInt => "bigint",
        Shape::Number(_) => "number",
        Shape::Boolean => "boolean",
        Shape::String(_) => "string",
        Shape::Literal(_) | Shape::Enum(_) => "enum",
        Shape::List { .. } => "list",
        // No application has such a param (NAME-5); an excerpt of a document may.
        _ => "any",
    }
}

fn mutation(function: &Function) -> String {
    let affects = function.affects.iter().map(|Affect { context, function, .. }| target(context, function.as_deref()));
    let merge = function.merge.iter().map(|Merge { context, function, .. }| target(context, Some(function)));
    let mut scoped_by = Object::new();
    let mut seen = Vec::new();
    let of_affects = function.affects.iter().map(|it| (target(&it.context, it.function.as_deref()), &it.by));
    let of_merges = function.merge.iter().map(|it| (target(&it.context, Some(&it.function)), &it.by));
    for (name, by) in of_affects.chain(of_merges) {
        // What a mutation both affects and merges into is narrowed by the same names.
        if !seen.contains(&name) {
            scoped_by.add(&name, strings(by));
            seen.push(name);
        }
    }
    Object::new()
        .with("affects", list(affects.map(|name| string(&name))))
        .with("merge", list(merge.map(|name| string(&name))))
        .with("private", boolean(function.private))
        .with_some("route", function.route.as_ref().map(|route| string(&route.path)))
        .with("scoped_by", scoped_by.text())
        .text()
}

/// A target as the header names it (HDR-1): the context, or `context.function`.
fn target(context: &str, function: Option<&str>) -> String {
    function.map_or_else(|| context.to_owned(), |function| format!("{context}.{function}"))
}

#[cfg(test)]
mod tests;
