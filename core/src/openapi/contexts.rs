//! `GET {base}/ctx/{context}/`: a bundle, by its params (CTX-1, CTX-8, CTX-9).

use super::errors;
use super::schema::{Schemas, Way, kind, reference};
use super::{contract_parameter, description, header, response, security};
use crate::ir::model::{Context, Document, Field, Function, Shape};
use crate::ir::union::resolve;
use crate::value::compose::{Object, boolean, list, string, strings};

/// The schema of the context's bundles.
pub(super) fn component(document: &Document, schemas: &Schemas<'_>, context: &Context, components: &mut Object) {
    let mut properties = Object::new();
    let mut required = Vec::new();
    for member in document.members(context) {
        let schema = schemas.shape(&member.output, Way::Reply);
        let described = description(member)
            .map(|text| Object::new().with("allOf", list([schema.clone()])).with("description", text));
        properties.add(&member.name, described.map_or(schema, Object::text));
        required.push(member.name.clone());
    }
    let bundle = kind("object").with("properties", properties.text()).with("additionalProperties", boolean(false));
    components.add(&format!("{}.Bundle", context.name), bundle.with("required", strings(&required)).text());
}

pub(super) fn operation(document: &Document, schemas: &Schemas<'_>, context: &Context) -> String {
    let members: Vec<&Function> = document.members(context).collect();
    let mut parameters: Vec<String> = context.params.iter().map(|param| parameter(document, schemas, param)).collect();
    parameters.push(contract_parameter());
    let caching = Object::new().with("Cache-Control", header("Who may keep it, and how long."));
    let headers = caching.with("ETag", header("A strong entity tag of the body.")).text();
    let bundle = reference(&format!("{}.Bundle", context.name));
    let mut responses = Object::new();
    responses.add("200", response("The bundle.", &bundle).with("headers", headers.clone()).text());
    let fresh = Object::new().with_text("description", "The bundle is the one that `If-None-Match` names.");
    responses.add("304", fresh.with("headers", headers).text());
    if context.public {
        let other = Object::new().with_text("description", "The bundle has another URL.");
        let location = Object::new().with("Location", header("The one URL of the bundle.")).text();
        responses.add("308", other.with("headers", location).text());
    }
    errors::responses(errors::Route::Bundle, members.iter().copied(), &mut responses);
    Object::new()
        .with("operationId", string(&format!("ctx_{}", context.name)))
        .with("summary", string(&format!("Fetch a bundle of {}", context.name)))
        .with("parameters", list(parameters))
        .with("responses", responses.text())
        .with_some("security", security(members.iter().copied()))
        .text()
}

fn parameter(document: &Document, schemas: &Schemas<'_>, param: &Field) -> String {
    let lookup = |name: &str| document.type_named(name).map(|found| &found.shape);
    let nullable = match resolve(&param.shape, &lookup) {
        Some(Shape::Nullable(inner)) => Some(&**inner),
        _ => None,
    };
    // Null is said by leaving the param out, and in no other way.
    let required = document.is_required_in_query(param);
    let schema = schemas.shape(nullable.unwrap_or(&param.shape), Way::Request);
    let schema = match &param.default {
        Some(default) if default != "null" => {
            Object::new().with("allOf", list([schema])).with("default", default.clone()).text()
        }
        _ => schema,
    };
    Object::new()
        .with_text("name", &param.name)
        .with_text("in", "query")
        .with("required", boolean(required))
        .with_some("description", param.doc.as_deref().map(string))
        .with("schema", schema)
        .text()
}
