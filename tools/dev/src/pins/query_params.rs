//! Cases of query text.

use mizan_core::value::{Value, json};

use super::case::{Case, case, string};

/// Id, rules, reason, schema of the params, query, params.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("integer", "CTX-8", "digits", INTEGER, "v=5", r#"{"v":5}"#),
    ("integer-negative", "CTX-8", "a minus", INTEGER, "v=-9007199254740991", r#"{"v":-9007199254740991}"#),
    ("integer-zero", "CTX-8", "zero", INTEGER, "v=0", r#"{"v":0}"#),
    ("number", "CTX-8", "a JSON number", NUMBER, "v=1.50e1", r#"{"v":15}"#),
    ("boolean", "CTX-8", "true and false", r#"{"a":{"type":"boolean"},"b":{"type":"boolean"}}"#, "a=true&b=false", r#"{"a":true,"b":false}"#),
    ("string", "CTX-8", "text as it stands", STRING, "v=a=b", r#"{"v":"a=b"}"#),
    ("string-empty", "CTX-8", "the empty text is a text", STRING, "v=", r#"{"v":""}"#),
    ("string-no-equals", "CTX-7", "a key without = has the empty text", STRING, "v", r#"{"v":""}"#),
    ("string-null", "CTX-9", "there is no way to write null", NULLABLE, "v=null", r#"{"v":"null"}"#),
    ("plus", "CTX-7", "a plus is a blank", STRING, "v=a+b%2B", r#"{"v":"a b+"}"#),
    ("percent", "CTX-7", "percent-decoded once", STRING, "v=%2541%26", r#"{"v":"%41&"}"#),
    ("percent-lower", "CTX-7", "digits in either case", STRING, "v=%c3%A9", "{\"v\":\"é\"}"),
    ("percent-key", "CTX-7", "keys are decoded too", STRING, "%76=1", r#"{"v":"1"}"#),
    ("nul", "CTX-7", "NUL is a character", STRING, "v=%00", r#"{"v":"\u0000"}"#),
    ("format", "CTX-8 VALUE-6", "formats are made canonical", r#"{"v":{"type":"string","format":"uuid"}}"#, "v=A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", r#"{"v":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}"#),
    ("bigint", "CTX-8 VALUE-12", "a bigint is text", r#"{"v":{"type":"string","format":"bigint"}}"#, "v=9007199254740993", r#"{"v":"9007199254740993"}"#),
    ("list", "CTX-8", "a list by repeating the key, others between", LIST, "v=2&w=x&v=1", r#"{"v":[2,1],"w":"x"}"#),
    ("list-one", "CTX-8", "a list of one", LIST, "v=2", r#"{"v":[2],"w":"d"}"#),
    ("default", "CTX-9", "absent has its default", LIST, "", r#"{"v":[],"w":"d"}"#),
    ("null", "CTX-9", "absent is null where it may be", NULLABLE, "", r#"{"v":null}"#),
    ("enum", "CTX-8", "an enum by its texts", r#"{"v":{"enum":["a",1]}}"#, "v=1", r#"{"v":1}"#),
    ("empty-pairs", "CTX-7", "nothing between two & says nothing", INTEGER, "&v=5&&", r#"{"v":5}"#),
];

/// Id, rules, reason, schema of the params, query, details.
#[rustfmt::skip]
#[expect(clippy::type_complexity, reason = "a row of a table, each column named above")]
const INVALID: &[(&str, &str, &str, &str, &str, &[(&str, &str, &str)])] = &[
    ("integer-leading-zero", "CTX-8", "a zero before it", INTEGER, "v=05", TYPE),
    ("integer-plus", "CTX-8", "a plus, which is a blank", INTEGER, "v=+5", TYPE),
    ("integer-encoded-plus", "CTX-8", "a plus that is one", INTEGER, "v=%2B5", TYPE),
    ("integer-blank", "CTX-8", "nothing is trimmed", INTEGER, "v=5%20", TYPE),
    ("integer-underscore", "CTX-8", "Python's digits", INTEGER, "v=1_0", TYPE),
    ("integer-fraction", "CTX-8", "a fraction", INTEGER, "v=5.0", TYPE),
    ("integer-exponent", "CTX-8", "an exponent", INTEGER, "v=1e1", TYPE),
    ("integer-hexadecimal", "CTX-8", "another base", INTEGER, "v=0x10", TYPE),
    ("integer-arabic", "CTX-8", "digits that are not ASCII", INTEGER, "v=%D9%A5", TYPE),
    ("integer-minus-zero", "CTX-8 VALUE-10", "-0, which JSON allows", INTEGER, "v=-0", TYPE),
    ("integer-empty", "CTX-8", "empty is text only", INTEGER, "v=", TYPE),
    ("integer-range", "VALUE-2", "beyond the safe integers", INTEGER, "v=9007199254740992", &[("integer_range", super::validate::RANGE, PATH)]),
    ("number-nan", "VALUE-3", "NaN", NUMBER, "v=NaN", &[("type", "expected number", PATH)]),
    ("number-overflow", "VALUE-3", "too large for a double", NUMBER, "v=1e400", &[("type", "expected number", PATH)]),
    ("number-bare-point", "CTX-8", "no JSON number", NUMBER, "v=.5", &[("type", "expected number", PATH)]),
    ("boolean-one", "CTX-8 VALUE-4", "1", BOOLEAN, "v=1", &[("type", "expected boolean", PATH)]),
    ("boolean-case", "CTX-8", "True", BOOLEAN, "v=True", &[("type", "expected boolean", PATH)]),
    ("boolean-on", "CTX-8", "what a form sends", BOOLEAN, "v=on", &[("type", "expected boolean", PATH)]),
    ("missing", "CTX-9", "a required param is absent", INTEGER, "", &[("missing", "required", PATH)]),
    ("repeated", "CTX-10", "a param that is no list, twice", INTEGER, "v=1&v=1", &[("type", "expected a single value", PATH)]),
    ("unknown", "CTX-10", "a key that is no param", INTEGER, "v=1&w=2", &[("unknown", "not allowed here", r#"["params","w"]"#)]),
    ("unknown-proto", "CTX-10 VALUE-9", "a name of JavaScript's", INTEGER, "v=1&__proto__=2", &[("unknown", "not allowed here", r#"["params","__proto__"]"#)]),
    ("unknown-brackets", "CTX-10", "PHP's lists", LIST, "v[]=1", &[("unknown", "not allowed here", r#"["params","v[]"]"#)]),
    ("unknown-case", "CTX-10", "another letter case", INTEGER, "V=1&v=1", &[("unknown", "not allowed here", r#"["params","V"]"#)]),
    ("list-item", "CTX-11", "the path has the index", LIST, "v=1&v=x", &[("type", "expected integer", r#"["params","v",1]"#)]),
    ("format", "VALUE-6", "text that is not of the format", r#"{"v":{"type":"string","format":"date"}}"#, "v=2026-02-30", &[("format", "expected date", PATH)]),
    ("length", "ERR-2", "bounds hold", r#"{"v":{"type":"string","minLength":1}}"#, "v=", &[("min_length", "must have at least 1 character", PATH)]),
    ("enum", "ERR-2", "none of the values", r#"{"v":{"enum":["a","b"]}}"#, "v=c", &[("enum", r#"expected one of: "a", "b""#, PATH)]),
    ("nullable-kind", "ERR-13", "what nullable T expects is what T expects", r#"{"v":{"anyOf":[{"type":"integer"},{"type":"null"}]}}"#, "v=null", TYPE),
    ("every-problem", "ERR-4", "all problems, sorted", r#"{"a":{"type":"integer"},"b":{"type":"boolean"}}"#, "z=1&b=2", &[("missing", "required", r#"["params","a"]"#), ("type", "expected boolean", r#"["params","b"]"#), ("unknown", "not allowed here", r#"["params","z"]"#)]),
];

const PATH: &str = r#"["params","v"]"#;
const TYPE: &[(&str, &str, &str)] = &[("type", "expected integer", PATH)];
const INTEGER: &str = r#"{"v":{"type":"integer"}}"#;
const NUMBER: &str = r#"{"v":{"type":"number"}}"#;
const BOOLEAN: &str = r#"{"v":{"type":"boolean"}}"#;
const STRING: &str = r#"{"v":{"type":"string"}}"#;
const NULLABLE: &str = r#"{"v":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null}}"#;
const LIST: &str =
    r#"{"v":{"type":"array","items":{"type":"integer"},"default":[]},"w":{"type":"string","default":"d"}}"#;

/// Broken query text, all `BAD_REQUEST`.
#[rustfmt::skip]
const BROKEN: &[(&str, &str, &str)] = &[
    ("percent-cut", "an escape that ends too early", "v=%4"),
    ("percent-letters", "an escape that is none", "v=%zz"),
    ("percent-alone", "a percent sign alone", "v=50%"),
    ("not-utf8", "bytes that are not UTF-8 after decoding", "v=%c3%28"),
    ("surrogate", "an encoded surrogate", "v=%ed%a0%80"),
    ("broken-key", "in a key", "%=1"),
    ("broken-unknown", "in a param that is not known", "w=%zz&v=1"),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = VALID
        .iter()
        .map(|(id, rules, reason, schema, query, params)| {
            row(id, rules, reason, schema, query).ok(&format!("{{\"params\":{params}}}"))
        })
        .collect();
    cases.extend(INVALID.iter().map(|(id, rules, reason, schema, query, details)| {
        row(&format!("{id}-refused"), rules, reason, schema, query).invalid(details)
    }));
    cases.extend(
        BROKEN.iter().map(|(id, reason, query)| row(id, "CTX-7", reason, STRING, query).refused("BAD_REQUEST")),
    );
    cases.push(
        row("object-param", "NAME-5", "an object is no param", r#"{"v":{"type":"object","properties":{}}}"#, "")
            .does_not_build("scalars"),
    );
    cases.push(
        row(
            "list-of-lists",
            "NAME-5",
            "neither is a list of lists",
            r#"{"v":{"type":"array","items":{"type":"array","items":{"type":"integer"}}}}"#,
            "",
        )
        .does_not_build("scalars"),
    );
    cases
}

/// A case whose params are required where they have no default.
fn row(id: &str, rules: &str, reason: &str, properties: &str, query: &str) -> Case {
    let parsed = json::parse(properties.as_bytes());
    let members = parsed.as_ref().ok().and_then(Value::as_object).unwrap_or_default();
    let required = members.iter().filter(|(_, schema)| schema.get("default").is_none());
    let required: Vec<String> = required.map(|(name, _)| string(name)).collect();
    let schema = format!(r#"{{"type":"object","properties":{properties},"required":[{}]}}"#, required.join(","));
    case(id, rules, reason).with("schema", schema).with_text("query", query)
}
