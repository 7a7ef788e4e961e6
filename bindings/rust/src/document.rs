//! The registration document: what all functions declare, for the core to freeze.

use std::time::Duration;

use serde_json::{Value, json};

use crate::context::{Context, Named, Target};
use crate::declaration::Declaration;
use crate::options::{Auth, Caching, Limits};
use crate::registration_error::about;
use crate::schema;
use crate::type_names::TypeNames;

/// What stands in the document besides the functions.
pub(crate) struct Frame<'a> {
    pub(crate) base: &'a str,
    pub(crate) expose_ir: bool,
    pub(crate) limits: Limits,
}

/// The document, and what is wrong with the declarations as far as the core cannot see it.
pub(crate) fn write(frame: &Frame<'_>, declarations: &[Declaration]) -> (Vec<u8>, Vec<String>) {
    let mut problems = Vec::new();
    let contexts = contexts(declarations, &mut problems);
    let mut names = TypeNames::default();
    let functions: Vec<Value> =
        declarations.iter().map(|declared| function(declared, &mut names, &mut problems)).collect();
    let document = json!({
        "version": 1,
        "base": frame.base,
        "expose_ir": frame.expose_ir,
        "limits": limits(&frame.limits),
        "contexts": contexts,
        "functions": functions,
    });
    (document.to_string().into_bytes(), problems)
}

fn limits(limits: &Limits) -> Value {
    json!({
        "body": limits.body,
        "query": limits.query,
        "batch": limits.batch,
        "refresh": limits.refresh,
        "functions": limits.functions,
        "upload": limits.upload,
        "file": limits.file,
        "parts": limits.parts,
        "part_headers": limits.part_headers,
        "file_name": limits.file_name,
    })
}

fn contexts(declarations: &[Declaration], problems: &mut Vec<String>) -> Vec<Value> {
    let mut known: Vec<Context> = Vec::new();
    for declaration in declarations {
        let targets = declaration.context.iter().chain(&declaration.affects).chain(&declaration.merge);
        for context in targets.filter_map(Target::context) {
            match known.iter().find(|other| other.name == context.name) {
                None => known.push(context),
                Some(other) if (other.public, other.identity) == (context.public, context.identity) => {}
                Some(other) => problems.push(about(
                    declaration,
                    format!(
                        "the context {:?} is declared twice, with other options: at {} and at {}",
                        context.name, other.place, context.place
                    ),
                    "declare it once, and name that constant where it is used",
                )),
            }
        }
    }
    known
        .iter()
        .map(|context| {
            json!({
                "name": context.name,
                "source": { "file": context.place.file(), "line": context.place.line() },
                "public": context.public,
                "identity": context.identity,
            })
        })
        .collect()
}

fn function(declaration: &Declaration, names: &mut TypeNames, problems: &mut Vec<String>) -> Value {
    let input = schema::input(declaration);
    let (output, responds) = schema::output(declaration);
    let errors = schema::errors(declaration);
    check_inputs(declaration, &input, problems);
    let data = errors.iter().filter_map(|error| error.get("data"));
    for (schema, is_input) in [(&input, true), (&output, false)].into_iter().chain(data.map(|data| (data, false))) {
        problems.extend(names.look_at(schema, is_input).map(|(problem, help)| about(declaration, problem, help)));
    }
    let timeout_ms = declaration.timeout.and_then(|seconds| {
        if seconds.is_finite() && seconds > 0.0 {
            let milliseconds = Duration::try_from_secs_f64(seconds).map_or(u128::MAX, |time| time.as_millis());
            return Some(u32::try_from(milliseconds).unwrap_or(u32::MAX).max(1));
        }
        let help = "name the seconds, more than 0; 30 is the default";
        problems.push(about(declaration, format!("a timeout of {seconds} s"), help));
        None
    });
    if responds {
        check_response(declaration, problems);
    }
    let route = declaration.route.as_ref().map(|(path, methods)| json!({ "path": path, "methods": methods }));
    let context = declaration.context.as_ref().map(Target::name);
    let reads = |fact: fn(&crate::declaration::Extracts) -> bool| declaration.extracts.iter().any(fact);
    json!({
        "name": declaration.name,
        "source": { "file": declaration.file, "line": declaration.line },
        "doc": declaration.doc,
        "deprecated": declaration.deprecated,
        "context": context,
        "auth": auth(&declaration.auth),
        "websocket": declaration.websocket,
        // What only a page can return is nothing that a client could call.
        "private": declaration.private || responds,
        "route": route,
        "input": input,
        "output": output,
        "affects": declaration.affects.iter().map(target).collect::<Vec<_>>(),
        "merge": declaration.merge.iter().map(target).collect::<Vec<_>>(),
        "errors": errors,
        "timeout_ms": timeout_ms,
        "cache": cache(declaration.cache),
        "rev": declaration.rev,
        "reads_request": reads(|extracts| extracts.reads_request),
        "reads_identity": reads(|extracts| extracts.reads_identity),
        "computes_params": declaration.computes_params,
    })
}

/// A response answers a page, and nothing else can carry it (PAGE-6).
fn check_response(declaration: &Declaration, problems: &mut Vec<String>) {
    if declaration.route.is_none() {
        let help = "say `route = \"/…\"`, or return data";
        problems.push(about(declaration, "it returns a response, and has no route that it could answer", help));
    }
    if declaration.context.is_some() {
        let help = "return data, or leave the context out";
        problems.push(about(declaration, "it returns a response, and a member of a context returns data", help));
    }
}

/// serde may call a field otherwise than the function does, and would then look for another input.
fn check_inputs(declaration: &Declaration, input: &Value, problems: &mut Vec<String>) {
    let properties = input.get("properties").and_then(Value::as_object);
    let has = |name: &str| properties.is_some_and(|properties| properties.contains_key(name));
    for name in declaration.inputs.iter().filter(|name| !has(name)) {
        let help = "name the input as it stands on the wire, without an attribute that renames, skips or flattens it";
        problems.push(about(declaration, format!("its schema does not have the input {name:?} by that name"), help));
    }
}

fn auth(auth: &Auth) -> Value {
    match auth {
        Auth::None => json!("none"),
        Auth::Authenticated => json!("authenticated"),
        Auth::Staff => json!("staff"),
        Auth::Superuser => json!("superuser"),
        Auth::Permissions(permissions) => json!({ "permissions": permissions }),
        Auth::Guard(name) => json!({ "guard": name }),
    }
}

fn cache(cache: Caching) -> Value {
    match cache {
        Caching::Default => Value::Null,
        Caching::Off => json!(false),
        Caching::Seconds(seconds) => json!(seconds),
    }
}

fn target(target: &Target) -> Value {
    match &target.0 {
        Named::Name(name) => json!(name),
        // A function may have the same name.
        Named::Context(context) => json!({ "context": context.name }),
        Named::Function { name, context: None } => json!(name),
        Named::Function { name, context: Some(context) } => json!({ "context": context.name(), "function": name }),
    }
}
