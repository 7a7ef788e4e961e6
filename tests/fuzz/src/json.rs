//! JSON bodies, and values by their types.
//!
//! - Three ways to read a text agree whether it is JSON, and `serde_json` agrees where its rules are the same.
//! - The canonical form is what RFC 8785 says, written from what `serde_json` reads; its own canonical form is itself.
//! - A value that fits its type is canonical, fits again, and is itself again; one that came as a result fits as an input.

use std::sync::LazyLock;

use mizan_core::ir::compiled::CompiledSchema;
use mizan_core::ir::program::Refusal;
use mizan_core::value::canonical::{CanonicalError, Numbers, canonicalize};
use mizan_core::value::json::{self, JsonError, JsonErrorKind};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{Core, seeds, values};

pub(crate) fn run(data: &[u8], core: Core) {
    let checked = json::check(data);
    assert_eq!(json::parse(data).err(), checked.err(), "parse and check agree");
    acceptance(data, checked);
    canonical_form(data, checked, core);
    for schema in &SCHEMAS[..] {
        by_type(schema, data, checked);
    }
}

/// What the protocol is stricter in: duplicate keys, nesting over 64, and halves of surrogate pairs.
fn acceptance(data: &[u8], checked: Result<(), JsonError>) {
    let theirs = str::from_utf8(data).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    match checked {
        Ok(()) => assert!(theirs, "only ours takes it"),
        Err(error) => {
            use JsonErrorKind::{DuplicateKey, LoneSurrogate, TooDeep};
            let stricter = matches!(error.kind, DuplicateKey | TooDeep | LoneSurrogate);
            assert!(stricter || !theirs, "only theirs takes it: {error}");
        }
    }
}

fn canonical_form(data: &[u8], checked: Result<(), JsonError>, core: Core) {
    match canonicalize(data, Numbers::Float) {
        Err(CanonicalError::Json(error)) => assert_eq!(Err(error.kind), checked.map_err(|error| error.kind)),
        Err(CanonicalError::Numbers(errors)) => {
            assert_eq!(checked, Ok(()), "syntax comes first");
            assert!(!errors.is_empty());
        }
        Ok(mut text) => {
            assert_eq!(checked, Ok(()));
            if core.errs(|| is_deep(&text)) {
                text.push(b' ');
            }
            let value: Value = serde_json::from_slice(data).expect("serde reads what ours reads");
            assert_eq!(String::from_utf8_lossy(&text), values::canonical(&value));
            assert_eq!(canonicalize(&text, Numbers::Float).as_ref(), Ok(&text), "it is its own canonical form");
        }
    }
}

/// A list in a list in an object, and a control character.
fn is_deep(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.contains(":[[") && text.contains("\\u001")
}

fn by_type(schema: &Typed, data: &[u8], checked: Result<(), JsonError>) {
    match schema.input.transcode(data, &[]) {
        Ok(text) => settled(&schema.input, &text),
        Err(Refusal::Malformed(error)) => assert_eq!(Err(error.kind), checked.map_err(|error| error.kind)),
        Err(Refusal::Invalid(details)) => {
            assert_eq!(checked, Ok(()), "syntax comes first");
            assert!(!details.is_empty());
        }
        Err(Refusal::BadQuery(problem)) => unreachable!("{problem}"),
    }
    if let Ok(text) = schema.output.transcode(data, &[]) {
        settled(&schema.output, &text);
        settled(&schema.input, &text);
    }
}

fn settled(schema: &CompiledSchema, text: &[u8]) {
    assert_eq!(canonicalize(text, Numbers::Float).as_deref(), Ok(text), "it is canonical");
    assert_eq!(schema.transcode(text, &[]).as_deref(), Ok(text), "it fits again");
}

struct Typed {
    input: CompiledSchema,
    output: CompiledSchema,
}

static SCHEMAS: LazyLock<[Typed; 2]> = LazyLock::new(|| [EVERY_SHAPE, BOUNDED].map(typed));

fn typed(schema: &str) -> Typed {
    let schema = json::parse(schema.as_bytes()).expect("it is JSON");
    let input = CompiledSchema::input(&schema).expect("it compiles");
    Typed { input, output: CompiledSchema::output(&schema).expect("it compiles") }
}

/// None of them required, so that each can be come by alone.
const EVERY_SHAPE: &str = r#"{"type":"object","properties":{
    "any":{},
    "bigint":{"type":"string","format":"bigint"},
    "boolean":{"type":"boolean"},
    "bytes":{"type":"string","format":"bytes"},
    "date":{"type":"string","format":"date"},
    "at":{"type":"string","format":"date-time"},
    "decimal":{"type":"string","format":"decimal"},
    "duration":{"type":"string","format":"duration"},
    "email":{"type":"string","format":"email"},
    "enum":{"enum":["a",1,true]},
    "integer":{"type":"integer"},
    "local":{"type":"string","format":"local-date-time"},
    "map":{"type":"object","additionalProperties":{"type":"number"}},
    "nullable":{"anyOf":[{"type":"integer"},{"type":"null"}]},
    "number":{"type":"number"},
    "string":{"type":"string"},
    "time":{"type":"string","format":"time"},
    "tuple":{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"minItems":2,"maxItems":2,"items":false},
    "union":{"anyOf":[
        {"type":"object","properties":{"kind":{"const":"a"},"v":{"type":"integer"}},"required":["kind","v"]},
        {"type":"object","properties":{"kind":{"const":"b"},"v":{"type":"string"}},"required":["kind","v"]},
        {"type":"boolean"}]},
    "uri":{"type":"string","format":"uri"},
    "uuid":{"type":"string","format":"uuid"}}}"#;

/// With bounds and defaults.
const BOUNDED: &str = r#"{"type":"object","properties":{
    "i":{"type":"integer","minimum":-5,"maximum":10,"multipleOf":5,"default":5},
    "n":{"type":"number","exclusiveMinimum":-0.5,"maximum":1e21,"default":0.1},
    "s":{"type":"string","minLength":1,"maxLength":3,"pattern":"^[a-zé😀]+$","default":"a"},
    "l":{"type":"array","items":{"type":"array","items":{"type":"number"}},"minItems":1,"maxItems":3,"uniqueItems":true}},
    "required":["l"]}"#;

/// A list in a list in an object, and another control character.
pub(crate) fn near() -> Vec<u8> {
    br#"{"a":[[1]],"b":"\u000f"}"#.to_vec()
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::pinned_bytes("json_body", "hex");
    seeds.extend(seeds::pinned_bytes("canonical_json", "hex"));
    seeds.retain(|seed| seed.len() < 512);
    let typed = [
        r#"{"any":{"b":[1,null],"a":"é"},"bigint":"-12345678901234567890","boolean":true,"bytes":"-_8","date":"2024-02-29"}"#,
        r#"{"at":"2024-03-01T12:00:00.5+02:00","decimal":"1.10","duration":"-P1DT2H3M4.5S","email":"a@b.c","enum":1}"#,
        r#"{"integer":-5,"local":"2024-03-01T12:00:00","map":{"z":1,"ä":2.5},"nullable":null,"number":1e-7,"string":"\u0000😀"}"#,
        r#"{"time":"23:59:59.25","tuple":[1,"a"],"union":{"v":"t","kind":"b"},"uri":"https://a.b/c"}"#,
        r#"{"union":{"kind":"a","v":1},"uuid":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}"#,
        r#"{"i":10,"n":1.50,"s":"é😀a","l":[[1,1.0],[2e0],[]]}"#,
    ];
    seeds.extend(typed.map(|text| text.as_bytes().to_vec()));
    seeds
}
