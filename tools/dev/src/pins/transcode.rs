//! Cases of results: what hosts' encoders write, and what is the function's fault.

use super::case::{Case, case};

/// Id, rules, reason, schema, text, canonical text.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("null", "CALL-7", "a function that returns nothing", r#"{"type":"null"}"#, "null", "null"),
    ("object", "VALUE-1", "members sorted, blanks gone", OBJECT, r#"{"b": "x", "a": 1}"#, r#"{"a":1,"b":"x"}"#),
    ("default", "VALUE-7", "what has a default is always there", OBJECT, r#"{"a":1}"#, r#"{"a":1,"b":"d"}"#),
    ("optional", "VALUE-7", "what is optional may be left out", r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#, "{}", "{}"),
    ("float", "VALUE-1", "Python's 1.0 and 1e+16", r#"{"type":"array","items":{"type":"number"}}"#, "[1.0,1e+16,1e-06]", "[1,10000000000000000,0.000001]"),
    ("minus-zero", "VALUE-10", "minus zero", r#"{"type":"number"}"#, "-0.0", "0"),
    ("escapes", "VALUE-5", "an encoder that writes ASCII alone", r#"{"type":"string"}"#, r#""\u00e9\ud83d\ude00""#, "\"é\u{1f600}\""),
    ("date-time-offset", "VALUE-15", "Python's offset", r#"{"type":"string","format":"date-time"}"#, r#""2026-03-01T12:00:00+00:00""#, r#""2026-03-01T12:00:00Z""#),
    ("date-time-nanoseconds", "VALUE-15", "nine fraction digits", r#"{"type":"string","format":"date-time"}"#, r#""2026-03-01T12:00:00.123456789Z""#, r#""2026-03-01T12:00:00.123456789Z""#),
    ("uuid-upper", "VALUE-15", "a UUID in upper case", r#"{"type":"string","format":"uuid"}"#, r#""A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11""#, r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#),
    ("bytes-padded", "VALUE-15", "padded base64", r#"{"type":"string","format":"bytes"}"#, r#""-_8=""#, r#""-_8""#),
    ("bytes-other-alphabet", "VALUE-15", "plain base64", r#"{"type":"string","format":"bytes"}"#, r#""+/8=""#, r#""-_8""#),
    ("decimal-exponent", "VALUE-15", "Python's exponent is written out", r#"{"type":"string","format":"decimal"}"#, r#""1E+2""#, r#""100""#),
    ("decimal-small", "VALUE-15", "on the other side too, with its scale", r#"{"type":"string","format":"decimal"}"#, r#""0E-8""#, r#""0.00000000""#),
    ("duration-years", "VALUE-15", "years of 365 days", r#"{"type":"string","format":"duration"}"#, r#""P1Y35DT1H""#, r#""P400DT1H""#),
    ("nullable", "VALUE-7", "null where it may be", r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "null", "null"),
    ("any", "VALUE-9", "anything", "{}", r#"{"__proto__":[1.0]}"#, r#"{"__proto__":[1]}"#),
    ("map", "VALUE-1", "a map sorted by UTF-16 units", r#"{"type":"object","additionalProperties":{"type":"integer"}}"#, "{\"\u{e000}\":1,\"\u{1f600}\":2}", "{\"\u{1f600}\":2,\"\u{e000}\":1}"),
    ("named", "VALUE-13", "a named type, and a list of it", r##"{"type":"array","items":{"$ref":"#/$defs/Item"},"$defs":{"Item":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}"##, r#"[{"id":2},{"id":1}]"#, r#"[{"id":2},{"id":1}]"#),
    ("bigint", "VALUE-12", "a bigint is text", r#"{"type":"string","format":"bigint"}"#, r#""9007199254740993""#, r#""9007199254740993""#),
];

/// Id, rules, reason, schema, text. All are `INTERNAL`.
#[rustfmt::skip]
const INVALID: &[(&str, &str, &str, &str, &str)] = &[
    ("integer-float", "VALUE-2", "a float where an integer was promised", r#"{"type":"integer"}"#, "1.0"),
    ("integer-range", "VALUE-2", "an integer that JavaScript would change", r#"{"type":"integer"}"#, "9007199254740993"),
    ("nan", "VALUE-3", "NaN is never turned into null", r#"{"type":"number"}"#, "NaN"),
    ("infinity", "VALUE-3", "neither is an infinity", r#"{"type":"number"}"#, "Infinity"),
    ("nan-null", "VALUE-3", "an encoder that turned NaN into null", r#"{"type":"number"}"#, "null"),
    ("overflow", "VALUE-3", "too large for a double", r#"{"type":"number"}"#, "1e400"),
    ("boolean", "VALUE-4", "0 for false", r#"{"type":"boolean"}"#, "0"),
    ("text-for-number", "VALUE-4", "digits as text", r#"{"type":"number"}"#, r#""1""#),
    ("missing", "VALUE-13", "a member is missing", OBJECT, r#"{"b":"x"}"#),
    ("unknown", "VALUE-13", "a member too many could be a secret", OBJECT, r#"{"a":1,"password":"x"}"#),
    ("null", "CALL-7", "nothing, where something was promised", OBJECT, "null"),
    ("something-for-null", "CALL-7", "something, where nothing was promised", r#"{"type":"null"}"#, "0"),
    ("surrogate", "VALUE-5", "an unpaired surrogate", r#"{"type":"string"}"#, r#""\ud800""#),
    ("repeated", "VALUE-8", "a repeated member", OBJECT, r#"{"a":1,"a":2}"#),
    ("empty", "CALL-7", "an encoder that wrote nothing", OBJECT, ""),
    ("trailing", "VALUE-8", "two values", r#"{"type":"integer"}"#, "1 2"),
    ("date-time-naive", "VALUE-15", "a naive date-time is no spelling of one", r#"{"type":"string","format":"date-time"}"#, r#""2026-03-01T12:00:00""#),
    ("date-time-ten-digits", "VALUE-15", "ten fraction digits", r#"{"type":"string","format":"date-time"}"#, r#""2026-03-01T12:00:00.1234567890Z""#),
    ("decimal-nan", "VALUE-15", "Python's Decimal NaN", r#"{"type":"string","format":"decimal"}"#, r#""NaN""#),
    ("decimal-number", "VALUE-15", "a decimal as a number", r#"{"type":"string","format":"decimal"}"#, "1.1"),
    ("bytes-spare-bits", "VALUE-15", "spare bits that are not zero", r#"{"type":"string","format":"bytes"}"#, r#""-_9=""#),
    ("enum", "ERR-9", "a value that was not declared", r#"{"enum":["a","b"]}"#, r#""c""#),
    ("bound", "CALL-7", "bounds hold for results too", r#"{"type":"integer","minimum":1}"#, "0"),
    ("any-range", "VALUE-11", "within any as well", "{}", "[1e20]"),
    ("bigint-number", "VALUE-12", "a bigint as a number", r#"{"type":"string","format":"bigint"}"#, "5"),
    ("depth", "VALUE-8 LIM-3", "nesting of 65", "{}", DEPTH_65),
];

const OBJECT: &str =
    r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string","default":"d"}},"required":["a"]}"#;
const DEPTH_65: &str = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";

pub(super) fn cases() -> Vec<Case> {
    let valid = VALID.iter().map(|(id, rules, reason, schema, text, canonical)| {
        case(id, rules, reason).with("schema", *schema).with_hex(text.as_bytes()).ok_hex(canonical)
    });
    let invalid = INVALID.iter().map(|(id, rules, reason, schema, text)| {
        case(&format!("{id}-refused"), rules, reason)
            .with("schema", *schema)
            .with_hex(text.as_bytes())
            .refused("INTERNAL")
    });
    let unsayable = case("schema-unsayable", "NAME-8", "a schema that the IR cannot say")
        .with("schema", r#"{"type":"object","properties":{},"minProperties":1}"#)
        .with_hex(b"{}")
        .does_not_build("minProperties");
    valid.chain(invalid).chain([unsayable]).collect()
}
