//! What the IR cannot say, one case for each keyword, with its place and its name.

use super::{refusal, schema};
use crate::ir::lower::Lowering;

#[test]
fn keywords_that_cannot_be_said_are_named() {
    let keywords = [
        ("not", r#"{"type":"string"}"#),
        ("if", "{}"),
        ("then", "{}"),
        ("else", "{}"),
        ("patternProperties", "{}"),
        ("dependentRequired", "{}"),
        ("dependentSchemas", "{}"),
        ("dependencies", "{}"),
        ("minProperties", "1"),
        ("maxProperties", "1"),
        ("contains", "{}"),
        ("minContains", "1"),
        ("maxContains", "1"),
        ("unevaluatedProperties", "false"),
        ("unevaluatedItems", "false"),
        ("contentEncoding", "\"base64\""),
        ("$dynamicRef", "\"#x\""),
        ("$recursiveRef", "\"#\""),
    ];
    for (keyword, value) in keywords {
        let text =
            format!(r#"{{"type":"array","items":{{"type":"object","properties":{{"a/b":{{"{keyword}":{value}}}}}}}}}"#);
        let error = refusal(&text);
        assert_eq!(error.keyword.as_deref(), Some(keyword));
        assert_eq!(error.path, "/items/properties/a~1b");
        assert_eq!(error.problem, format!("{keyword:?} cannot be said in the IR"));
        assert!(!error.help.is_empty());
    }
}

#[test]
fn keywords_that_are_not_known_are_named() {
    for keyword in ["maxLenght", "x-mizan-keys", "minimun", "Type"] {
        let error = refusal(&format!(r#"{{"type":"string","{keyword}":1}}"#));
        assert_eq!(error.problem, format!("{keyword:?} is no keyword of JSON Schema"));
        assert_eq!(
            error.to_string(),
            format!(
                "the schema: {keyword:?} is no keyword of JSON Schema\n  help: if it is misspelt, correct it; if it is a note, let its name begin with \"x-\""
            )
        );
    }
    let noted =
        r#"{"type":"string","x-order":1,"$comment":"","deprecated":true,"readOnly":true,"example":"","~standard":{}}"#;
    assert!(Lowering::new().output(&schema(noted)).is_ok());
}

/// A schema, the keyword at fault, and how the problem begins.
const SENSELESS: &[(&str, Option<&str>, &str)] = &[
    ("false", None, "no value fits the schema false"),
    ("1", None, "a schema is an object, and this is the number 1"),
    (r#"{"type":"text"}"#, Some("type"), "there is no such type"),
    (r#"{"type":[]}"#, Some("type"), "there is no such type"),
    (r#"{"type":["string",1]}"#, Some("type"), "there is no such type"),
    (r#"{"minLength":1}"#, Some("minLength"), "\"minLength\" stands without \"type\""),
    (r#"{"properties":{}}"#, Some("properties"), "\"properties\" stands without \"type\""),
    (r#"{"type":"string","minimum":1}"#, Some("minimum"), "\"minimum\" says nothing about string"),
    (r#"{"type":["string","null"],"items":{}}"#, Some("items"), "\"items\" says nothing about string or null"),
    (
        r#"{"type":"string","maxLength":"1"}"#,
        Some("maxLength"),
        "\"maxLength\" must be a whole number, 0 or more, and this is the text \"1\"",
    ),
    (
        r#"{"type":"string","maxLength":1.5}"#,
        Some("maxLength"),
        "\"maxLength\" must be a whole number, 0 or more, and this is the number 1.5",
    ),
    (
        r#"{"type":"string","minLength":-1}"#,
        Some("minLength"),
        "\"minLength\" must be a whole number, 0 or more, and this is the number -1",
    ),
    (
        r#"{"type":"string","minLength":3,"maxLength":2}"#,
        Some("minLength"),
        "\"minLength\" is above \"maxLength\": no value fits",
    ),
    (r#"{"type":"string","pattern":"(?=a)"}"#, Some("pattern"), "the pattern "),
    (r#"{"type":"string","format":"ipv4"}"#, Some("format"), "there is no format \"ipv4\""),
    (r#"{"type":"string","format":"int64"}"#, Some("format"), "there is no format \"int64\""),
    (
        r#"{"type":"string","format":"binary"}"#,
        Some("format"),
        "\"format\": \"binary\" alone is neither bytes nor an upload",
    ),
    (
        r#"{"type":"string","x-mizan-upload":{}}"#,
        Some("x-mizan-upload"),
        "\"x-mizan-upload\" stands beside another format than \"binary\"",
    ),
    (
        r#"{"type":"string","format":"bigint","maxLength":3}"#,
        Some("maxLength"),
        "\"maxLength\" says nothing about a bigint",
    ),
    (r#"{"type":"integer","format":"bigint"}"#, Some("format"), "there is no format \"bigint\" of integers"),
    (
        r#"{"type":"number","multipleOf":0.01}"#,
        Some("multipleOf"),
        "\"multipleOf\" of a number cannot be said: it is not exact for doubles",
    ),
    (
        r#"{"type":"integer","multipleOf":0}"#,
        Some("multipleOf"),
        "\"multipleOf\" of an integer must be an integer above 0",
    ),
    (
        r#"{"type":"integer","multipleOf":1.5}"#,
        Some("multipleOf"),
        "\"multipleOf\" of an integer must be an integer above 0",
    ),
    (r#"{"type":"integer","minimum":2,"maximum":1}"#, Some("minimum"), "no integer lies from 2 to 1"),
    (r#"{"type":"integer","exclusiveMinimum":1,"exclusiveMaximum":2}"#, Some("minimum"), "no integer lies from 2 to 1"),
    (
        r#"{"type":"integer","minimum":9007199254740992}"#,
        Some("minimum"),
        "no integer of the protocol lies within the bounds",
    ),
    (
        r#"{"type":"integer","exclusiveMinimum":true}"#,
        Some("exclusiveMinimum"),
        "\"exclusiveMinimum\" must be a finite number, and this is true",
    ),
    (r#"{"type":"number","minimum":2,"exclusiveMaximum":1}"#, Some("minimum"), "no number lies from 2 to 1"),
    (
        r#"{"type":"number","maximum":1e400}"#,
        Some("maximum"),
        "\"maximum\" must be a finite number, and this is the number 1e400",
    ),
    (r#"{"enum":[]}"#, Some("enum"), "no value is listed"),
    (r#"{"const":1.5}"#, Some("const"), "a listed number must be an integer within ±(2^53 − 1)"),
    (r#"{"const":9007199254740992}"#, Some("const"), "a listed number must be an integer within ±(2^53 − 1)"),
    (r#"{"enum":[{}]}"#, Some("enum"), "a listed value is text, an integer, a boolean or null, and not an object"),
    (
        r#"{"enum":["a",1],"type":"string"}"#,
        Some("enum"),
        "one of the values is the number 1, which \"type\" leaves out",
    ),
    (r#"{"enum":["a"],"minLength":1}"#, Some("minLength"), "\"minLength\" stands beside \"enum\""),
    (r#"{"const":"a","enum":["a"]}"#, Some("enum"), "\"enum\" stands beside \"const\""),
    (r#"{"anyOf":[]}"#, Some("anyOf"), "\"anyOf\" has no arms"),
    (r#"{"anyOf":[{}],"type":"string"}"#, Some("type"), "\"type\" stands beside \"anyOf\""),
    (r#"{"anyOf":[{}],"oneOf":[{}]}"#, Some("oneOf"), "\"oneOf\" stands beside \"anyOf\""),
    (
        r#"{"allOf":[{"type":"string"},{"minLength":1}]}"#,
        Some("allOf"),
        "\"allOf\" of more than one schema cannot be said in the IR",
    ),
    (r#"{"allOf":[]}"#, Some("allOf"), "\"allOf\" of more than one schema cannot be said in the IR"),
    (r#"{"allOf":[{}],"minLength":1}"#, Some("minLength"), "\"minLength\" stands beside \"allOf\""),
    (
        r#"{"type":"array","prefixItems":[{}],"items":{}}"#,
        Some("items"),
        "a tuple with a tail of further items cannot be said in the IR",
    ),
    (
        r#"{"type":"array","items":[{}],"additionalItems":true}"#,
        Some("additionalItems"),
        "a tuple with a tail of further items cannot be said in the IR",
    ),
    (
        r#"{"type":"array","prefixItems":[{},{}],"minItems":1,"maxItems":2}"#,
        Some("minItems"),
        "a tuple of varying length cannot be said in the IR",
    ),
    (
        r#"{"type":"array","prefixItems":[{},{}],"maxItems":3}"#,
        Some("maxItems"),
        "a tuple of varying length cannot be said in the IR",
    ),
    (r#"{"type":"array","prefixItems":[{}]}"#, None, "it is open how many items the tuple has"),
    (
        r#"{"type":"array","prefixItems":[{}],"items":false,"uniqueItems":true}"#,
        Some("uniqueItems"),
        "\"uniqueItems\" of a tuple cannot be said in the IR",
    ),
    (
        r#"{"type":"array","items":{},"additionalItems":false}"#,
        Some("additionalItems"),
        "\"additionalItems\" stands without a list of places",
    ),
    (
        r#"{"type":"array","minItems":2,"maxItems":1}"#,
        Some("minItems"),
        "\"minItems\" is above \"maxItems\": no value fits",
    ),
    (
        r#"{"type":"object","properties":{"a":{}},"additionalProperties":true}"#,
        Some("additionalProperties"),
        "an object with listed properties and any others cannot be said in the IR",
    ),
    (
        r#"{"type":"object","properties":{"a":{}},"additionalProperties":{}}"#,
        Some("additionalProperties"),
        "an object with listed properties and any others cannot be said in the IR",
    ),
    (
        r#"{"type":"object","properties":{"a":{}},"required":["b"]}"#,
        Some("required"),
        "\"b\" is required and is no listed property",
    ),
    (r#"{"type":"object","required":["b"]}"#, Some("required"), "\"b\" is required and is no listed property"),
    (r#"{"type":"object","properties":{},"required":[1]}"#, Some("required"), "\"required\" must list names"),
    (
        r#"{"type":"object","propertyNames":{"type":"integer"}}"#,
        Some("propertyNames"),
        "the keys of an object are text",
    ),
    (r#"{"type":"object","x-mizan-name":""}"#, Some("x-mizan-name"), "this is no name of a type"),
    (r##"{"$ref":"#/$defs/A"}"##, Some("$ref"), "\"#/$defs/A\" leads nowhere"),
    (r##"{"$ref":"#"}"##, Some("$ref"), "\"#\" names no schema under \"$defs\""),
    (r#"{"$ref":"other.json"}"#, Some("$ref"), "\"other.json\" names no schema under \"$defs\""),
    (
        r##"{"$ref":"#/$defs/A","minLength":1,"$defs":{"A":{}}}"##,
        Some("minLength"),
        "\"minLength\" stands beside \"$ref\"",
    ),
];

#[test]
fn schemas_that_say_nothing_sensible_are_refused() {
    for (text, keyword, problem) in SENSELESS {
        let error = refusal(text);
        assert!(error.problem.starts_with(problem), "{text}: {error}");
        assert_eq!(error.keyword.as_deref(), *keyword, "{text}");
        assert_eq!(error.path, "", "{text}");
        assert!(!error.help.is_empty(), "{text}");
    }
    let keys = refusal(r#"{"type":"object","propertyNames":{"enum":["a"]},"additionalProperties":{}}"#);
    assert_eq!((keys.path.as_str(), keys.keyword.as_deref()), ("/propertyNames", Some("enum")));
}

#[test]
fn defaults_that_do_not_fit_are_refused_where_they_stand() {
    let cases = [
        (r#"{"type":"integer","default":"1"}"#, "the default does not fit: expected integer"),
        (r#"{"type":"integer","default":1.5}"#, "the default does not fit: expected integer"),
        (
            r#"{"type":"integer","default":9007199254740992}"#,
            "the default does not fit: must be between -9007199254740991 and 9007199254740991",
        ),
        (r#"{"default":9007199254740993}"#, "the default does not fit: "),
        (r#"{"type":"number","default":1e400}"#, "the default is no value of the protocol: "),
        (r#"{"type":"string","default":null}"#, "the default does not fit: expected string"),
        (
            r#"{"type":"string","maxLength":1,"default":"ab"}"#,
            "the default does not fit: must have at most 1 character",
        ),
        (r#"{"type":"string","format":"date","default":"2024-02-30"}"#, "the default does not fit: expected date"),
        (
            r#"{"type":"array","items":{"type":"string"},"default":[1]}"#,
            "the default does not fit: /0: expected string",
        ),
        (
            r#"{"type":"object","properties":{"b":{"type":"string"}},"required":["b"],"default":{}}"#,
            "the default does not fit: /b: required",
        ),
    ];
    for (property, problem) in cases {
        let text = format!(r#"{{"type":"array","items":{{"type":"object","properties":{{"a":{property}}}}}}}"#);
        let error = refusal(&text);
        assert!(error.problem.starts_with(problem), "{property}: {error}");
        assert_eq!(
            (error.path.as_str(), error.keyword.as_deref()),
            ("/items/properties/a", Some("default")),
            "{property}"
        );
    }
}

#[test]
fn a_default_that_never_ends_is_refused() {
    let text = r##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"a":{"$ref":"#/$defs/A","default":{}}}}}}"##;
    let error = refusal(text);
    assert!(error.problem.starts_with("A.a: its default "), "{error}");
}
