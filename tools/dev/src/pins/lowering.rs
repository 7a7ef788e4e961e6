//! Cases of JSON Schema as several libraries print it, and the one shape that each becomes (`docs/ir.md`).

use super::case::{Case, Expected, case};

const RULE: &str = "ir.md#from-declarations-to-shapes";

/// Id, who prints it and of what, schema, shape.
#[rustfmt::skip]
const ONE_LINE: &[(&str, &str, &str, &str)] = &[
    ("integer-pydantic", "Pydantic: int", r#"{"title":"V","type":"integer"}"#, "integer"),
    ("integer-zod", "Zod: z.int()", r#"{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}"#, "integer"),
    ("integer-schemars", "schemars: i64", r#"{"type":"integer","format":"int64"}"#, "integer"),
    ("integer-arktype", "ArkType: number.integer", r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"integer"}"#, "integer"),
    ("integer-valibot", "Valibot: pipe(number(), integer())", r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"integer"}"#, "integer"),
    ("bounds-pydantic", "Pydantic: Field(ge=0, le=255)", r#"{"maximum":255,"minimum":0,"type":"integer"}"#, "integer min=0 max=255"),
    ("bounds-schemars", "schemars: u8", r#"{"type":"integer","format":"uint8","minimum":0,"maximum":255}"#, "integer min=0 max=255"),
    ("bounds-zod", "Zod: z.int().gt(-1).lt(256)", r#"{"type":"integer","exclusiveMinimum":-1,"exclusiveMaximum":256}"#, "integer min=0 max=255"),
    ("bounds-float", "schemars 0.8: u8, its bounds as floats", r#"{"type":"integer","format":"uint8","minimum":0.0,"maximum":255.0}"#, "integer min=0 max=255"),
    ("multiple", "Pydantic: Field(multiple_of=5)", r#"{"multipleOf":5,"type":"integer"}"#, "integer multiple-of=5"),
    ("number-pydantic", "Pydantic: float", r#"{"title":"V","type":"number"}"#, "number"),
    ("number-schemars", "schemars: f64", r#"{"type":"number","format":"double"}"#, "number"),
    ("number-bounds", "Pydantic: Field(ge=0, lt=1.5); bounds have a point", r#"{"exclusiveMaximum":1.5,"minimum":0,"type":"number"}"#, "number min=0.0 exclusive-max=1.5"),
    ("boolean", "all: a boolean", r#"{"type":"boolean"}"#, "boolean"),
    ("bigint", "adapters: an integer of any size", r#"{"type":"string","format":"bigint"}"#, "bigint"),
    ("string-pydantic", "Pydantic: Field(min_length=1, max_length=20)", r#"{"maxLength":20,"minLength":1,"title":"V","type":"string"}"#, "string min-length=1 max-length=20"),
    ("string-zod", "Zod: z.string().min(1).max(20)", r#"{"type":"string","minLength":1,"maxLength":20}"#, "string min-length=1 max-length=20"),
    ("string-no-minimum", "a least length of 0 says nothing", r#"{"type":"string","minLength":0}"#, "string"),
    ("string-pattern", "Zod: z.string().regex(/^[a-z]+$/)", r#"{"type":"string","pattern":"^[a-z]+$"}"#, r#"string pattern="^[a-z]+$""#),
    ("string-notes", "annotations say nothing of the values", r#"{"type":"string","title":"T","examples":["a"],"deprecated":true,"readOnly":true,"$comment":"c"}"#, "string"),
    ("format-date-time", "Pydantic: AwareDatetime", r#"{"format":"date-time","title":"V","type":"string"}"#, r#"string format="date-time""#),
    ("format-uuid", "schemars: Uuid", r#"{"type":"string","format":"uuid"}"#, r#"string format="uuid""#),
    ("literal-pydantic", "Pydantic: Literal[\"a\"]", r#"{"const":"a","type":"string"}"#, r#"literal "a""#),
    ("literal-zod", "Zod: z.literal(\"a\")", r#"{"type":"string","const":"a"}"#, r#"literal "a""#),
    ("literal-valibot", "Valibot: literal(\"a\")", r#"{"const":"a"}"#, r#"literal "a""#),
    ("literal-enum", "schemars: an enum of one variant", r#"{"type":"string","enum":["a"]}"#, r#"literal "a""#),
    ("literal-integer", "Pydantic: Literal[1]", r#"{"const":1,"type":"integer"}"#, "literal 1"),
    ("literal-boolean", "Pydantic: Literal[True]", r#"{"const":true,"type":"boolean"}"#, "literal #true"),
    ("enum-pydantic", "Pydantic: Literal[\"b\", \"a\"], in declared order", r#"{"enum":["b","a"],"type":"string"}"#, r#"enum "b" "a""#),
    ("enum-zod", "Zod: z.enum([\"b\", \"a\"])", r#"{"type":"string","enum":["b","a"]}"#, r#"enum "b" "a""#),
    ("enum-arktype", "ArkType: 'b' | 'a'", r#"{"enum":["b","a"]}"#, r#"enum "b" "a""#),
    ("enum-schemars", "schemars: variants that are documented", r#"{"oneOf":[{"description":"Second.","type":"string","const":"b"},{"description":"First.","type":"string","const":"a"}]}"#, r#"enum "b" "a""#),
    ("enum-zod-union", "Zod: a union of literals", r#"{"anyOf":[{"type":"string","const":"b"},{"type":"string","const":"a"}]}"#, r#"enum "b" "a""#),
    ("list", "all: a list with bounds", r#"{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":9}"#, "list min-items=1 max-items=9 { integer }"),
    ("list-unique", "Pydantic: set[str]; schemars: HashSet", r#"{"items":{"type":"string"},"type":"array","uniqueItems":true}"#, "list unique=#true { string }"),
    ("map-pydantic", "Pydantic: dict[str, int]", r#"{"additionalProperties":{"type":"integer"},"type":"object"}"#, "map { integer }"),
    ("map-zod", "Zod: z.record(z.string(), z.int())", r#"{"type":"object","propertyNames":{"type":"string"},"additionalProperties":{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}}"#, "map { integer }"),
    ("map-schemars", "schemars: HashMap<String, i32>", r#"{"type":"object","additionalProperties":{"type":"integer","format":"int32","minimum":-2147483648,"maximum":2147483647}}"#, "map { integer min=-2147483648 max=2147483647 }"),
    ("map-any", "Pydantic: dict[str, Any]", r#"{"additionalProperties":true,"type":"object"}"#, "map { any }"),
    ("nullable-pydantic", "Pydantic: str | None", r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "nullable { string }"),
    ("nullable-schemars", "schemars: Option<String>", r#"{"type":["string","null"]}"#, "nullable { string }"),
    ("nullable-openapi", "OpenAPI 3.0: nullable", r#"{"type":"string","nullable":true}"#, "nullable { string }"),
    ("nullable-one-of", "with null first, in oneOf", r#"{"oneOf":[{"type":"null"},{"type":"string"}]}"#, "nullable { string }"),
    ("nullable-twice", "a nullable of a nullable is one", r#"{"anyOf":[{"anyOf":[{"type":"string"},{"type":"null"}]},{"type":"null"}]}"#, "nullable { string }"),
    ("any-empty", "Pydantic: Any; Zod: z.unknown()", "{}", "any"),
    ("any-true", "schemars: Value", "true", "any"),
    ("null", "a function that returns nothing", r#"{"type":"null"}"#, "literal #null"),
    ("struct-closed", "Zod: an object; that it is closed adds nothing", r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}"#, r#"struct { field "a" { integer } }"#),
    ("struct-open", "Pydantic: the same without", r#"{"properties":{"a":{"title":"A","type":"integer"}},"required":["a"],"title":"M","type":"object"}"#, r#"struct { field "a" { integer } }"#),
    ("field-optional", "a field that may be left out", r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#, r#"struct { field "a" required=#false { integer } }"#),
    ("field-default", "a default is canonical JSON, and its field is not required", r#"{"type":"object","properties":{"a":{"type":"number","default":1.50}}}"#, r#"struct { field "a" default="1.5" { number } }"#),
    ("field-default-required", "a default that is always there in an output", r#"{"type":"object","properties":{"a":{"type":"integer","default":1}},"required":["a"]}"#, r#"struct { field "a" default="1" { integer } }"#),
    ("field-doc", "a description is the doc of its field", r#"{"type":"object","properties":{"a":{"type":"integer","description":" How many. "}},"required":["a"]}"#, r#"struct { field "a" doc="How many." { integer } }"#),
    ("field-key", "a key", r#"{"type":"object","properties":{"a":{"type":"integer","x-mizan-key":true}},"required":["a"]}"#, r#"struct { field "a" key=#true { integer } }"#),
    ("struct-empty", "an object of nothing", r#"{"type":"object","properties":{}}"#, "struct"),
];

/// Id, who prints it and of what, schema, parts of the document.
#[rustfmt::skip]
const SEVERAL_LINES: &[(&str, &str, &str, &[&str])] = &[
    ("tuple-pydantic", "Pydantic: tuple[int, str]", r#"{"maxItems":2,"minItems":2,"prefixItems":[{"type":"integer"},{"type":"string"}],"type":"array"}"#, TUPLE),
    ("tuple-arktype", "ArkType: [number.integer, string]", r#"{"type":"array","minItems":2,"prefixItems":[{"type":"integer"},{"type":"string"}],"items":false}"#, TUPLE),
    ("tuple-valibot", "Valibot: strictTuple, draft-07", r#"{"type":"array","items":[{"type":"integer"},{"type":"string"}],"minItems":2,"additionalItems":false}"#, TUPLE),
    ("tuple-schemars-0.8", "schemars 0.8: (i64, String)", r#"{"type":"array","items":[{"type":"integer","format":"int64"},{"type":"string"}],"maxItems":2,"minItems":2}"#, TUPLE),
    ("union", "kinds that differ, in declared order", r#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, &["    output {\n        union {\n            string\n            integer\n        }\n    }\n"]),
    ("union-types", "the same as a list of types", r#"{"type":["string","integer"]}"#, &["        union {\n            string\n            integer\n        }\n"]),
    ("union-null", "null among several arms", r#"{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}]}"#, &["nullable {\n", "union {\n"]),
    ("union-tagged-pydantic", "Pydantic: a discriminator", r##"{"discriminator":{"mapping":{"a":"#/$defs/A","b":"#/$defs/B"},"propertyName":"kind"},"oneOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/B"}],"$defs":{"A":{"properties":{"kind":{"const":"a","type":"string"}},"required":["kind"],"title":"A","type":"object"},"B":{"properties":{"kind":{"const":"b","type":"string"}},"required":["kind"],"title":"B","type":"object"}}}"##, TAGGED),
    ("union-tagged-zod", "Zod: found from the arms", r##"{"anyOf":[{"$ref":"#/$defs/A"},{"$ref":"#/$defs/B"}],"$defs":{"A":{"type":"object","properties":{"kind":{"type":"string","const":"a"}},"required":["kind"],"additionalProperties":false},"B":{"type":"object","properties":{"kind":{"type":"string","const":"b"}},"required":["kind"],"additionalProperties":false}}}"##, TAGGED),
    ("ref", "a definition is a named type", r##"{"$ref":"#/$defs/Item","$defs":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##, ITEM),
    ("ref-draft-07", "definitions of draft-07", r##"{"$ref":"#/definitions/Item","definitions":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##, ITEM),
    ("ref-all-of", "schemars 0.8: a reference within allOf", r##"{"description":"It.","allOf":[{"$ref":"#/definitions/Item"}],"definitions":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##, ITEM),
    ("ref-by-name", "an adapter names the root", r#"{"x-mizan-name":"Item","type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}"#, ITEM),
    ("ref-doc", "a description is the doc of its type", r##"{"$ref":"#/$defs/Item","$defs":{"Item":{"type":"object","description":"A thing.","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##, &["type \"Item\" doc=\"A thing.\" {"]),
    ("ref-generic", "a name becomes an identifier", r##"{"$ref":"#/$defs/Page[int]","$defs":{"Page[int]":{"type":"integer","minimum":1}}}"##, &["type \"Page_int_\" { integer min=1 }\n", "output { ref \"Page_int_\" }"]),
    ("ref-recursive", "a type within itself", r##"{"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":{"items":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["items"]}}}"##, &["field \"items\" { list { ref \"Node\" } }"]),
    ("ref-unused", "a type that nothing reaches does not stand there", r#"{"type":"integer","$defs":{"Item":{"type":"string"}}}"#, &["mizan version=1\n\nfunction \"f\" { output { integer } }\n"]),
];

const TUPLE: &[&str] = &["    output {\n        tuple {\n            integer\n            string\n        }\n    }\n"];
#[rustfmt::skip]
const TAGGED: &[&str] = &[
    "union discriminator=\"kind\" {\n            ref \"A\"\n            ref \"B\"\n", "struct { field \"kind\" { literal \"a\" } }",
];
const ITEM: &[&str] = &["type \"Item\" { struct { field \"id\" { integer } } }\n", "{ output { ref \"Item\" } }\n"];

/// Id, reason, schema, a part of the message. None builds.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("not", "a keyword that the IR cannot say", r#"{"not":{"type":"string"}}"#, "\"not\" cannot be said"),
    ("if", "a condition", r#"{"if":{},"then":{}}"#, "\"if\" cannot be said"),
    ("pattern-properties", "keys by pattern", r#"{"type":"object","patternProperties":{"^a":{}}}"#, "\"patternProperties\" cannot be said"),
    ("contains", "an item that must be there", r#"{"type":"array","items":{},"contains":{}}"#, "\"contains\" cannot be said"),
    ("min-properties", "a count of members", r#"{"type":"object","additionalProperties":{},"minProperties":1}"#, "\"minProperties\" cannot be said"),
    ("content-encoding", "bytes in another spelling", r#"{"type":"string","contentEncoding":"base64"}"#, "\"format\": \"bytes\""),
    ("misspelt", "a keyword of nobody's", r#"{"type":"string","maxlength":5}"#, "\"maxlength\" is no keyword"),
    ("of-another-type", "a keyword that says nothing about its type", r#"{"type":"integer","maxLength":5}"#, "\"maxLength\""),
    ("format-unknown", "a format of nobody's", r#"{"type":"string","format":"hostname"}"#, "no format \"hostname\""),
    ("multiple-of-number", "multiples of doubles are not exact", r#"{"type":"number","multipleOf":0.1}"#, "\"multipleOf\" of a number"),
    ("bounds-empty", "no integer lies between", r#"{"type":"integer","minimum":5,"maximum":1}"#, "no integer lies from 5 to 1"),
    ("bounds-unsafe", "a bound beyond the safe integers", r#"{"type":"integer","minimum":9007199254740993}"#, "no integer of the protocol"),
    ("pattern-lookahead", "a pattern of another engine", r#"{"type":"string","pattern":"(?=a)"}"#, "pattern"),
    ("pattern-open", "a pattern that is none", r#"{"type":"string","pattern":"["}"#, "pattern"),
    ("ref-nowhere", "a reference to nothing", r##"{"$ref":"#/$defs/Item"}"##, "leads nowhere"),
    ("ref-elsewhere", "a reference into another document", r#"{"$ref":"https://example.org/a.json"}"#, "names no schema"),
    ("ref-beside", "a keyword beside a reference", r##"{"$ref":"#/$defs/A","minimum":1,"$defs":{"A":{"type":"integer"}}}"##, "stands beside \"$ref\""),
    ("ref-to-itself", "a type that is nothing but itself", r##"{"$ref":"#/$defs/A","$defs":{"A":{"$ref":"#/$defs/A"}}}"##, "itself"),
    ("all-of-two", "two schemas at once", r#"{"allOf":[{"type":"object","properties":{}},{"type":"object","properties":{}}]}"#, "\"allOf\" of more than one"),
    ("union-numbers", "NAME-7: integer and number are one JSON kind", r#"{"anyOf":[{"type":"integer"},{"type":"number"}]}"#, "ambiguous union"),
    ("union-strings", "NAME-7: two kinds of text", r#"{"anyOf":[{"type":"string","format":"date"},{"type":"string","format":"uuid"}]}"#, "ambiguous union"),
    ("union-objects", "NAME-7: objects without a tag", r#"{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},{"type":"object","properties":{"b":{"type":"integer"}},"required":["b"]}]}"#, "no field tells all the object arms apart"),
    ("union-one-tag", "NAME-7: one tag text in two arms", r#"{"anyOf":[{"type":"object","properties":{"k":{"const":"a"}},"required":["k"]},{"type":"object","properties":{"k":{"const":"a"},"b":{"type":"integer"}},"required":["k"]}]}"#, "no field tells all the object arms apart"),
    ("union-empty", "no arm", r#"{"anyOf":[]}"#, "no arms"),
    ("false", "a schema that no value fits", "false", "no value fits"),
    ("default-unfit", "a default that is not of the type", r#"{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}"#, "default"),
    ("default-unsafe", "a default that languages read differently", r#"{"type":"object","properties":{"a":{"type":"integer","default":9007199254740993}}}"#, "default"),
    ("enum-floats", "values that are no integers", r#"{"enum":[1.5,2.5]}"#, "enum"),
    ("enum-empty", "no value", r#"{"enum":[]}"#, "enum"),
    ("const-object", "a value that is no scalar", r#"{"const":{}}"#, "const"),
    ("tuple-open", "a tuple with more after it", r#"{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"string"}}"#, "items"),
    ("tuple-optional", "a tuple whose places may be left out", r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"minItems":1,"maxItems":2}"#, "Items"),
    ("map-keys", "keys of a pattern", r#"{"type":"object","propertyNames":{"pattern":"^a"},"additionalProperties":{}}"#, "propertyNames"),
    ("struct-and-map", "named members and any others", r#"{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"integer"}}"#, "additionalProperties"),
    ("required-unknown", "a required member that is not described", r#"{"type":"object","properties":{},"required":["a"]}"#, "required"),
    ("upload-output", "a file cannot be returned", r#"{"type":"string","format":"binary","x-mizan-upload":{}}"#, "upload"),
    ("binary-alone", "neither bytes nor a file", r#"{"type":"string","format":"binary"}"#, "binary"),
    ("type-unknown", "a type of nobody's", r#"{"type":"float"}"#, "there is no such type"),
    ("no-type", "bounds without a type", r#"{"minimum":1}"#, "without \"type\""),
    ("if-alone", "a case without its condition", r#"{"then":{}}"#, "\"then\" cannot be said"),
    ("dependent-required", "a member that wants another", r#"{"type":"object","properties":{},"dependentRequired":{}}"#, "\"dependentRequired\" cannot be said"),
    ("dependent-schemas", "a member that changes the others", r#"{"type":"object","properties":{},"dependentSchemas":{}}"#, "\"dependentSchemas\" cannot be said"),
    ("max-properties", "a count of members", r#"{"type":"object","additionalProperties":{},"maxProperties":9}"#, "\"maxProperties\" cannot be said"),
    ("min-contains", "a count of items of a kind", r#"{"type":"array","items":{},"minContains":1}"#, "\"minContains\" cannot be said"),
    ("unevaluated-properties", "what no part has looked at", r#"{"type":"object","properties":{},"unevaluatedProperties":false}"#, "\"unevaluatedProperties\" cannot be said"),
    ("unevaluated-items", "the same of items", r#"{"type":"array","items":{},"unevaluatedItems":false}"#, "\"unevaluatedItems\" cannot be said"),
    ("dynamic-ref", "a reference that moves", r##"{"$dynamicRef":"#node"}"##, "\"$dynamicRef\" cannot be said"),
    ("recursive-ref", "its older form", r##"{"$recursiveRef":"#"}"##, "\"$recursiveRef\" cannot be said"),
    ("format-ipv4", "Zod: z.ipv4()", r#"{"type":"string","format":"ipv4"}"#, "no format \"ipv4\""),
    ("format-regex", "a format of JSON Schema's own that the IR does not have", r#"{"type":"string","format":"regex"}"#, "no format \"regex\""),
    ("format-integer", "a format of text on an integer", r#"{"type":"integer","format":"date"}"#, "no format \"date\" of integers"),
    ("pattern-backreference", "a pattern that looks back", r#"{"type":"string","pattern":"(a)\\1"}"#, "pattern"),
    ("pattern-named-class", "a pattern that languages read differently", r#"{"type":"string","pattern":"[[:alpha:]]"}"#, "named class"),
    ("pattern-repetition", "a repetition of a repetition", r#"{"type":"string","pattern":"a**"}"#, "repeats a repetition"),
    ("multiple-of-zero", "multiples of nothing", r#"{"type":"integer","multipleOf":0}"#, "must be an integer above 0"),
    ("multiple-of-half", "multiples of a half", r#"{"type":"integer","multipleOf":0.5}"#, "must be an integer above 0"),
    ("number-bounds-empty", "no number lies between", r#"{"type":"number","minimum":2,"maximum":1}"#, "no number lies from 2 to 1"),
    ("lengths-empty", "no text is so long", r#"{"type":"string","minLength":5,"maxLength":1}"#, "no value fits"),
    ("items-empty", "no list is so long", r#"{"type":"array","items":{},"minItems":5,"maxItems":1}"#, "no value fits"),
    ("length-negative", "a length below 0", r#"{"type":"string","maxLength":-1}"#, "a whole number, 0 or more"),
    ("bound-text", "a bound that is text", r#"{"type":"integer","minimum":"1"}"#, "must be a finite number"),
    ("properties-list", "properties that are a list", r#"{"type":"object","properties":[]}"#, "must be an object"),
    ("required-text", "a name alone", r#"{"type":"object","properties":{"a":{}},"required":"a"}"#, "must be a list"),
    ("schema-text", "a schema that is text", r#"{"type":"array","items":"string"}"#, "a schema is an object"),
    ("own-keyword", "a keyword that claims to be this project's", r#"{"type":"string","x-mizan-secret":true}"#, "\"x-mizan-secret\""),
    ("union-lists", "NAME-7: two kinds of list", r#"{"anyOf":[{"type":"array","items":{"type":"integer"}},{"type":"array","items":{"type":"string"}}]}"#, "ambiguous union"),
    ("union-enum", "NAME-7: a boolean, and an enum with one", r#"{"anyOf":[{"type":"boolean"},{"enum":["a",true]}]}"#, "ambiguous union"),
    ("type-empty", "no type at all", r#"{"type":[]}"#, "type"),
    ("enum-list", "a list among the values", r#"{"enum":["a",[1]]}"#, "enum"),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, reason, schema, shape) in ONE_LINE {
        let part = format!("function \"f\" {{ output {{ {shape} }} }}\n");
        cases.push(lowered(id, RULE, reason, schema).expect(Expected::TextHolds(part)));
    }
    for (id, reason, schema, parts) in SEVERAL_LINES {
        let case = lowered(id, RULE, reason, schema);
        cases.push(parts.iter().fold(case, |case, part| case.expect(Expected::TextHolds((*part).to_owned()))));
    }
    for (id, reason, schema, message) in REFUSED {
        let (rules, reason) = match reason.split_once(": ") {
            Some((rule, rest)) => (rule, rest),
            None => (RULE, *reason),
        };
        cases.push(lowered(&format!("{id}-refused"), rules, reason, schema).does_not_build(message));
    }
    cases
}

/// An application of one function whose output is the schema.
fn lowered(id: &str, rules: &str, reason: &str, schema: &str) -> Case {
    let application = format!(
        r#"{{"version":1,"functions":[{{"name":"f","input":{{"type":"object","properties":{{}}}},"output":{schema}}}]}}"#
    );
    case(&format!("lower-{id}"), rules, reason).with("application", application)
}
