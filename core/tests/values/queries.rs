//! Query text through structs of scalars (CTX-7 to CTX-10).

use mizan_core::ir::model::{Field, Format, Scalar, Shape};
use mizan_core::ir::program::Refusal;

use crate::shapes::{
    Asked, defaulted, format, integer, list, map, nullable, number, optional, required, string, told, union,
};

fn one(shape: Shape) -> Asked {
    Asked::fields(&[required("x", shape)])
}

#[track_caller]
fn gives(asked: &Asked, query: &str, canonical: &str) {
    assert_eq!(asked.query(query), Ok(canonical.to_owned()), "{query}");
}

#[track_caller]
fn refuses(asked: &Asked, query: &str, problems: &[&str]) {
    assert_eq!(told(asked.query(query)), problems, "{query}");
}

#[test]
fn integers_have_one_spelling() {
    let asked = one(integer());
    for text in ["0", "5", "-7", "9007199254740991"] {
        gives(&asked, &format!("x={text}"), &format!("{{\"x\":{text}}}"));
    }
    gives(&asked, "x=%35", r#"{"x":5}"#);
    for text in
        ["", "-0", "05", "%2B5", "+5", "5+", "1_0", "5.0", "1e1", "0x10", "%D9%A5", "%EF%BC%95", "--1", "true", "null"]
    {
        refuses(&asked, &format!("x={text}"), &["/x: type: expected integer"]);
    }
    let range = "/x: integer_range: must be between -9007199254740991 and 9007199254740991";
    refuses(&asked, "x=9007199254740992", &[range]);
}

#[test]
fn numbers_are_json_numbers() {
    let asked = one(number());
    for (text, canonical) in [("1", "1"), ("-0", "0"), ("1.50", "1.5"), ("1e2", "100"), ("-2.5E-1", "-0.25")] {
        gives(&asked, &format!("x={text}"), &format!("{{\"x\":{canonical}}}"));
    }
    for text in ["", "NaN", "inf", "1e400", "01", ".5", "5.", "+5", "5+", "1,5", "1%0A", "0x1", "%2B1", "%EF%BB%BF1"] {
        refuses(&asked, &format!("x={text}"), &["/x: type: expected number"]);
    }
}

#[test]
fn booleans_are_two_words() {
    let asked = one(Shape::Boolean);
    gives(&asked, "x=true", r#"{"x":true}"#);
    gives(&asked, "x=false", r#"{"x":false}"#);
    for text in ["", "1", "0", "True", "yes", "on", "t"] {
        refuses(&asked, &format!("x={text}"), &["/x: type: expected boolean"]);
    }
}

#[test]
fn strings_are_decoded_once() {
    let asked = one(string());
    for (query, text) in [
        ("x=", ""),
        ("x", ""),
        ("x=a+b", "a b"),
        ("x=a%20b", "a b"),
        ("x=a%2Bb", "a+b"),
        ("x=%2541", "%41"),
        ("x=a=b", "a=b"),
        ("x=%26%3D", "&="),
        ("x=%C3%A9", "é"),
        ("x=é", "é"),
        ("%78=a", "a"),
        ("&x=a&&", "a"),
        ("x=null", "null"),
        ("x=1", "1"),
        ("x=%F0%9F%98%80", "😀"),
    ] {
        gives(&asked, query, &format!("{{\"x\":\"{text}\"}}"));
    }
    gives(&asked, "x=%00%22", "{\"x\":\"\\u0000\\\"\"}");
}

#[test]
fn broken_text_is_no_query() {
    let asked = one(string());
    for query in ["x=%", "x=%4", "x=%zz", "x=%+1", "%=1", "x=1&y=%g0"] {
        assert_eq!(asked.query(query), Err(Refusal::BadQuery("the query has a broken percent escape")), "{query}");
    }
    for query in [&b"x=%c3%28"[..], b"x=%ff", b"x=\xff", b"%ff=1", b"x=%ed%a0%80", b"x=+\xc3"] {
        assert_eq!(asked.query(query), Err(Refusal::BadQuery("the query is not UTF-8")), "{query:?}");
    }
}

#[test]
fn lists_are_repeated_keys() {
    let asked = Asked::fields(&[required("x", list(integer())), optional("y", string())]);
    gives(&asked, "x=2&y=a&x=1", r#"{"x":[2,1],"y":"a"}"#);
    gives(&asked, "x=1", r#"{"x":[1]}"#);
    refuses(&asked, "x=1&x=a&x=", &["/x/1: type: expected integer", "/x/2: type: expected integer"]);
    refuses(&asked, "", &["/x: missing: required"]);
    refuses(&asked, "x=1&y=a&y=a", &["/y: type: expected a single value"]);
    refuses(&asked, "x[]=1", &["/x: missing: required", "/x[]: unknown: not allowed here"]);
}

#[test]
fn list_constraints_hold() {
    let shape = Shape::List { item: Box::new(number()), min_items: Some(2), max_items: Some(3), unique: true };
    let asked = one(shape);
    gives(&asked, "x=1&x=2", r#"{"x":[1,2]}"#);
    refuses(&asked, "x=1", &["/x: min_length: must have at least 2 items"]);
    refuses(&asked, "x=1&x=2&x=3&x=4", &["/x: max_length: must have at most 3 items"]);
    refuses(&asked, "x=1&x=1.0", &["/x: unique: items must differ"]);
}

#[test]
fn absent_is_the_default_or_null() {
    let fields: [Field; 5] = [
        defaulted("a", integer(), "5"),
        required("b", nullable(integer())),
        optional("c", nullable(list(integer()))),
        optional("d", string()),
        defaulted("e", nullable(string()), "\"x\""),
    ];
    let asked = Asked::fields(&fields);
    gives(&asked, "", r#"{"a":5,"b":null,"c":null,"e":"x"}"#);
    gives(&asked, "e=&d=&c=1&b=2&a=3", r#"{"a":3,"b":2,"c":[1],"d":"","e":""}"#);
    gives(&asked, "a=5", r#"{"a":5,"b":null,"c":null,"e":"x"}"#);
    refuses(&asked, "b=null", &["/b: type: expected integer"]);
    refuses(&one(integer()), "", &["/x: missing: required"]);
}

#[test]
fn choices_and_formats_are_read_by_their_text() {
    let values = vec![Scalar::Integer(1), Scalar::Boolean(true), Scalar::String("a b".to_owned())];
    let asked = one(Shape::Enum(values));
    gives(&asked, "x=1", r#"{"x":1}"#);
    gives(&asked, "x=true", r#"{"x":true}"#);
    gives(&asked, "x=a+b", r#"{"x":"a b"}"#);
    for text in ["", "01", "1.0", "True", "a%2Bb"] {
        refuses(&asked, &format!("x={text}"), &["/x: enum: expected one of: 1, true, \"a b\""]);
    }
    let asked = one(format(Format::Date));
    gives(&asked, "x=2024-02-29", r#"{"x":"2024-02-29"}"#);
    refuses(&asked, "x=2023-02-29", &["/x: format: expected date"]);
    let asked = one(format(Format::DateTime));
    gives(&asked, "x=2024-03-01T12:00:00%2B02:00", r#"{"x":"2024-03-01T10:00:00Z"}"#);
    refuses(&asked, "x=2024-03-01T12:00:00+02:00", &["/x: format: expected date-time"]);
    gives(&one(Shape::BigInt), "x=123456789012345678901", r#"{"x":"123456789012345678901"}"#);
    refuses(&one(Shape::BigInt), "x=1.0", &["/x: type: expected bigint"]);
}

#[test]
fn unknown_keys_are_told_once() {
    let asked = one(integer());
    refuses(
        &asked,
        "x=1&y=2&y=3&__proto__=1",
        &["/__proto__: unknown: not allowed here", "/y: unknown: not allowed here"],
    );
}

#[test]
fn shapes_that_no_query_carries_are_named() {
    for shape in [
        map(integer()),
        Shape::Any,
        list(list(integer())),
        list(nullable(integer())),
        union(None, vec![integer(), string()]),
        Shape::Struct(vec![]),
    ] {
        let asked = Asked::fields(&[required("a", integer()), required("b", shape.clone())]);
        assert_eq!(asked.program.unfit_for_query(asked.shape), Some("b"), "{shape:?}");
        assert!(asked.query("a=1&b=1").is_err(), "{shape:?}");
    }
    for shape in [
        integer(),
        number(),
        string(),
        Shape::Boolean,
        Shape::BigInt,
        nullable(integer()),
        list(string()),
        nullable(list(string())),
    ] {
        let asked = one(shape.clone());
        assert_eq!(asked.program.unfit_for_query(asked.shape), None, "{shape:?}");
    }
}
