//! Errors: the protocol's own and those that functions declare (ERR-1, ERR-2, ERR-3, ERR-7).

use std::collections::BTreeMap;

use super::schema::{Schemas, Way, kind, reference};
use super::{any_of, response};
use crate::error::code::ErrorCode;
use crate::ir::model::Function;
use crate::value::compose::{Object, boolean, list, string, strings};

/// What is asked for: some errors belong to one of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Call,
    Bundle,
}

/// The schemas of the protocol's own errors.
pub(super) fn components(components: &mut Object) {
    let part = Object::new().with("type", "[\"string\",\"integer\"]").text();
    let detail = Object::new()
        .with("code", text())
        .with("message", text())
        .with("path", kind("array").with("items", part).text());
    let detail = kind("object").with("properties", detail.text()).with("required", "[\"code\",\"message\",\"path\"]");
    components.add("mizan.Detail", detail.text());
    for code in ErrorCode::ALL {
        let mut properties = vec![("contract", kind("string").with("const", string("changed")).text())];
        match code {
            ErrorCode::Validation => {
                properties.push(("details", kind("array").with("items", reference("mizan.Detail")).text()));
            }
            ErrorCode::Internal => properties.push(("id", text())),
            _ => {}
        }
        components.add(&key(code), error(code.name(), properties));
    }
    let body = Object::new().with("code", text()).with("data", "{}").with("message", text());
    let body = kind("object").with("properties", body.text()).with("required", "[\"code\",\"message\"]").text();
    let failed = Object::new().with("error", body).with("status", kind("integer").text());
    let failed = kind("object").with("properties", failed.text()).with("required", "[\"error\",\"status\"]");
    components.add("mizan.FailedEntry", failed.with_text("description", "A call of a batch that failed.").text());
}

/// The schemas of the errors that a function declares, `{function}.{CODE}`.
pub(super) fn declared(schemas: &Schemas<'_>, function: &Function, components: &mut Object) {
    for declared in &function.errors {
        let data = declared.data.as_ref().map(|data| ("data", schemas.shape(data, Way::Reply)));
        let properties = data.into_iter().collect();
        components.add(&format!("{}.{}", function.name, declared.code), error(&declared.code, properties));
    }
}

/// The body of an error of one code. Of its own members `contract` alone may be missing.
fn error(code: &str, own: Vec<(&str, String)>) -> String {
    let mut required: Vec<String> = ["code", "message"].map(str::to_owned).into();
    let mut properties = Object::new()
        .with("code", kind("string").with("const", string(code)).text())
        .with("function", text())
        .with("message", text());
    for (name, schema) in own {
        if name != "contract" {
            required.push(name.to_owned());
        }
        properties.add(name, schema);
    }
    let error = kind("object").with("properties", properties.text()).with("required", strings(&required));
    let error = error.with("additionalProperties", boolean(false)).text();
    kind("object")
        .with("properties", Object::new().with("error", error).text())
        .with("required", list([string("error")]))
        .with("additionalProperties", boolean(false))
        .text()
}

/// A response for each status that a route's errors have.
pub(super) fn responses<'f>(route: Route, functions: impl Iterator<Item = &'f Function>, responses: &mut Object) {
    let mut by_status: BTreeMap<u16, (Vec<&'static str>, Vec<String>)> = BTreeMap::new();
    for code in ErrorCode::ALL {
        let here = match code {
            // Each path of the export has its one method.
            ErrorCode::MethodNotAllowed => false,
            ErrorCode::PayloadTooLarge | ErrorCode::UnsupportedMediaType => route == Route::Call,
            _ => true,
        };
        if here {
            let (messages, schemas) = by_status.entry(code.status()).or_default();
            messages.push(code.message());
            schemas.push(reference(&key(code)));
        }
    }
    for function in functions {
        for declared in &function.errors {
            let (_, schemas) = by_status.entry(declared.status).or_default();
            schemas.push(reference(&format!("{}.{}", function.name, declared.code)));
        }
    }
    for (status, (messages, schemas)) in by_status {
        let mut description = messages.first().map_or("an error of the function's own", |message| message).to_owned();
        if let Some(first) = description.get(..1).map(str::to_uppercase) {
            description.replace_range(..1, &first);
        }
        responses.add(&status.to_string(), response(&format!("{description}."), &any_of(schemas)).text());
    }
}

fn key(code: ErrorCode) -> String {
    format!("mizan.{}", code.name())
}

fn text() -> String {
    kind("string").text()
}
