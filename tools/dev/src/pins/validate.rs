//! Cases of inputs against a JSON Schema: kinds, bounds, members, unions; formats stand in `validate_formats.rs`.

use super::case::{Case, case};

pub(super) const RANGE: &str = "must be between -9007199254740991 and 9007199254740991";
/// Where the value of a row stands.
const V: &str = r#"["args","v"]"#;

/// Id, rules, reason, schema of the member `v`, its value, and the value as it comes out.
pub(super) type Valid = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);
/// The same with the code and the message of the one detail.
pub(super) type Invalid =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const VALID: &[Valid] = &[
    ("integer", "VALUE-2", "digits", r#"{"type":"integer"}"#, "-12", "-12"),
    ("integer-minus-zero", "VALUE-10", "minus zero is read as zero", r#"{"type":"integer"}"#, "-0", "0"),
    ("integer-limits", "VALUE-2", "the greatest and the least", r#"{"type":"array","items":{"type":"integer"}}"#, "[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]"),
    ("integer-bounds", "ERR-2", "both bounds belong to it", r#"{"type":"array","items":{"type":"integer","minimum":1,"maximum":9}}"#, "[1,9]", "[1,9]"),
    ("integer-multiple", "ERR-2", "zero and negatives are multiples", r#"{"type":"array","items":{"type":"integer","multipleOf":5}}"#, "[0,-5,10]", "[0,-5,10]"),
    ("number", "VALUE-3", "a number is printed as ECMAScript does", r#"{"type":"number"}"#, "1.50", "1.5"),
    ("number-whole", "VALUE-3", "a whole number in any spelling", r#"{"type":"array","items":{"type":"number"}}"#, "[1,1.0,1e0]", "[1,1,1]"),
    ("number-large", "VALUE-3", "a double beyond the safe integers", r#"{"type":"number"}"#, "1e21", "1e+21"),
    ("number-minus-zero", "VALUE-10", "minus zero", r#"{"type":"number"}"#, "-0.0", "0"),
    ("boolean", "VALUE-4", "both of them", r#"{"type":"array","items":{"type":"boolean"}}"#, "[true,false]", "[true,false]"),
    ("string-empty", "VALUE-5", "the empty text", r#"{"type":"string"}"#, r#""""#, r#""""#),
    ("string-escapes", "VALUE-5", "what was escaped is written out", r#"{"type":"string"}"#, r#""\u00e9\ud83d\ude00\/""#, "\"é\u{1f600}/\""),
    ("string-nul", "VALUE-5", "NUL is a character", r#"{"type":"string"}"#, r#""\u0000""#, r#""\u0000""#),
    ("string-length-astral", "VALUE-14", "an astral character counts once", r#"{"type":"string","minLength":1,"maxLength":1}"#, "\"\u{1f600}\"", "\"\u{1f600}\""),
    ("string-length-combining", "VALUE-14", "an accent of its own counts", r#"{"type":"string","minLength":2,"maxLength":2}"#, "\"e\u{301}\"", "\"e\u{301}\""),
    ("pattern-anywhere", "VALUE-14", "a pattern is searched for anywhere", r#"{"type":"string","pattern":"b+"}"#, r#""abbc""#, r#""abbc""#),
    ("pattern-astral-dot", "VALUE-14", "a dot is a whole character", r#"{"type":"string","pattern":"^.$"}"#, "\"\u{1f600}\"", "\"\u{1f600}\""),
    ("bigint", "VALUE-12", "of any size", r#"{"type":"string","format":"bigint"}"#, r#""-123456789012345678901234567890""#, r#""-123456789012345678901234567890""#),
    ("literal", "ERR-2", "the one value", r#"{"const":"on"}"#, r#""on""#, r#""on""#),
    ("enum-mixed", "ERR-2", "values of several kinds", r#"{"type":"array","items":{"enum":["a",1,true]}}"#, r#"[true,1,"a"]"#, r#"[true,1,"a"]"#),
    ("list", "ERR-2", "a list of a length that is allowed", r#"{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}"#, "[1,2]", "[1,2]"),
    ("list-unique", "VALUE-17", "the number 1 and the text 1 differ", r#"{"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"string"}]},"uniqueItems":true}"#, r#"[1,"1"]"#, r#"[1,"1"]"#),
    ("tuple", "VALUE-17", "each place has its own type", r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false,"minItems":2}"#, r#"[1,"a"]"#, r#"[1,"a"]"#),
    ("map", "VALUE-9", "any keys, sorted", r#"{"type":"object","additionalProperties":{"type":"integer"}}"#, r#"{"b":1,"__proto__":2,"":3}"#, r#"{"":3,"__proto__":2,"b":1}"#),
    ("any", "VALUE-11 VALUE-9", "anything, canonical", "{}", r#"{"b":[1.0,null],"__proto__":{}}"#, r#"{"__proto__":{},"b":[1,null]}"#),
    ("nullable-null", "VALUE-7", "null is a value", r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, "null", "null"),
    ("nullable-value", "VALUE-7", "so is the other", r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, "5", "5"),
    ("union-kinds", "VALUE-16", "told apart by JSON kind", r#"{"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"string"},{"type":"boolean"}]}}"#, r#"["a",true,1]"#, r#"["a",true,1]"#),
    ("union-tag", "VALUE-16", "objects are told apart by their tag, which may come last", UNION, r#"{"radius":1.0,"kind":"circle"}"#, r#"{"kind":"circle","radius":1}"#),
    ("union-tag-default", "VALUE-7 VALUE-16", "the arm's own defaults are filled in", UNION, r#"{"kind":"square"}"#, r#"{"kind":"square","side":1}"#),
];

const UNION: &str = r#"{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"radius":{"type":"number"}},"required":["kind","radius"]},{"type":"object","properties":{"kind":{"const":"square"},"side":{"type":"number","default":1}},"required":["kind"]}]}"#;

#[rustfmt::skip]
const INVALID: &[Invalid] = &[
    ("integer-fraction", "VALUE-2", "1.0 is no integer", r#"{"type":"integer"}"#, "1.0", "type", "expected integer"),
    ("integer-exponent", "VALUE-2", "neither is 1e2", r#"{"type":"integer"}"#, "1e2", "type", "expected integer"),
    ("integer-text", "VALUE-4", "no string of digits stands for a number", r#"{"type":"integer"}"#, r#""5""#, "type", "expected integer"),
    ("integer-boolean", "VALUE-4", "no boolean stands for a number", r#"{"type":"integer"}"#, "true", "type", "expected integer"),
    ("integer-null", "VALUE-7", "null is no absent value", r#"{"type":"integer"}"#, "null", "type", "expected integer"),
    ("integer-over", "VALUE-2", "one too large", r#"{"type":"integer"}"#, "9007199254740992", "integer_range", RANGE),
    ("integer-under", "VALUE-2", "one too small", r#"{"type":"integer"}"#, "-9007199254740992", "integer_range", RANGE),
    ("integer-huge", "VALUE-2", "more digits than any machine integer", r#"{"type":"integer"}"#, "123456789012345678901234567890", "integer_range", RANGE),
    ("integer-min", "ERR-2", "below the bound", r#"{"type":"integer","minimum":1}"#, "0", "min", "must be at least 1"),
    ("integer-max", "ERR-2", "above the bound", r#"{"type":"integer","maximum":9}"#, "10", "max", "must be at most 9"),
    ("integer-exclusive", "ERR-2", "an integer above 0 is at least 1", r#"{"type":"integer","exclusiveMinimum":0}"#, "0", "min", "must be at least 1"),
    ("integer-multiple-off", "ERR-2", "between two multiples", r#"{"type":"integer","multipleOf":5}"#, "-3", "multiple_of", "must be a multiple of 5"),
    ("number-text", "VALUE-3 VALUE-4", "a number as text", r#"{"type":"number"}"#, r#""1.5""#, "type", "expected number"),
    ("number-nan-text", "VALUE-3", "text that some languages take for NaN", r#"{"type":"number"}"#, r#""NaN""#, "type", "expected number"),
    ("number-overflow", "VALUE-3", "too large for a double", r#"{"type":"number"}"#, "1e400", "type", "expected number"),
    ("number-min", "ERR-2", "bounds are printed as canonical numbers", r#"{"type":"number","minimum":1.0}"#, "0.5", "min", "must be at least 1"),
    ("number-max", "ERR-2", "above", r#"{"type":"number","maximum":0.5}"#, "0.6", "max", "must be at most 0.5"),
    ("number-above", "ERR-2", "the bound itself, where it is exclusive", r#"{"type":"number","exclusiveMinimum":0}"#, "-0.0", "min", "must be greater than 0"),
    ("number-below", "ERR-2", "on the other side", r#"{"type":"number","exclusiveMaximum":1}"#, "1", "max", "must be less than 1"),
    ("boolean-number", "VALUE-4", "1 is no boolean", r#"{"type":"boolean"}"#, "1", "type", "expected boolean"),
    ("boolean-text", "VALUE-4", "neither is text", r#"{"type":"boolean"}"#, r#""true""#, "type", "expected boolean"),
    ("string-number", "VALUE-4", "a number is no text", r#"{"type":"string"}"#, "5", "type", "expected string"),
    ("string-short", "ERR-2 VALUE-14", "too short", r#"{"type":"string","minLength":2}"#, "\"\u{1f600}\"", "min_length", "must have at least 2 characters"),
    ("string-short-one", "ERR-2", "one character, in the singular", r#"{"type":"string","minLength":1}"#, r#""""#, "min_length", "must have at least 1 character"),
    ("string-long", "ERR-2", "too long", r#"{"type":"string","maxLength":2}"#, r#""abc""#, "max_length", "must have at most 2 characters"),
    ("string-long-one", "ERR-2", "in the singular", r#"{"type":"string","maxLength":1}"#, r#""ab""#, "max_length", "must have at most 1 character"),
    ("pattern", "ERR-2 VALUE-14", "the message has the pattern as it was written", r#"{"type":"string","pattern":"^[a-z]+$"}"#, r#""A""#, "pattern", "must match ^[a-z]+$"),
    ("pattern-digit", "VALUE-14", "\\d means ASCII digits", r#"{"type":"string","pattern":"^\\d$"}"#, "\"٥\"", "pattern", r"must match ^\d$"),
    ("pattern-word", "VALUE-14", "\\w means ASCII letters", r#"{"type":"string","pattern":"^\\w$"}"#, "\"é\"", "pattern", r"must match ^\w$"),
    ("pattern-space", "VALUE-14", "\\s means ASCII blanks", r#"{"type":"string","pattern":"^\\s$"}"#, "\"\u{a0}\"", "pattern", r"must match ^\s$"),
    ("pattern-end", "VALUE-14", "$ is the end, not before a last line end", r#"{"type":"string","pattern":"^a$"}"#, r#""a\n""#, "pattern", "must match ^a$"),
    ("bigint-number", "VALUE-12", "a number is no bigint", r#"{"type":"string","format":"bigint"}"#, "5", "type", "expected bigint"),
    ("bigint-minus-zero", "VALUE-12", "-0", r#"{"type":"string","format":"bigint"}"#, r#""-0""#, "type", "expected bigint"),
    ("bigint-leading-zero", "VALUE-12", "a zero before it", r#"{"type":"string","format":"bigint"}"#, r#""01""#, "type", "expected bigint"),
    ("bigint-empty", "VALUE-12", "no digits", r#"{"type":"string","format":"bigint"}"#, r#""""#, "type", "expected bigint"),
    ("literal-other", "ERR-2", "another value, with the one as canonical JSON", r#"{"const":"on"}"#, r#""off""#, "enum", r#"expected "on""#),
    ("literal-kind", "ERR-2", "another kind is the same problem", r#"{"const":1}"#, r#""1""#, "enum", "expected 1"),
    ("enum-other", "ERR-2", "none of them, in their declared order", r#"{"enum":["b","a"]}"#, r#""c""#, "enum", r#"expected one of: "b", "a""#),
    ("enum-case", "ERR-2 VALUE-5", "no letter case is folded", r#"{"enum":["a","b"]}"#, r#""A""#, "enum", r#"expected one of: "a", "b""#),
    ("enum-kind", "VALUE-4", "true is not 1", r#"{"enum":[1,2]}"#, "true", "enum", "expected one of: 1, 2"),
    ("list-object", "ERR-2", "an object is no list", r#"{"type":"array","items":{}}"#, "{}", "type", "expected list"),
    ("list-short", "ERR-2", "too few items", r#"{"type":"array","items":{},"minItems":2}"#, "[1]", "min_length", "must have at least 2 items"),
    ("list-short-one", "ERR-2", "in the singular", r#"{"type":"array","items":{},"minItems":1}"#, "[]", "min_length", "must have at least 1 item"),
    ("list-long", "ERR-2", "too many items", r#"{"type":"array","items":{},"maxItems":1}"#, "[1,2]", "max_length", "must have at most 1 item"),
    ("list-equal", "VALUE-17", "two spellings of one value", r#"{"type":"array","items":{"type":"number"},"uniqueItems":true}"#, "[1,2,1.0]", "unique", "items must differ"),
    ("list-equal-objects", "VALUE-17", "the order of members tells nothing apart", r#"{"type":"array","items":{},"uniqueItems":true}"#, r#"[{"a":1,"b":2},{"b":2,"a":1}]"#, "unique", "items must differ"),
    ("tuple-short", "VALUE-17", "a place is missing", TUPLE, "[1]", "min_length", "must have at least 2 items"),
    ("tuple-long", "VALUE-17", "one too many", TUPLE, r#"[1,"a",2]"#, "max_length", "must have at most 2 items"),
    ("object-list", "ERR-2", "a list is no object", r#"{"type":"object","properties":{}}"#, "[]", "type", "expected object"),
    ("null-only", "ERR-2", "a value where null alone fits", r#"{"type":"null"}"#, "0", "enum", "expected null"),
    ("nullable-other", "ERR-13", "what nullable T expects is what T expects", r#"{"anyOf":[{"type":"integer"},{"type":"null"}]}"#, r#""5""#, "type", "expected integer"),
    ("nullable-bound", "ERR-13", "the same for a bound", r#"{"anyOf":[{"type":"integer","minimum":1},{"type":"null"}]}"#, "0", "min", "must be at least 1"),
    ("union-none", "VALUE-16", "no arm of that kind", r#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, "[]", "union", "matches none of the alternatives"),
    ("union-arm", "VALUE-16", "the arm of that kind says what is wrong", r#"{"anyOf":[{"type":"integer"},{"type":"string","maxLength":1}]}"#, r#""ab""#, "max_length", "must have at most 1 character"),
    ("any-range", "VALUE-11", "within any, by value", "{}", "1e20", "integer_range", RANGE),
];

const TUPLE: &str =
    r#"{"type":"array","prefixItems":[{"type":"integer"},{"type":"string"}],"items":false,"minItems":2}"#;

/// A case of the member `v`.
pub(super) fn valid(row: &Valid) -> Case {
    let (id, rules, reason, schema, value, out) = row;
    member(id, rules, reason, schema, value).ok_hex(&format!("{{\"v\":{out}}}"))
}

pub(super) fn invalid(row: &Invalid) -> Case {
    let (id, rules, reason, schema, value, code, message) = row;
    member(id, rules, reason, schema, value).invalid(&[(code, message, V)])
}

fn member(id: &str, rules: &str, reason: &str, schema: &str, value: &str) -> Case {
    whole(
        id,
        rules,
        reason,
        &format!(r#"{{"type":"object","properties":{{"v":{schema}}},"required":["v"]}}"#),
        &format!("{{\"v\":{value}}}"),
    )
}

fn whole(id: &str, rules: &str, reason: &str, schema: &str, text: &str) -> Case {
    case(id, rules, reason).with("schema", schema).with_hex(text.as_bytes())
}

const FIELDS: &str = r#"{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string","default":"x"},"c":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null},"d":{"type":"boolean"}},"required":["a"]}"#;
const TREE: &str = r##"{"type":"object","properties":{"root":{"$ref":"#/$defs/Node"}},"required":["root"],"$defs":{"Node":{"type":"object","properties":{"items":{"type":"array","items":{"$ref":"#/$defs/Node"},"default":[]},"name":{"type":"string"}},"required":["name"]}}}"##;
const NO_FIELDS: &str = r#"{"type":"object","properties":{}}"#;

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = VALID.iter().map(valid).collect();
    cases.extend(INVALID.iter().map(invalid));
    cases.extend([
        whole(
            "members-sorted",
            "VALUE-1 VALUE-13",
            "members come out sorted",
            FIELDS,
            r#"{"d":true,"c":3,"b":"y","a":1}"#,
        )
        .ok_hex(r#"{"a":1,"b":"y","c":3,"d":true}"#),
        whole(
            "defaults",
            "VALUE-7",
            "what has a default is filled in, what is optional stays out",
            FIELDS,
            r#"{"a":1}"#,
        )
        .ok_hex(r#"{"a":1,"b":"x","c":null}"#),
        whole(
            "default-given",
            "VALUE-7",
            "given as the default and left out are the same value",
            FIELDS,
            r#"{"a":1,"b":"x","c":null}"#,
        )
        .ok_hex(r#"{"a":1,"b":"x","c":null}"#),
        whole("no-members", "VALUE-13", "an input of nothing", NO_FIELDS, "{}").ok_hex("{}"),
        whole(
            "recursion",
            "VALUE-7 VALUE-13",
            "a type within itself, defaults filled in at every level",
            TREE,
            r#"{"root":{"name":"a","items":[{"name":"b"}]}}"#,
        )
        .ok_hex(r#"{"root":{"items":[{"items":[],"name":"b"}],"name":"a"}}"#),
        whole("missing", "VALUE-13", "a required member that is not there", FIELDS, "{}").invalid(&[(
            "missing",
            "required",
            r#"["args","a"]"#,
        )]),
        whole("unknown", "VALUE-13", "a member that the type does not have", FIELDS, r#"{"a":1,"e":2}"#).invalid(&[(
            "unknown",
            "not allowed here",
            r#"["args","e"]"#,
        )]),
        whole(
            "unknown-proto",
            "VALUE-9 VALUE-13",
            "__proto__ is a member that the type does not have",
            FIELDS,
            r#"{"a":1,"__proto__":{}}"#,
        )
        .invalid(&[("unknown", "not allowed here", r#"["args","__proto__"]"#)]),
        whole("unknown-case", "VALUE-5 VALUE-13", "no name is folded in case", FIELDS, r#"{"a":1,"B":"y"}"#)
            .invalid(&[("unknown", "not allowed here", r#"["args","B"]"#)]),
        whole("null-for-a-default", "VALUE-7", "null does not ask for the default", FIELDS, r#"{"a":1,"b":null}"#)
            .invalid(&[("type", "expected string", r#"["args","b"]"#)]),
        whole("null-for-an-optional", "VALUE-7", "null is not the same as left out", FIELDS, r#"{"a":1,"d":null}"#)
            .invalid(&[("type", "expected boolean", r#"["args","d"]"#)]),
        whole("no-object", "ERR-5", "an input that is no object", FIELDS, "[]").invalid(&[(
            "type",
            "expected object",
            r#"["args"]"#,
        )]),
        whole("every-problem", "ERR-4 ERR-5", "all of them, sorted by path", FIELDS, r#"{"z":0,"d":1,"b":2,"c":"x"}"#)
            .invalid(&[
                ("missing", "required", r#"["args","a"]"#),
                ("type", "expected string", r#"["args","b"]"#),
                ("type", "expected integer", r#"["args","c"]"#),
                ("type", "expected boolean", r#"["args","d"]"#),
                ("unknown", "not allowed here", r#"["args","z"]"#),
            ]),
        whole(
            "deep-path",
            "ERR-5",
            "keys are text and indexes numbers",
            TREE,
            r#"{"root":{"name":"a","items":[{"name":"b"},{"name":5}]}}"#,
        )
        .invalid(&[("type", "expected string", r#"["args","root","items",1,"name"]"#)]),
        whole(
            "index-order",
            "ERR-4",
            "indexes are sorted as numbers",
            r#"{"type":"object","properties":{"v":{"type":"array","items":{"type":"integer"}}},"required":["v"]}"#,
            r#"{"v":[0,0,"",0,0,0,0,0,0,0,""]}"#,
        )
        .invalid(&[
            ("type", "expected integer", r#"["args","v",2]"#),
            ("type", "expected integer", r#"["args","v",10]"#),
        ]),
        whole("tag-missing", "VALUE-16", "an object without its tag", &with_v(UNION), r#"{"v":{"radius":1}}"#)
            .invalid(&[("missing", "required", r#"["args","v","kind"]"#)]),
        whole("tag-unknown", "VALUE-16", "a tag of no arm", &with_v(UNION), r#"{"v":{"kind":"line"}}"#).invalid(&[(
            "enum",
            r#"expected one of: "circle", "square""#,
            r#"["args","v","kind"]"#,
        )]),
        whole(
            "tag-of-another-arm",
            "VALUE-13 VALUE-16",
            "the tag decides, not which members are there",
            &with_v(UNION),
            r#"{"v":{"kind":"square","radius":1}}"#,
        )
        .invalid(&[("unknown", "not allowed here", r#"["args","v","radius"]"#)]),
        whole(
            "repeated-member",
            "VALUE-8 ERR-12",
            "a repeated member is malformed, known or not",
            FIELDS,
            r#"{"a":1,"z":1,"z":2}"#,
        )
        .refused("BAD_REQUEST"),
        whole(
            "malformed-after-a-problem",
            "ERR-12",
            "malformed JSON wins over an earlier value that does not fit",
            FIELDS,
            r#"{"a":"x","b":}"#,
        )
        .refused("BAD_REQUEST"),
        whole(
            "malformed-in-an-unknown-member",
            "VALUE-8 ERR-12",
            "what is skipped is read as strictly",
            FIELDS,
            r#"{"a":1,"e":"\ud800"}"#,
        )
        .refused("BAD_REQUEST"),
        whole(
            "details-100",
            "LIM-10 ERR-4",
            "a hundred details are all told",
            r#"{"type":"object","properties":{"v":{"type":"array","items":{"type":"integer"}}},"required":["v"]}"#,
            &texts(100),
        )
        .refused("VALIDATION"),
        whole(
            "details-101",
            "LIM-10 ERR-4",
            "beyond a hundred the rest is left out",
            r#"{"type":"object","properties":{"v":{"type":"array","items":{"type":"integer"}}},"required":["v"]}"#,
            &texts(101),
        )
        .refused("VALIDATION"),
        whole(
            "schema-no-object",
            "VALUE-13",
            "an input is an object with listed members",
            r#"{"type":"integer"}"#,
            "1",
        )
        .does_not_build("the input must be an object"),
        whole(
            "schema-keyword",
            "NAME-8",
            "a keyword that the IR cannot say",
            r#"{"type":"object","properties":{"v":{"not":{}}}}"#,
            "{}",
        )
        .does_not_build("\"not\" cannot be said"),
        whole(
            "schema-pattern",
            "VALUE-14",
            "a pattern that other languages read otherwise",
            r#"{"type":"object","properties":{"v":{"type":"string","pattern":"(?=a)"}}}"#,
            "{}",
        )
        .does_not_build("pattern"),
        whole(
            "schema-default",
            "VALUE-7",
            "a default that does not fit its own type",
            r#"{"type":"object","properties":{"v":{"type":"integer","default":"x"}}}"#,
            "{}",
        )
        .does_not_build("default"),
    ]);
    cases
}

fn with_v(schema: &str) -> String {
    format!(r#"{{"type":"object","properties":{{"v":{schema}}},"required":["v"]}}"#)
}

fn texts(count: usize) -> String {
    format!("{{\"v\":[{}]}}", vec!["\"\""; count].join(","))
}
