//! What holds for every schema: lowering ends in a refusal or in a document that the reader and the program accept.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::ir::kdl_read::read;
use crate::ir::kdl_write::write;
use crate::ir::lower::Lowering;
use crate::ir::model::{Auth, Cache, Document, Function, Shape, TypeDefinition};
use crate::ir::program::Program;
use crate::value::{Value, json};

/// The text of a schema; most of them make sense in most of their parts.
fn schema_text() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "{}",
        "true",
        r#"{"type":"string"}"#,
        r#"{"type":"string","format":"uuid","description":"d"}"#,
        r#"{"type":["string","null"],"maxLength":3}"#,
        r#"{"type":"integer","minimum":0}"#,
        r#"{"type":"number","exclusiveMaximum":1e300}"#,
        r#"{"type":"boolean","nullable":true}"#,
        r#"{"type":"null"}"#,
        r#"{"const":"a"}"#,
        r#"{"enum":["a","b",1,null]}"#,
        r##"{"$ref":"#/$defs/A"}"##,
        r##"{"$ref":"#/$defs/B"}"##,
        r##"{"$ref":"#/$defs/A","nullable":true}"##,
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 32, 4, |inner| {
        let properties = (subsequence(vec!["kind", "a", "B", "é"], 0..4), vec(inner.clone(), 4), any::<bool>());
        let object = properties.prop_map(|(names, shapes, required)| {
            let listed: Vec<String> =
                names.iter().zip(shapes).map(|(name, shape)| format!("{name:?}:{shape}")).collect();
            let required = if required { format!("{names:?}") } else { "[]".to_owned() };
            format!(r#"{{"type":"object","properties":{{{}}},"required":{required}}}"#, listed.join(","))
        });
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|arms| format!(r#"{{"anyOf":[{}]}}"#, arms.join(","))),
            inner.clone().prop_map(|item| format!(r#"{{"type":"array","items":{item}}}"#)),
            inner.clone().prop_map(|value| format!(r#"{{"type":"object","additionalProperties":{value}}}"#)),
            vec(inner.clone(), 0..3).prop_map(|items| {
                format!(r#"{{"type":"array","prefixItems":[{}],"items":false}}"#, items.join(","))
            }),
            (select(vec!["cat", "dog"]), inner).prop_map(|(tag, other)| format!(
                r#"{{"type":"object","properties":{{"kind":{{"const":"{tag}"}},"o":{other}}},"required":["kind"]}}"#
            )),
            object,
        ]
    })
}

fn document(types: Vec<TypeDefinition>, output: Shape) -> Document {
    let function = Function {
        name: "f".to_owned(),
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input: Vec::new(),
        output,
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: 0,
    };
    Document { types, functions: vec![function], contexts: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_lowers_is_a_valid_document(root in schema_text(), a in schema_text(), b in schema_text()) {
        let text = format!(r#"{{"type":"array","items":{root},"$defs":{{"A":{a},"B":{b}}}}}"#);
        let schema = json::parse(text.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        let mut lowering = Lowering::new();
        if let Ok(output) = lowering.output(&schema) {
            let document = document(lowering.finish(), output);
            let kdl = write(&document);
            let read = read(&kdl).map_err(|error| TestCaseError::fail(format!("{error}\n{kdl}\n{text}")))?;
            prop_assert_eq!(&read, &document);
            let compiled = Program::new(&document.types)
                .and_then(|mut program| document.functions.iter().map(|f| program.compile(&f.output)).collect::<Result<Vec<_>, _>>());
            prop_assert!(compiled.is_ok(), "{:?}\n{}", compiled, kdl);
        }
    }

    #[test]
    fn nothing_panics(members in vec((select(WORDS.to_vec()), 0_usize..8), 0..5)) {
        let values = ["1", "-1.5", "\"a\"", "[]", "{}", "true", "null", "[{\"type\":\"string\"},{}]"];
        let mut object: Vec<(String, Value)> = Vec::new();
        for (keyword, index) in members {
            if !object.iter().any(|(name, _)| name == keyword) {
                let value = json::parse(values.get(index).copied().unwrap_or("1").as_bytes());
                object.push((keyword.to_owned(), value.map_err(|error| TestCaseError::fail(error.to_string()))?));
            }
        }
        let schema = Value::Object(object);
        let refusals = [Lowering::new().input(&schema).err(), Lowering::new().output(&schema).err()];
        for error in refusals.into_iter().flatten() {
            prop_assert!(!error.problem.is_empty() && !error.help.is_empty());
        }
    }
}

const WORDS: &[&str] = &[
    "$defs",
    "$ref",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "description",
    "discriminator",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "type",
    "uniqueItems",
    "x-mizan-key",
    "x-mizan-name",
    "x-mizan-upload",
];
