//! Cases of numbers: how they are printed, and which are refused.

use super::case::{Case, case};

const RANGE: &str = "must be between -9007199254740991 and 9007199254740991";

/// Id, rules, reason, numbers, text, canonical text.
#[rustfmt::skip]
const VALID: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("whole-fraction", "VALUE-1", "a fraction of zeros goes", "any", "1.0", "1"),
    ("trailing-zeros", "VALUE-1", "so do trailing zeros", "any", "1.50", "1.5"),
    ("exponent", "VALUE-1", "an exponent is written out", "any", "[1e2,1E+2,12.5e1]", "[100,100,125]"),
    ("minus-zero", "VALUE-10", "minus zero is zero, however it is spelled", "any", "[-0,-0.0,-0e5]", "[0,0,0]"),
    ("minus-zero-float", "VALUE-10", "in a float position too", "float", "-0.0", "0"),
    ("safe-limits", "VALUE-11", "the last integers that all languages hold", "any", "[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]"),
    ("safe-limit-exponent", "VALUE-11", "value counts and not spelling", "any", "9.007199254740991e15", "9007199254740991"),
    ("token-of-32", "VALUE-11", "32 characters are allowed", "any", "0.100000000000000000000000000000", "0.1"),
    ("small-exponent", "VALUE-1", "from 1e-7 on there is an exponent", "any", "[0.000001,0.0000001]", "[0.000001,1e-7]"),
    ("shortest-digits", "VALUE-1", "the shortest digits that read back", "any", "[0.1,0.30000000000000004,4.35]", "[0.1,0.30000000000000004,4.35]"),
    ("more-digits-than-a-double", "VALUE-1", "what a double cannot hold is rounded", "any", "333333333.33333329", "333333333.3333333"),
    ("underflow", "VALUE-3 VALUE-10", "too small for a double is zero", "any", "[1e-400,-1e-400]", "[0,0]"),
    ("large-fixed", "VALUE-1", "up to 1e21 without an exponent", "float", "[1e20,123456789012345680000]", "[100000000000000000000,123456789012345680000]"),
    ("large-exponent", "VALUE-1", "from 1e21 with one, and a plus", "float", "[1e21,1.5e300]", "[1e+21,1.5e+300]"),
    ("beyond-safe-float", "VALUE-3", "a double is a double", "float", "9007199254740993", "9007199254740992"),
    ("greatest", "VALUE-3", "the greatest double", "float", "1.7976931348623157e308", "1.7976931348623157e+308"),
    ("least", "VALUE-3", "the least one above zero", "float", "[5e-324,-5e-324]", "[5e-324,-5e-324]"),
    ("least-normal", "VALUE-1", "at the edge of the normal doubles", "float", "2.2250738585072014e-308", "2.2250738585072014e-308"),
    ("tie", "VALUE-1", "an exact half rounds to even", "float", "9007199254740993.0", "9007199254740992"),
    ("above-tie", "VALUE-1", "more than a half rounds up, far behind", "float", "9007199254740993.00000000000000000000000000000000001", "9007199254740994"),
    ("shortest-23", "VALUE-1", "1e23 lies between two doubles, and the next one has 17 digits", "float", "[1e23,1.0000000000000001e23]", "[1e+23,1.0000000000000001e+23]"),
    ("long-token-float", "VALUE-3", "in a float position a token may be long", "float", "1.00000000000000000000000000000000000", "1"),
    ("powers-of-two", "VALUE-1", "doubles at powers of two", "float", "[4503599627370495.5,18014398509481984,0.5]", "[4503599627370495.5,18014398509481984,0.5]"),
    ("just-below-1e21", "VALUE-1", "the last one without an exponent", "float", "999999999999999900000", "999999999999999900000"),
    ("negative", "VALUE-1", "signs stay", "float", "[-1.5,-1e21,-1e-7]", "[-1.5,-1e+21,-1e-7]"),
];

/// Id, rules, reason, numbers, text, details.
#[rustfmt::skip]
#[expect(clippy::type_complexity, reason = "a row of a table, each column named above")]
const INVALID: &[(&str, &str, &str, &str, &str, &[(&str, &str, &str)])] = &[
    ("beyond-safe", "VALUE-11", "one more than the safest", "any", "9007199254740992", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-negative", "VALUE-11", "one less", "any", "-9007199254740992", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-odd", "VALUE-11", "one that a double cannot hold", "any", "9007199254740993", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-fraction", "VALUE-11", "a fraction of zeros does not help", "any", "9007199254740992.0", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-exponent", "VALUE-11", "neither does an exponent", "any", "1e16", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-negative-exponent", "VALUE-11", "nor a negative one", "any", "90071992547409920e-1", &[("integer_range", RANGE, "[]")]),
    ("beyond-safe-in-a-list", "VALUE-11 ERR-5", "the path says where", "any", "[0,[1e20]]", &[("integer_range", RANGE, "[1,0]")]),
    ("beyond-safe-in-an-object", "VALUE-11 ERR-5", "keys and indexes", "any", r#"{"a":[1,1e20]}"#, &[("integer_range", RANGE, r#"["a",1]"#)]),
    ("token-of-33", "VALUE-11", "33 characters, though the value is small", "any", "0.1000000000000000000000000000000", &[("type", "expected number", "[]")]),
    ("digits-33", "VALUE-11", "too long comes before too large", "any", "100000000000000000000000000000000", &[("type", "expected number", "[]")]),
    ("overflow", "VALUE-3 VALUE-11", "too large for a double", "any", "1e400", &[("type", "expected number", "[]")]),
    ("overflow-float", "VALUE-3", "in a float position too", "float", "1e400", &[("type", "expected number", "[]")]),
    ("overflow-negative", "VALUE-3", "on both sides", "float", "-1e309", &[("type", "expected number", "[]")]),
    ("overflow-rounding", "VALUE-3", "what rounds to infinity is infinite", "float", "1.7976931348623159e308", &[("type", "expected number", "[]")]),
    ("overflow-digits", "VALUE-3", "spelled with digits", "float", HUGE, &[("type", "expected number", "[]")]),
    ("all-problems", "ERR-4 VALUE-11", "all of them, sorted by path: a key by UTF-16 units, an index as a number", "any", r#"{"b":1e20,"a":[0,0,1e20,0,0,0,0,0,0,0,1e400]}"#, &[("integer_range", RANGE, r#"["a",2]"#), ("type", "expected number", r#"["a",10]"#), ("integer_range", RANGE, r#"["b"]"#)]),
    ("all-problems-utf16", "ERR-4", "an astral key comes before U+E000 in details too", "any", "{\"\u{e000}\":1e20,\"\u{1f600}\":1e20}", &[("integer_range", RANGE, "[\"\u{1f600}\"]"), ("integer_range", RANGE, "[\"\u{e000}\"]")]),
];

const HUGE: &str = "999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999";

/// Bytes whose canonical form is asked for, with numbers of that kind.
pub(super) fn canonicalized(id: &str, rules: &str, reason: &str, bytes: &[u8], numbers: &str) -> Case {
    case(id, rules, reason).with_hex(bytes).with_text("numbers", numbers)
}

pub(super) fn canonical_json() -> Vec<Case> {
    let valid = VALID.iter().map(|(id, rules, reason, numbers, text, canonical)| {
        canonicalized(id, rules, reason, text.as_bytes(), numbers).ok_hex(canonical)
    });
    let invalid = INVALID.iter().map(|(id, rules, reason, numbers, text, details)| {
        canonicalized(id, rules, reason, text.as_bytes(), numbers).invalid(details)
    });
    let refused = [
        ("syntax-before-numbers", "ERR-12", "malformed JSON wins over a number that is refused", "[1e20,", "any"),
        ("no-such-numbers", "VALUE-11", "a case that asks for a third kind of numbers is none", "1", "exact"),
    ]
    .map(|(id, rules, reason, text, numbers)| {
        canonicalized(id, rules, reason, text.as_bytes(), numbers).refused("BAD_REQUEST")
    });
    valid.chain(invalid).chain(refused).collect()
}
