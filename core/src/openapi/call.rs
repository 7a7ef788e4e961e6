//! `POST {base}/call/`: one call or a batch, told apart by `fn` (CALL-1, CALL-2, BATCH-1, BATCH-2).

use super::errors;
use super::forms::{self, Form};
use super::schema::{Schemas, Way, kind, reference};
use super::{any_of, contract_parameter, description, header, response, security};
use crate::ir::model::{Field, Function};
use crate::registry::Limits;
use crate::value::compose::{Object, boolean, list, string};

/// The schemas of each function's call and reply, and of what envelopes have in common.
pub(super) fn components(schemas: &Schemas<'_>, functions: &[&Function], limits: Limits, components: &mut Object) {
    for function in functions {
        components.add(&format!("{}.Call", function.name), call(schemas, function, limits));
        if let Some(form) = Form::of(schemas, function) {
            components.add(&format!("{}.Form", function.name), form.schema(function));
        }
        components.add(&format!("{}.Reply", function.name), reply(schemas, function));
    }
    let bundle = kind("object")
        .with("properties", Object::new().with("context", text()).with("params", kind("object").text()).text())
        .with("required", "[\"context\"]")
        .with("additionalProperties", boolean(false));
    components.add("mizan.Refresh", bundle.text());
    let target = Object::new().with("context", text()).with("function", text()).with("params", kind("object").text());
    let target = kind("object").with("properties", target.text()).with("required", "[\"context\"]");
    components.add("mizan.Target", target.with_text("description", "What the call made stale.").text());
    let merge = Object::new()
        .with("context", text())
        .with("function", text())
        .with("key", kind("array").with("items", text()).text())
        .with("op", Object::new().with("enum", "[\"replace\",\"upsert\"]").text())
        .with("params", kind("object").text())
        .with("value", "{}");
    let merge = kind("object")
        .with("properties", merge.text())
        .with("required", "[\"context\",\"function\",\"op\",\"value\"]")
        .with_text("description", "What is spliced into bundles.");
    components.add("mizan.Merge", merge.text());
    let fresh =
        Object::new().with("context", text()).with("data", kind("object").text()).with("params", kind("object").text());
    let fresh = kind("object").with("properties", fresh.text()).with("required", "[\"context\",\"data\",\"params\"]");
    components.add("mizan.Fresh", fresh.with_text("description", "A bundle that was read after the call.").text());
}

fn call(schemas: &Schemas<'_>, function: &Function, limits: Limits) -> String {
    let is_needed = |field: &Field| field.required && field.default.is_none();
    let needs_args = function.input.iter().any(|field| is_needed(field) && !forms::reaches_file(schemas, &field.shape));
    let refresh = kind("array").with("items", reference("mizan.Refresh")).with("maxItems", limits.refresh.to_string());
    let properties = Object::new()
        .with("fn", kind("string").with("const", string(&function.name)).text())
        .with("args", forms::args(schemas, &function.input))
        .with("refresh", refresh.text());
    let object = kind("object")
        .with("properties", properties.text())
        .with("required", if needs_args { "[\"args\",\"fn\"]" } else { "[\"fn\"]" })
        .with("additionalProperties", boolean(false))
        .with_some("description", description(function));
    if function.deprecated.is_some() { object.with("deprecated", boolean(true)).text() } else { object.text() }
}

fn reply(schemas: &Schemas<'_>, function: &Function) -> String {
    let each = |name: &str| kind("array").with("items", reference(name)).text();
    let properties = Object::new()
        .with("bundles", each("mizan.Fresh"))
        .with("invalidate", each("mizan.Target"))
        .with("merge", each("mizan.Merge"))
        .with("result", schemas.shape(&function.output, Way::Reply));
    kind("object")
        .with("properties", properties.text())
        .with("required", "[\"invalidate\",\"result\"]")
        .with("additionalProperties", boolean(false))
        .text()
}

/// The bodies of calls: those of JSON, where a function has any, and those with files.
fn content(schemas: &Schemas<'_>, functions: &[&Function], limits: Limits) -> String {
    let mut content = Object::new();
    let forms: Vec<(&Function, Form)> =
        functions.iter().filter_map(|function| Some((*function, Form::of(schemas, function)?))).collect();
    let needs_file = |name: &str| forms.iter().any(|(function, form)| function.name == name && form.needs_file());
    let of_json: Vec<&Function> = functions.iter().copied().filter(|function| !needs_file(&function.name)).collect();
    if !of_json.is_empty() {
        let mut mapping = Object::new();
        for function in &of_json {
            mapping.add(&function.name, string(&format!("#/components/schemas/{}.Call", function.name)));
        }
        let told = Object::new().with_text("propertyName", "fn").with("mapping", mapping.text());
        let calls = of_json.iter().map(|function| reference(&format!("{}.Call", function.name)));
        let one = Object::new().with("oneOf", list(calls)).with("discriminator", told.text()).text();
        let most = limits.batch.to_string();
        let batch = kind("array").with("items", one.clone()).with("minItems", "0").with("maxItems", most).text();
        content.add("application/json", Object::new().with("schema", any_of(vec![one, batch])).text());
    }
    if !forms.is_empty() {
        content.add("multipart/form-data", forms::content(&forms));
    }
    content.text()
}

pub(super) fn operation(schemas: &Schemas<'_>, functions: &[&Function], limits: Limits) -> String {
    let replies =
        || -> Vec<String> { functions.iter().map(|function| reference(&format!("{}.Reply", function.name))).collect() };
    let most = limits.batch;
    let body = Object::new().with("required", boolean(true)).with("content", content(schemas, functions, limits));

    let reply = any_of(replies());
    let mut entries = replies();
    entries.push(reference("mizan.FailedEntry"));
    let several = kind("array").with("items", any_of(entries)).text();
    let description = "What the function returned; for a batch a list, in the order of its calls.";
    let header =
        header("What the call made stale, an RFC 9651 List of contexts and members with the narrowing params.");
    let headers = Object::new().with("X-Mizan-Invalidate", header).text();
    let mut responses = Object::new();
    responses.add("200", response(description, &any_of(vec![reply, several])).with("headers", headers).text());
    errors::responses(errors::Route::Call, functions.iter().copied(), &mut responses);
    Object::new()
        .with_text("operationId", "call")
        .with_text("summary", &format!("Call one function, or up to {most} in a batch"))
        .with("parameters", list([contract_parameter()]))
        .with("requestBody", body.text())
        .with("responses", responses.text())
        .with_some("security", security(functions.iter().copied()))
        .text()
}

fn text() -> String {
    kind("string").text()
}
