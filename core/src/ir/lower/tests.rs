//! One set of values, one shape, whoever spelt the schema; and what is refused, with its place.

mod properties;
mod refused;
mod types;
mod unions;

use crate::ir::kdl_write::one_line;
use crate::ir::lower::{LowerError, Lowering};
use crate::ir::program::{Direction, Program, Refusal};
use crate::value::{Value, json};

fn schema(text: &str) -> Value {
    json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The shape of an output, on one line.
fn output(text: &str) -> String {
    match Lowering::new().output(&schema(text)) {
        Ok(shape) => one_line(&shape),
        Err(error) => panic!("{error}: {text}"),
    }
}

/// The shape of an input, on one line.
fn input(text: &str) -> String {
    match Lowering::new().input(&schema(text)) {
        Ok(fields) => one_line(&crate::ir::model::Shape::Struct(fields)),
        Err(error) => panic!("{error}: {text}"),
    }
}

/// The refusal of an output.
fn refusal(text: &str) -> LowerError {
    match Lowering::new().output(&schema(text)) {
        Ok(shape) => panic!("lowered to {}: {text}", one_line(&shape)),
        Err(error) => error,
    }
}

/// The shape of each named type, on one line.
fn named(lowering: Lowering) -> Vec<(String, String)> {
    lowering.finish().into_iter().map(|definition| (definition.name, one_line(&definition.shape))).collect()
}

/// A shape, and how libraries spell it.
const SPELLINGS: &[(&str, &[&str])] = &[
    (
        "integer",
        &[
            r#"{"type":"integer"}"#,
            r#"{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}"#,
            r#"{"type":"integer","format":"int64"}"#,
            r#"{"type":"integer","format":"int64","minimum":-9223372036854775808,"maximum":9223372036854775807}"#,
            r#"{"type":"integer","multipleOf":1,"title":"Id","description":"x","examples":[1]}"#,
            r#"{"allOf":[{"type":"integer"}],"title":"Id"}"#,
            r#"{"anyOf":[{"type":"integer"}]}"#,
        ],
    ),
    (
        "integer min=0",
        &[
            r#"{"type":"integer","format":"uint64","minimum":0}"#,
            r#"{"type":"integer","minimum":0.0}"#,
            r#"{"type":"integer","exclusiveMinimum":-1,"maximum":9007199254740991}"#,
            r#"{"type":"integer","minimum":-0.5}"#,
        ],
    ),
    (
        "integer min=1 max=5 multiple-of=5",
        &[
            r#"{"exclusiveMinimum":0,"maximum":5,"multipleOf":5,"type":"integer"}"#,
            r#"{"minimum":1,"exclusiveMaximum":6,"multipleOf":5.0,"type":"integer"}"#,
            r#"{"minimum":0,"exclusiveMinimum":0.5,"maximum":5.9,"exclusiveMaximum":7,"multipleOf":5,"type":"integer"}"#,
        ],
    ),
    ("integer min=-128 max=127", &[r#"{"type":"integer","format":"int8","minimum":-128,"maximum":127}"#]),
    ("number", &[r#"{"type":"number"}"#, r#"{"type":"number","format":"double"}"#]),
    (
        "number min=1.0 exclusive-max=3.5",
        &[
            r#"{"type":"number","minimum":1,"exclusiveMaximum":3.5}"#,
            r#"{"type":"number","format":"float","minimum":1.0,"exclusiveMaximum":3.50}"#,
        ],
    ),
    ("number min=1.0e+300", &[r#"{"type":"number","minimum":1e300}"#]),
    (
        "nullable { string }",
        &[
            r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#,
            r#"{"anyOf":[{"type":"null"},{"type":"string"}]}"#,
            r#"{"oneOf":[{"type":"string"},{"const":null}]}"#,
            r#"{"type":["string","null"]}"#,
            r#"{"type":"string","nullable":true}"#,
            r#"{"anyOf":[{"anyOf":[{"type":"string"},{"type":"null"}]},{"type":"null"}]}"#,
            r#"{"type":["string","null"],"nullable":true}"#,
        ],
    ),
    (
        "nullable { string max-length=80 }",
        &[
            r#"{"type":["string","null"],"maxLength":80}"#,
            r#"{"anyOf":[{"type":"string","maxLength":80,"minLength":0},{"type":"null"}]}"#,
        ],
    ),
    (
        "nullable { integer }",
        &[
            r#"{"anyOf":[{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991},{"type":"null"}]}"#,
            r#"{"type":["integer","null"],"format":"int32"}"#,
        ],
    ),
    (
        "literal #null",
        &[
            r#"{"type":"null"}"#,
            r#"{"type":"null","const":null}"#,
            r#"{"enum":[null]}"#,
            r#"{"anyOf":[{"type":"null"},{"type":"null"}]}"#,
        ],
    ),
    (
        "literal \"a\"",
        &[
            r#"{"const":"a"}"#,
            r#"{"const":"a","type":"string"}"#,
            r#"{"enum":["a"],"type":"string"}"#,
            r#"{"anyOf":[{"const":"a"},{"enum":["a"]}]}"#,
        ],
    ),
    ("literal 1", &[r#"{"const":1}"#, r#"{"type":"number","const":1}"#, r#"{"enum":[1.0],"type":"integer"}"#]),
    (
        "enum \"a\" \"b\"",
        &[
            r#"{"enum":["a","b"]}"#,
            r#"{"type":"string","enum":["a","b"]}"#,
            r#"{"oneOf":[{"const":"a","description":"x"},{"const":"b"}]}"#,
            r#"{"oneOf":[{"type":"string","enum":["a"]},{"type":"string","const":"b"}]}"#,
            r#"{"enum":["a","b","a"]}"#,
        ],
    ),
    (
        "nullable { enum \"a\" 1 }",
        &[
            r#"{"enum":["a",1,null]}"#,
            r#"{"anyOf":[{"const":"a"},{"const":1},{"type":"null"}]}"#,
            r#"{"type":["string","integer","null"],"enum":["a",1,null]}"#,
        ],
    ),
    (
        "boolean",
        &[r#"{"type":"boolean"}"#, r#"{"enum":[false,true]}"#, r#"{"anyOf":[{"const":true},{"const":false}]}"#],
    ),
    (
        "any",
        &[
            "{}",
            "true",
            r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#,
            r#"{"title":"X","description":"anything"}"#,
            r#"{"anyOf":[{},{"type":"null"}]}"#,
            r#"{"anyOf":[{"type":"string"},{}]}"#,
        ],
    ),
    (
        "list { string }",
        &[
            r#"{"type":"array","items":{"type":"string"}}"#,
            r#"{"type":"array","items":{"type":"string"},"minItems":0}"#,
        ],
    ),
    ("list { any }", &[r#"{"type":"array"}"#, r#"{"type":"array","items":{}}"#, r#"{"type":"array","items":true}"#]),
    (
        "list min-items=1 max-items=3 unique=#true { integer }",
        &[r#"{"items":{"type":"integer"},"maxItems":3,"minItems":1,"uniqueItems":true,"type":"array"}"#],
    ),
    (
        "tuple { number; string }",
        &[
            r#"{"maxItems":2,"minItems":2,"prefixItems":[{"type":"number"},{"type":"string"}],"type":"array"}"#,
            r#"{"type":"array","prefixItems":[{"type":"number"},{"type":"string"}],"items":false,"minItems":2,"maxItems":2}"#,
            r#"{"type":"array","minItems":2,"prefixItems":[{"type":"number"},{"type":"string"}],"items":false}"#,
            r#"{"type":"array","items":[{"type":"number"},{"type":"string"}],"minItems":2,"additionalItems":false}"#,
            r#"{"type":"array","items":[{"type":"number"},{"type":"string"}],"minItems":2}"#,
            r#"{"type":"array","prefixItems":[{"type":"number"},{"type":"string"}],"items":false}"#,
        ],
    ),
    (
        "tuple",
        &[
            r#"{"maxItems":0,"minItems":0,"type":"array"}"#,
            r#"{"type":"array","prefixItems":[],"items":false}"#,
            r#"{"type":"array","items":false}"#,
        ],
    ),
    (
        "map { integer }",
        &[
            r#"{"additionalProperties":{"type":"integer"},"type":"object"}"#,
            r#"{"type":"object","propertyNames":{"type":"string"},"additionalProperties":{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}}"#,
            r#"{"type":"object","properties":{},"additionalProperties":{"type":"integer"}}"#,
        ],
    ),
    (
        "map { any }",
        &[
            r#"{"type":"object"}"#,
            r#"{"additionalProperties":true,"type":"object"}"#,
            r#"{"type":"object","propertyNames":{"type":"string"},"additionalProperties":{}}"#,
        ],
    ),
    (
        "struct",
        &[
            r#"{"type":"object","properties":{}}"#,
            r#"{"type":"object","properties":{},"additionalProperties":false}"#,
            r#"{"type":"object","additionalProperties":false}"#,
        ],
    ),
    (
        "struct { field \"a\" { integer }; field \"b\" required=#false { string } }",
        &[
            r#"{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}},"required":["a"]}"#,
            r#"{"properties":{"a":{"title":"A","type":"integer"},"b":{"title":"B","type":"string"}},"required":["a"],"title":"X","type":"object","additionalProperties":false}"#,
        ],
    ),
    (
        "struct { field \"bio\" default=\"null\" { nullable { string } } }",
        &[
            r#"{"type":"object","properties":{"bio":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Bio"}}}"#,
            r#"{"type":"object","properties":{"bio":{"default":null,"type":["string","null"]}},"required":["bio"],"additionalProperties":false}"#,
        ],
    ),
    (
        "struct { field \"a\" default=\"1\" { number } }",
        &[
            r#"{"type":"object","properties":{"a":{"type":"number","default":1.0}}}"#,
            r#"{"type":"object","properties":{"a":{"default":1,"type":"number"}},"required":["a"]}"#,
        ],
    ),
    (
        "string format=\"date-time\"",
        &[r#"{"format":"date-time","title":"When","type":"string"}"#, r#"{"type":"string","format":"date-time"}"#],
    ),
    ("string format=\"uri\" min-length=1", &[r#"{"format":"uri","minLength":1,"type":"string"}"#]),
    (
        "string min-length=1 max-length=1",
        &[r#"{"type":"string","minLength":1,"maxLength":1}"#, r#"{"type":"string","minLength":1.0,"maxLength":1e0}"#],
    ),
    (
        "string",
        &[
            r#"{"type":"string"}"#,
            r#"{"format":"password","type":"string","writeOnly":true}"#,
            r#"{"contentMediaType":"application/json","contentSchema":{},"type":"string"}"#,
        ],
    ),
    ("string pattern=\"^a\\\\d\"", &[r#"{"pattern":"^a\\d","type":"string"}"#]),
    ("bigint", &[r#"{"type":"string","format":"bigint"}"#]),
];

#[test]
fn libraries_spell_one_shape_in_many_ways() {
    for (shape, spellings) in SPELLINGS {
        for spelling in *spellings {
            assert_eq!(output(spelling), *shape, "{spelling}");
        }
    }
}

#[test]
fn every_format_of_the_protocol_is_read() {
    for format in crate::ir::model::Format::ALL {
        let name = format.name();
        let text = format!(r#"{{"type":"string","format":"{name}"}}"#);
        assert_eq!(output(&text), format!("string format=\"{name}\""));
    }
}

#[test]
fn uploads_are_inputs() {
    let upload = |members: &str| {
        format!(
            r#"{{"type":"object","properties":{{"a":{{"type":"string","format":"binary","x-mizan-upload":{members}}}}}}}"#
        )
    };
    let shape = |upload: &str| format!("struct {{ field \"a\" required=#false {{ {upload} }} }}");
    assert_eq!(input(&upload("{}")), shape("upload"));
    assert_eq!(
        input(&upload(r#"{"max_size":10,"content_types":["image/png","a/b","image/png"]}"#)),
        shape("upload max-size=10 content-types=\"a/b image/png\"")
    );
    assert_eq!(refusal(&upload("{}")).problem, "an upload stands in what is returned");
    let refused = |text: &str| Lowering::new().input(&schema(text)).unwrap_err().problem;
    assert_eq!(refused(&upload(r#"{"max_files":1}"#)), "an upload has no \"max_files\"");
    assert_eq!(refused(&upload(r#"{"max_size":-1}"#)), "\"max_size\" of an upload must be a number of bytes");
    assert!(refused(&upload(r#"{"content_types":["png"]}"#)).starts_with("\"content_types\" of an upload must be"));
    assert!(refused(&upload(r#"{},"minLength":1"#)).contains("says nothing about an upload"));
}

#[test]
fn fields_keep_their_notes_and_marks() {
    let fields = Lowering::new()
        .input(&schema(
            r#"{"type":"object","properties":{
                "id":{"type":"integer","x-mizan-key":true,"description":" The number. "},
                "__proto__":{"type":"string","description":""}},"required":["id","__proto__"]}"#,
        ))
        .unwrap();
    let summary: Vec<_> =
        fields.iter().map(|field| (field.name.as_str(), field.doc.as_deref(), field.key, field.required)).collect();
    assert_eq!(summary, [("__proto__", None, false, true), ("id", Some("The number."), true, true)]);
}

#[test]
fn an_input_is_an_object_with_listed_properties() {
    assert_eq!(input(r#"{"type":"object","properties":{}}"#), "struct");
    assert_eq!(
        input(r##"{"$ref":"#/$defs/Args","$defs":{"Args":{"type":"object","properties":{"a":{}},"required":["a"]}}}"##),
        "struct { field \"a\" { any } }"
    );
    for text in [r#"{"type":"object"}"#, r#"{"type":"string"}"#, "{}", r#"{"type":["object","null"],"properties":{}}"#]
    {
        let error = Lowering::new().input(&schema(text)).unwrap_err();
        assert_eq!(error.problem, "the input must be an object with listed properties", "{text}");
    }
}

#[test]
fn defaults_are_written_as_their_shape_writes_them() {
    let cases = [
        (
            r#"{"type":"string","format":"date-time","default":"2024-03-01T12:00:00.500+02:00"}"#,
            r#""2024-03-01T10:00:00.5Z""#,
        ),
        (
            r#"{"type":"string","format":"uuid","default":"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"}"#,
            r#""6ba7b810-9dad-11d1-80b4-00c04fd430c8""#,
        ),
        (r#"{"type":"number","default":-0.0}"#, "0"),
        (r#"{"type":"number","default":1e300}"#, "1e+300"),
        (r#"{"type":"integer","default":9007199254740991}"#, "9007199254740991"),
        (r#"{"type":"object","default":{"b":1,"a":[]}}"#, r#"{"a":[],"b":1}"#),
        (r#"{"type":"object","properties":{"y":{"type":"integer","default":1}},"default":{}}"#, r#"{"y":1}"#),
        (r#"{"anyOf":[{"type":"string"},{"type":"null"}],"default":null}"#, "null"),
    ];
    for (property, default) in cases {
        let fields = Lowering::new().input(&schema(&format!(r#"{{"type":"object","properties":{{"a":{property}}}}}"#)));
        let fields = fields.unwrap_or_else(|error| panic!("{error}: {property}"));
        let field = fields.first().unwrap();
        assert_eq!((field.default.as_deref(), field.required), (Some(default), false), "{property}");
    }
}

#[test]
fn defaults_within_defaults_are_filled_in() {
    let text = r##"{"type":"object","properties":{"outer":{"$ref":"#/$defs/Outer","default":{}}},"$defs":{
        "Outer":{"type":"object","properties":{"inner":{"$ref":"#/$defs/Inner","default":{}},"n":{"type":"number","default":2.0}}},
        "Inner":{"type":"object","properties":{"tags":{"type":"array","items":{"type":"string"},"default":[]}}}}}"##;
    let mut lowering = Lowering::new();
    let fields = lowering.input(&schema(text)).unwrap();
    assert_eq!(fields.first().unwrap().default.as_deref(), Some(r#"{"inner":{"tags":[]},"n":2}"#));
    assert_eq!(
        named(lowering),
        [
            ("Inner".to_owned(), r#"struct { field "tags" default="[]" { list { string } } }"#.to_owned()),
            (
                "Outer".to_owned(),
                r#"struct { field "inner" default="{\"tags\":[]}" { ref "Inner" }; field "n" default="2" { number } }"#
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn a_function_that_returns_nothing_returns_null() {
    let shape = Lowering::new().output(&schema(r#"{"type":"null"}"#)).unwrap();
    let mut program = Program::new(&[]).unwrap();
    let id = program.compile(&shape).unwrap();
    let mut out = Vec::new();
    program.transcode(id, b" null ", Direction::Output, &[], &mut out).unwrap();
    assert_eq!(out, b"null");
    for text in ["0", "\"null\"", "[]", "{}", "false"] {
        let refusal = program.transcode(id, text.as_bytes(), Direction::Output, &[], &mut out).unwrap_err();
        let Refusal::Invalid(details) = refusal else { panic!("{refusal:?}") };
        assert_eq!(details.first().map(|detail| detail.message.as_str()), Some("expected null"), "{text}");
    }
}
