//! Schemas of shapes, and the places of an export. That whole exports are OpenAPI 3.1 is shown in `tests/openapi`.

use super::schema::{Schemas, Way};
use super::{Options, write};
use crate::ir::kdl_read;
use crate::ir::model::Document;
use crate::registry::Limits;
use crate::value::canonical::{Numbers, canonicalize};
use crate::value::{Value, json};

fn document(text: &str) -> Document {
    kdl_read::read(&format!("mizan version=1\n{text}")).unwrap()
}

/// The schemas of a shape, of a request and of a reply.
fn both(shape: &str) -> [String; 2] {
    let document = document(&format!("type \"T\" {{ {shape} }}"));
    let schemas = Schemas::new(&document);
    let shape = &document.types.first().unwrap().shape;
    [Way::Request, Way::Reply].map(|way| schemas.shape(shape, way))
}

fn reply(shape: &str) -> String {
    let [_, reply] = both(shape);
    reply
}

#[test]
fn shapes_have_their_schemas() {
    for (shape, schema) in [
        ("integer", r#"{"maximum":9007199254740991,"minimum":-9007199254740991,"type":"integer"}"#),
        ("integer min=1 max=9 multiple-of=3", r#"{"maximum":9,"minimum":1,"multipleOf":3,"type":"integer"}"#),
        ("bigint", r#"{"format":"bigint","pattern":"^(0|-?[1-9][0-9]*)$","type":"string"}"#),
        ("number min=0.5 exclusive-max=1.0", r#"{"exclusiveMaximum":1,"minimum":0.5,"type":"number"}"#),
        ("boolean", r#"{"type":"boolean"}"#),
        (
            "string min-length=1 max-length=2 pattern=\"^a\"",
            r#"{"maxLength":2,"minLength":1,"pattern":"^a","type":"string"}"#,
        ),
        ("string format=\"date\"", r#"{"format":"date","type":"string"}"#),
        ("string format=\"time\"", r#"{"format":"time-local","type":"string"}"#),
        (
            "string format=\"bytes\" pattern=\"^A\"",
            r#"{"allOf":[{"pattern":"^A"}],"contentEncoding":"base64url","pattern":"^[A-Za-z0-9_-]*$","type":"string"}"#,
        ),
        ("literal \"a\"", r#"{"const":"a","type":"string"}"#),
        ("literal #null", r#"{"type":"null"}"#),
        ("enum 1 2", r#"{"enum":[1,2],"type":"integer"}"#),
        ("enum 1 \"a\" #true", r#"{"enum":[1,"a",true]}"#),
        (
            "list min-items=1 max-items=2 unique=#true { boolean }",
            r#"{"items":{"type":"boolean"},"maxItems":2,"minItems":1,"type":"array","uniqueItems":true}"#,
        ),
        (
            "tuple { boolean; any }",
            r#"{"maxItems":2,"minItems":2,"prefixItems":[{"type":"boolean"},{}],"type":"array"}"#,
        ),
        ("map { any }", r#"{"additionalProperties":{},"type":"object"}"#),
        ("nullable { boolean }", r#"{"anyOf":[{"type":"boolean"},{"type":"null"}]}"#),
        ("union { boolean; list { any } }", r#"{"oneOf":[{"type":"boolean"},{"items":{},"type":"array"}]}"#),
        ("any", "{}"),
    ] {
        assert_eq!(reply(shape), schema, "{shape}");
    }
}

#[test]
fn a_field_with_a_default_may_be_left_out_and_is_always_there() {
    let fields =
        "struct { field \"a\" default=\"1\" { boolean }; field \"b\" { any }; field \"c\" required=#false { any } }";
    let [request, reply] = both(fields);
    assert_eq!(
        request,
        r#"{"additionalProperties":false,"properties":{"a":{"default":1,"type":"boolean"},"b":{},"c":{}},"required":["b"],"type":"object"}"#
    );
    assert_eq!(
        reply,
        r#"{"additionalProperties":false,"properties":{"a":{"type":"boolean"},"b":{},"c":{}},"required":["a","b"],"type":"object"}"#
    );
}

#[test]
fn what_a_request_may_spell_otherwise_has_no_length_there() {
    let [request, reply] = both("string format=\"date-time\" max-length=20");
    assert_eq!(request, r#"{"format":"date-time","type":"string"}"#);
    assert_eq!(reply, r#"{"format":"date-time","maxLength":20,"type":"string"}"#);
}

const SHOP: &str = r#"
type "Book" { struct { field "pages" default="1" { integer }; field "shelf" { nullable { ref "Shelf" } } } }
type "Cat" { struct { field "kind" default="\"cat\"" { literal "cat" } } }
type "Dog" { struct { field "kind" { literal "dog" } } }
type "Shelf" { struct { field "books" { list { ref "Book" } } } }
type "Plain" { struct { field "a" { any } } }
function "add" {
    deprecated "Use put."
    input { field "book" { ref "Book" } }
    output { ref "Book" }
    error "TAKEN" status=409 { struct { field "by" { integer } } }
}
function "hidden" {
    private
    output { ref "Plain" }
    context "shelf"
}
function "pet" {
    input { field "pet" { union discriminator="kind" { ref "Cat"; ref "Dog" } } }
    output { any }
    auth "staff"
}
context "shelf" {
    param "a" { nullable { integer } }
    param "b" default="[]" { list { string } }
    member "hidden"
}
"#;

fn export(base: &str) -> Value {
    let options =
        Options { base: base.to_owned(), title: "Shop".to_owned(), version: "1".to_owned(), limits: Limits::default() };
    let text = write(&document(SHOP), &options);
    assert_eq!(canonicalize(text.as_bytes(), Numbers::Any).unwrap(), text.as_bytes());
    json::parse(text.as_bytes()).unwrap()
}

fn at(value: &Value, path: &[&str]) -> String {
    let found = path.iter().try_fold(value, |value, name| value.get(name));
    found.map_or_else(
        || "nothing".to_owned(),
        |found| String::from_utf8(found.to_canonical(Numbers::Any).unwrap()).unwrap(),
    )
}

#[test]
fn only_types_that_differ_have_two_components() {
    let export = export("/api/mizan");
    let schemas = export.get("components").and_then(|it| it.get("schemas")).and_then(Value::as_object).unwrap();
    let mut names: Vec<&str> =
        schemas.iter().map(|(name, _)| name.as_str()).filter(|it| !it.starts_with("mizan.")).collect();
    names.sort_unstable();
    let expected = [
        "Book",
        "Book.Input",
        "Cat",
        "Cat.Input",
        "Dog",
        "Plain",
        "Shelf",
        "Shelf.Input",
        "add.Call",
        "add.Reply",
        "add.TAKEN",
        "pet.Call",
        "pet.Reply",
        "shelf.Bundle",
    ];
    assert_eq!(names, expected);
}

#[test]
fn calls_are_told_apart_and_private_functions_are_none() {
    let export = export("/api/mizan");
    let schema = ["paths", "/api/mizan/call/", "post", "requestBody", "content", "application/json", "schema", "anyOf"];
    let calls = at(&export, &schema);
    assert!(
        calls.starts_with("[{\"discriminator\":{\"mapping\":{\"add\":\"#/components/schemas/add.Call\","),
        "{calls}"
    );
    assert!(!calls.contains("hidden"), "{calls}");
    assert!(at(&export, &["components", "schemas", "add.Call", "deprecated"]).contains("true"));
    let pet = at(&export, &["components", "schemas", "pet.Call", "properties", "args", "properties", "pet"]);
    assert_eq!(
        pet,
        "{\"discriminator\":{\"mapping\":{\"cat\":\"#/components/schemas/Cat.Input\",\"dog\":\"#/components/schemas/Dog\"},\
         \"propertyName\":\"kind\"},\"oneOf\":[{\"$ref\":\"#/components/schemas/Cat.Input\"},\
         {\"$ref\":\"#/components/schemas/Dog\"}],\"required\":[\"kind\"]}"
    );
    let conflict = at(&export, &["paths", "/api/mizan/call/", "post", "responses", "409", "content"]);
    assert!(conflict.contains("mizan.CONFLICT") && conflict.contains("add.TAKEN"), "{conflict}");
    assert_eq!(at(&export, &["paths", "/api/mizan/call/", "post", "security"]), r#"[{},{"bearer":[]},{"mwt":[]}]"#);
}

const FILES: &str = r#"
type "Page" { struct { field "scan" { upload }; field "next" { nullable { ref "Page" } } } }
function "keep" {
    input {
        field "photo" { upload max-size=9 content-types="image/png image/gif" }
        field "note" { string }
        field "cover" { nullable { upload } }
        field "pages" { list { upload } }
        field "book" { ref "Page" }
    }
    output { any }
}
function "store" {
    input { field "cover" { nullable { upload content-types="image/png" } } }
    output { any }
}
"#;

#[test]
fn a_call_with_files_is_a_form() {
    let options = Options {
        base: "/m".to_owned(),
        title: "Files".to_owned(),
        version: "1".to_owned(),
        limits: Limits::default(),
    };
    let text = write(&document(FILES), &options);
    assert_eq!(canonicalize(text.as_bytes(), Numbers::Any).unwrap(), text.as_bytes());
    let export = json::parse(text.as_bytes()).unwrap();
    let content = ["paths", "/m/call/", "post", "requestBody", "content"];
    let of_json = at(&export, &[&content[..], &["application/json", "schema"]].concat());
    // One call has to have a file, and is no JSON; the other may do without.
    assert!(of_json.contains("store.Call") && !of_json.contains("keep.Call"), "{of_json}");
    assert_eq!(
        at(&export, &[&content[..], &["multipart/form-data"]].concat()),
        "{\"encoding\":{\"/book/scan\":{\"contentType\":\"*/*\"},\"/cover\":{\"contentType\":\"*/*, image/png\"},\
         \"/photo\":{\"contentType\":\"image/gif, image/png\"},\"call\":{\"contentType\":\"application/json\"}},\
         \"schema\":{\"oneOf\":[{\"$ref\":\"#/components/schemas/keep.Form\"},\
         {\"$ref\":\"#/components/schemas/store.Form\"}]}}"
    );
    let form = |name: &str| at(&export, &["components", "schemas", "keep.Form", name]);
    assert_eq!(form("required"), r#"["call","/book/scan","/photo"]"#);
    assert_eq!(
        form("patternProperties"),
        "{\"^/book/next/\":{\"contentMediaType\":\"application/octet-stream\",\"type\":\"string\"},\
         \"^/pages/(0|[1-9][0-9]*)$\":{\"contentMediaType\":\"application/octet-stream\",\"type\":\"string\"}}"
    );
    let photo = at(&export, &["components", "schemas", "keep.Form", "properties", "/photo"]);
    assert_eq!(photo, r#"{"contentMediaType":"application/octet-stream","maxLength":9,"type":"string"}"#);
    // Where a file belongs, the text of the call has nothing, or null.
    let args = |name: &str| at(&export, &["components", "schemas", "keep.Call", "properties", "args", name]);
    assert_eq!(args("required"), r#"["note"]"#);
    assert_eq!(
        args("properties"),
        r#"{"book":{},"cover":{"type":"null"},"note":{"type":"string"},"pages":{},"photo":{"type":"null"}}"#
    );
}

#[test]
fn a_bundle_has_the_params_of_its_url() {
    let export = export("https://shop.example/rpc/");
    assert_eq!(at(&export, &["servers"]), r#"[{"url":"https://shop.example"}]"#);
    let parameters = at(&export, &["paths", "/rpc/ctx/shelf/", "get", "parameters"]);
    assert!(
        parameters.starts_with(
            r#"[{"in":"query","name":"a","required":false,"schema":{"maximum":9007199254740991,"minimum":-9007199254740991,"type":"integer"}},{"in":"query","name":"b","required":false,"schema":{"allOf":[{"items":{"type":"string"},"type":"array"}],"default":[]}},"#
        ),
        "{parameters}"
    );
    assert_eq!(at(&export, &["paths", "/rpc/ctx/shelf/", "get", "security"]), "nothing");
    assert_eq!(at(&export, &["components", "schemas", "shelf.Bundle", "required"]), r#"["hidden"]"#);
}

#[test]
fn an_application_of_nothing_has_an_export() {
    let options = Options {
        base: "/api".to_owned(),
        title: "None".to_owned(),
        version: "1".to_owned(),
        limits: Limits::default(),
    };
    assert!(write(&document(""), &options).contains("\"paths\":{}"));
}

#[test]
fn limits_are_those_of_the_application() {
    let limits = Limits { batch: 7, refresh: 3, ..Limits::default() };
    let options = Options { base: "/api".to_owned(), title: "Shop".to_owned(), version: "1".to_owned(), limits };
    let text = write(&document(SHOP), &options);
    assert!(text.contains(r#""maxItems":7,"minItems":0"#), "{text}");
    assert!(text.contains("or up to 7 in a batch"), "{text}");
    assert!(text.contains(r##""items":{"$ref":"#/components/schemas/mizan.Refresh"},"maxItems":3"##), "{text}");
}
