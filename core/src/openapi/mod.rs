//! The OpenAPI 3.1 export of an application: what a tool that knows OpenAPI and nothing of Mizan can use.
//!
//! The protocol has one URL for all calls, and so has the export: `POST {base}/call/`, whose request is told apart by
//! `fn`; and `GET {base}/ctx/{context}/` for each context, with typed params and the bundle as the reply. Schemas are
//! components, named `{function}.Call`, `{function}.Reply`, `{function}.Form` where it takes files, `{context}.Bundle`,
//! `mizan.{CODE}` and by the types' own names;
//! a type whose fields have defaults is `{type}.Input` in a request.

mod call;
mod contexts;
mod errors;
mod forms;
mod schema;
#[cfg(test)]
mod tests;

use crate::ir::model::{Auth, Document, Function};
use crate::registry::{Application, Limits};
use crate::value::compose::{Object, list, string};
use schema::{Schemas, Way, kind};

/// The title of an export whose application has none.
pub const TITLE: &str = "Mizan";

/// What the IR does not say, and the export has to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The path, or whole URL, below which the application is served; without a final slash.
    pub base: String,
    /// The title.
    pub title: String,
    /// The version of the application's interface; the contract's digest is one that changes by itself.
    pub version: String,
    /// The limits of a request (LIM-4, LIM-5).
    pub limits: Limits,
}

/// The export of an application, canonical JSON.
#[must_use]
pub fn of_application(app: &Application, title: &str) -> String {
    let options = Options {
        base: app.base().to_owned(),
        title: title.to_owned(),
        version: app.digest().to_owned(),
        limits: app.limits(),
    };
    write(app.document(), &options)
}

/// The export of a document, canonical JSON.
#[must_use]
pub fn write(document: &Document, options: &Options) -> String {
    let schemas = Schemas::new(document);
    let (origin, base) = split(&options.base);
    let mut paths = Object::new();
    let mut components = Object::new();
    for named in &document.types {
        for way in [Way::Reply, Way::Request] {
            let key = schemas.component(&named.name, way);
            if way == Way::Reply || key != named.name {
                components.add(&key, schemas.described(&named.shape, way, named.doc.as_deref()));
            }
        }
    }
    errors::components(&mut components);
    let callable: Vec<&Function> = document.functions.iter().filter(|function| !function.private).collect();
    for function in &document.functions {
        errors::declared(&schemas, function, &mut components);
    }
    if !callable.is_empty() {
        call::components(&schemas, &callable, options.limits, &mut components);
        paths.add(
            &format!("{base}/call/"),
            Object::new().with("post", call::operation(&schemas, &callable, options.limits)).text(),
        );
    }
    for context in &document.contexts {
        contexts::component(document, &schemas, context, &mut components);
        let operation = contexts::operation(document, &schemas, context);
        paths.add(&format!("{base}/ctx/{}/", context.name), Object::new().with("get", operation).text());
    }
    let info = Object::new().with_text("title", &options.title).with_text("version", &options.version);
    let components =
        Object::new().with("schemas", components.text()).with("securitySchemes", security_schemes()).text();
    let servers = origin.map(|origin| list([Object::new().with_text("url", origin).text()]));
    Object::new()
        .with_text("openapi", "3.1.0")
        .with("info", info.text())
        .with_some("servers", servers)
        .with("paths", paths.text())
        .with("components", components)
        .text()
}

/// The scheme and host of a base, where it has them, and its path.
fn split(base: &str) -> (Option<&str>, &str) {
    let base = base.trim_end_matches('/');
    let Some(start) = base.find("://").map(|at| at + 3) else { return (None, base) };
    let path = base.get(start..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| start + at);
    (base.get(..path), base.get(path..).unwrap_or_default())
}

fn security_schemes() -> String {
    let mwt = Object::new()
        .with_text("type", "apiKey")
        .with_text("in", "header")
        .with_text("name", "X-Mizan-Token")
        .with_text("description", "A Mizan Web Token.");
    let bearer = Object::new()
        .with_text("type", "http")
        .with_text("scheme", "bearer")
        .with_text("bearerFormat", "JWT")
        .with_text("description", "A JWT access token.");
    Object::new().with("bearer", bearer.text()).with("mwt", mwt.text()).text()
}

/// Who may ask: a token of either kind, or nothing, for those with a session of the framework's and for what is open to
/// anybody; nothing at all where no function has a guard.
fn security<'f>(functions: impl IntoIterator<Item = &'f Function>) -> Option<String> {
    let guarded = functions.into_iter().any(|function| function.auth != Auth::None);
    let scheme = |name: &str| Object::new().with(name, "[]").text();
    guarded.then(|| list([Object::new().text(), scheme("bearer"), scheme("mwt")]))
}

/// The content of a body of JSON.
fn json_content(schema: &str) -> String {
    let media = Object::new().with("schema", schema).text();
    Object::new().with("application/json", media).text()
}

/// A response with a body of JSON.
fn response(description: &str, schema: &str) -> Object {
    Object::new().with_text("description", description).with("content", json_content(schema))
}

/// One of several schemas; the one itself where it is alone.
fn any_of(schemas: Vec<String>) -> String {
    match schemas.as_slice() {
        [only] => only.clone(),
        _ => Object::new().with("anyOf", list(schemas)).text(),
    }
}

/// The header by which a client and a server learn that their contracts differ (HTTP-6), as a parameter.
fn contract_parameter() -> String {
    Object::new()
        .with_text("name", "X-Mizan-Contract")
        .with_text("in", "header")
        .with_text("description", "The digest of the contract that the client was generated from.")
        .with("schema", kind("string").with_text("pattern", "^[0-9a-f]{16}$").text())
        .text()
}

/// A header of a response that is text.
fn header(description: &str) -> String {
    Object::new().with_text("description", description).with("schema", kind("string").text()).text()
}

/// The description of a function: what its author wrote, and who may call it.
fn description(function: &Function) -> Option<String> {
    let guard = match &function.auth {
        Auth::None => None,
        Auth::Authenticated => Some("For any identity.".to_owned()),
        Auth::Staff => Some("For staff.".to_owned()),
        Auth::Superuser => Some("For superusers.".to_owned()),
        Auth::Permissions(names) => Some(format!("For identities with {}.", names.join(", "))),
        Auth::Guard(name) => Some(format!("For those whom {name} lets pass.")),
    };
    let deprecated = function.deprecated.as_ref().map(|why| format!("Deprecated: {why}"));
    let parts: Vec<String> = function.doc.clone().into_iter().chain(guard).chain(deprecated).collect();
    if parts.is_empty() { None } else { Some(string(&parts.join("\n\n"))) }
}
