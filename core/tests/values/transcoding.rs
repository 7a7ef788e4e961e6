//! JSON text through shapes of every kind.

use mizan_core::error::detail::{MAX_DETAILS, PathPart};
use mizan_core::ir::model::{Format, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use mizan_core::ir::program::{Direction, Refusal};
use mizan_core::value::json::JsonErrorKind;

use crate::shapes::{
    Asked, defaulted, format, integer, key, list, literal, map, named, nullable, number, optional, reference, required,
    string, told, union,
};

#[test]
fn integers_are_digits_in_the_safe_range() {
    let asked = Asked::new(&integer());
    for text in ["0", "-1", "42", "9007199254740991", "-9007199254740991"] {
        asked.keeps(text);
    }
    asked.accepts(" -0 ", "0");
    for text in ["1.0", "1e2", "0.5", "true", "\"5\"", "null", "[]", "{}"] {
        asked.refuses(text, &[": type: expected integer"]);
    }
    let range = ": integer_range: must be between -9007199254740991 and 9007199254740991";
    for text in ["9007199254740992", "-9007199254740992", "99999999999999999999999999999999999999999"] {
        asked.refuses(text, &[range]);
    }
}

#[test]
fn integer_bounds_hold_at_their_limits() {
    let asked = Asked::new(&Shape::Integer(IntegerBounds { min: Some(-4), max: Some(8), multiple_of: Some(4) }));
    for text in ["-4", "0", "8"] {
        asked.keeps(text);
    }
    asked.refuses("-8", &[": min: must be at least -4"]);
    asked.refuses("12", &[": max: must be at most 8"]);
    asked.refuses("-3", &[": multiple_of: must be a multiple of 4"]);
    asked.refuses("9", &[": max: must be at most 8", ": multiple_of: must be a multiple of 4"]);
}

#[test]
fn bigints_are_decimal_strings() {
    let asked = Asked::new(&Shape::BigInt);
    for text in ["\"0\"", "\"-1\"", "\"170141183460469231731687303715884105727\""] {
        asked.keeps(text);
    }
    asked.accepts(r#""\u0035""#, "\"5\"");
    for text in ["5", "\"\"", "\"-\"", "\"-0\"", "\"01\"", "\"+1\"", "\"1.0\"", "\"1e2\"", "\" 1\"", "\"٥\"", "null"] {
        asked.refuses(text, &[": type: expected bigint"]);
    }
}

#[test]
fn numbers_are_finite_doubles() {
    let asked = Asked::new(&number());
    for (text, canonical) in [
        ("1", "1"),
        ("1.0", "1"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1E+2", "100"),
        ("1e21", "1e+21"),
        ("0.000001", "0.000001"),
        ("1e-7", "1e-7"),
        ("9007199254740993", "9007199254740992"),
        ("123456789012345678901234567890123456789", "1.2345678901234568e+38"),
    ] {
        asked.accepts(text, canonical);
    }
    for text in ["1e400", "-1e400", "\"1\"", "true", "null", "[1]"] {
        asked.refuses(text, &[": type: expected number"]);
    }
}

/// No client writes them. A host's encoder does, and its author learns where.
#[test]
fn words_for_numbers_have_a_place_in_outputs() {
    let string = Shape::String(StringBounds::default());
    let shapes =
        [number(), Shape::Any, string, Shape::Nullable(Box::new(number())), Shape::Literal(Scalar::Integer(1))];
    for shape in shapes {
        let asked = Asked::new(&Shape::List { item: Box::new(shape), min_items: None, max_items: None, unique: false });
        for word in ["NaN", "Infinity", "-Infinity"] {
            let list = format!("[{word}]");
            assert!(matches!(asked.transcode(Direction::Input, &list), Err(Refusal::Malformed(_))), "{list}");
            let Err(Refusal::Invalid(details)) = asked.transcode(Direction::Output, &list) else { panic!("{list}") };
            let found: Vec<_> = details.iter().map(|detail| (&*detail.message, detail.path.as_slice())).collect();
            assert_eq!(found, [("expected a finite number", &[PathPart::Index(0)][..])]);
        }
    }
}

#[test]
fn number_bounds_hold_at_their_limits() {
    let closed = NumberBounds { min: Some(0.5), max: Some(2.0), ..NumberBounds::default() };
    let asked = Asked::new(&Shape::Number(closed));
    asked.keeps("0.5");
    asked.keeps("2");
    asked.refuses("0.49", &[": min: must be at least 0.5"]);
    asked.refuses("2.01", &[": max: must be at most 2"]);
    let open = NumberBounds { exclusive_min: Some(0.5), exclusive_max: Some(2.0), ..NumberBounds::default() };
    let asked = Asked::new(&Shape::Number(open));
    asked.keeps("0.51");
    asked.refuses("0.5", &[": min: must be greater than 0.5"]);
    asked.refuses("2", &[": max: must be less than 2"]);
}

#[test]
fn booleans_are_two_words() {
    let asked = Asked::new(&Shape::Boolean);
    asked.keeps("true");
    asked.keeps("false");
    for text in ["1", "0", "\"true\"", "null", "\"yes\""] {
        asked.refuses(text, &[": type: expected boolean"]);
    }
}

#[test]
fn strings_are_scalar_values_untouched() {
    let asked = Asked::new(&string());
    asked.keeps("\"\"");
    asked.keeps("\"e\u{301}é<>&\u{2028}\u{7f}😀\"");
    asked.accepts(r#""\u00e9\ud83d\ude00\/\u0000\n\u001F""#, "\"é😀/\\u0000\\n\\u001f\"");
    for text in ["1", "true", "null", "[]", "{}"] {
        asked.refuses(text, &[": type: expected string"]);
    }
    for text in [r#""\ud800""#, "\"\u{1}\""] {
        assert!(matches!(asked.transcode(Direction::Input, text), Err(Refusal::Malformed(_))), "{text}");
    }
}

#[test]
fn lengths_count_code_points() {
    let bounds = StringBounds { min_length: Some(2), max_length: Some(3), ..StringBounds::default() };
    let asked = Asked::new(&Shape::String(bounds));
    asked.keeps("\"😀😀\"");
    asked.keeps("\"abc\"");
    asked.accepts(r#""\ud83d\ude00\n""#, "\"😀\\n\"");
    asked.refuses("\"😀\"", &[": min_length: must have at least 2 characters"]);
    asked.refuses("\"abcd\"", &[": max_length: must have at most 3 characters"]);
    asked.refuses("\"😀😀😀😀\"", &[": max_length: must have at most 3 characters"]);
    let one = StringBounds { min_length: Some(1), ..StringBounds::default() };
    Asked::new(&Shape::String(one)).refuses("\"\"", &[": min_length: must have at least 1 character"]);
}

#[test]
fn patterns_and_lengths_are_told_together() {
    let bounds = StringBounds { min_length: Some(3), pattern: Some("^[a-z]+$".to_owned()), ..StringBounds::default() };
    let asked = Asked::new(&Shape::String(bounds));
    asked.keeps("\"abc\"");
    asked.refuses("\"A\"", &[": min_length: must have at least 3 characters", ": pattern: must match ^[a-z]+$"]);
}

#[test]
fn formats_are_strict_on_input_and_lenient_on_output() {
    let asked = Asked::new(&format(Format::DateTime));
    asked.accepts("\"2024-03-01T12:00:00.500+02:00\"", "\"2024-03-01T10:00:00.5Z\"");
    asked.refuses("\"2024-03-01T12:00:00\"", &[": format: expected date-time"]);
    asked.refuses("1709251200", &[": type: expected string"]);
    let nanoseconds = "\"2024-03-01T12:00:00.123456789Z\"";
    assert_eq!(told(asked.transcode(Direction::Input, nanoseconds)), [": format: expected date-time"]);
    assert_eq!(asked.transcode(Direction::Output, nanoseconds), Ok(nanoseconds.to_owned()));
    let asked = Asked::new(&format(Format::Bytes));
    assert_eq!(told(asked.transcode(Direction::Input, "\"+w==\"")), [": format: expected bytes"]);
    assert_eq!(asked.transcode(Direction::Output, "\"+w==\""), Ok("\"-w\"".to_owned()));
    let asked = Asked::new(&format(Format::Uuid));
    asked.accepts(r#""01234567-89AB-cdef-0123-456789abcde\u0066""#, "\"01234567-89ab-cdef-0123-456789abcdef\"");
}

#[test]
fn other_constraints_see_the_canonical_text() {
    let bounds = StringBounds { format: Some(Format::Duration), max_length: Some(6), ..StringBounds::default() };
    let asked = Asked::new(&Shape::String(bounds));
    asked.accepts("\"PT0000001S\"", "\"PT1S\"");
    asked.refuses("\"PT3661S\"", &[": max_length: must have at most 6 characters"]);
    asked.refuses("\"nonsense\"", &[": format: expected duration"]);
}

#[test]
fn literals_and_enums_are_equal_values_of_one_kind() {
    let asked = Asked::new(&literal("a"));
    asked.accepts(r#""\u0061""#, "\"a\"");
    for text in ["\"b\"", "1", "null", "{\"a\":1}", "[\"a\"]"] {
        asked.refuses(text, &[": enum: expected \"a\""]);
    }
    let values = vec![Scalar::Integer(1), Scalar::String("1".to_owned()), Scalar::Boolean(false), Scalar::Integer(0)];
    let asked = Asked::new(&Shape::Enum(values));
    for text in ["1", "\"1\"", "false", "0"] {
        asked.keeps(text);
    }
    asked.accepts("-0", "0");
    for text in ["1.0", "2", "true", "\"0\"", "null", "1e400", "[1]"] {
        asked.refuses(text, &[": enum: expected one of: 1, \"1\", false, 0"]);
    }
}

#[test]
fn lists_have_items_of_one_shape() {
    let asked = Asked::new(&list(integer()));
    asked.accepts("[ 1 , 2 ]", "[1,2]");
    asked.keeps("[]");
    asked.refuses("[1,\"a\",true]", &["/1: type: expected integer", "/2: type: expected integer"]);
    asked.refuses("{}", &[": type: expected list"]);
}

#[test]
fn list_lengths_hold_at_their_limits() {
    let shape = Shape::List { item: Box::new(integer()), min_items: Some(1), max_items: Some(2), unique: false };
    let asked = Asked::new(&shape);
    asked.keeps("[1]");
    asked.keeps("[1,2]");
    asked.refuses("[]", &[": min_length: must have at least 1 item"]);
    asked.refuses("[1,2,3]", &[": max_length: must have at most 2 items"]);
}

#[test]
fn unique_items_differ_by_value() {
    let of = |item| Shape::List { item: Box::new(item), min_items: None, max_items: None, unique: true };
    let asked = Asked::new(&of(number()));
    asked.keeps("[1,2,0.5]");
    asked.refuses("[1,2,1.0]", &[": unique: items must differ"]);
    Asked::new(&of(Shape::Any)).refuses(r#"[{"a":1,"b":2},{"b":2,"a":1}]"#, &[": unique: items must differ"]);
    asked.refuses("[1,\"x\",\"x\"]", &["/1: type: expected number", "/2: type: expected number"]);
    let nested = Asked::new(&of(of(integer())));
    nested.keeps("[[1],[2],[]]");
    nested.refuses("[[1,1],[1]]", &["/0: unique: items must differ"]);
    nested.refuses("[[1,2],[1,2]]", &[": unique: items must differ"]);
}

#[test]
fn tuples_have_their_length_and_shapes() {
    let asked = Asked::new(&Shape::Tuple(vec![integer(), string()]));
    asked.keeps("[1,\"a\"]");
    asked.refuses("[1]", &[": min_length: must have at least 2 items"]);
    asked.refuses("[1,\"a\",{}]", &[": max_length: must have at most 2 items"]);
    asked.refuses("[\"a\",1]", &["/0: type: expected integer", "/1: type: expected string"]);
    asked.refuses("{}", &[": type: expected list"]);
    Asked::new(&Shape::Tuple(vec![])).keeps("[]");
}

#[test]
fn maps_have_any_keys_sorted() {
    let asked = Asked::new(&map(integer()));
    asked.accepts(r#"{"b":1,"a":2,"__proto__":3,"":4}"#, r#"{"":4,"__proto__":3,"a":2,"b":1}"#);
    asked.accepts(r#"{"\uffff":1,"\ud83d\ude00":2,"\n":3}"#, "{\"\\n\":3,\"😀\":2,\"\u{ffff}\":1}");
    asked.keeps("{}");
    asked.refuses(r#"{"b":true,"a/b":"x"}"#, &["/a~1b: type: expected integer", "/b: type: expected integer"]);
    asked.refuses("[]", &[": type: expected object"]);
}

#[test]
fn struct_members_come_out_sorted() {
    let fields = [required("name", string()), required("age", integer()), required("é", string())];
    let asked = Asked::fields(&fields);
    asked.accepts(r#"{"name":"Ada","é":"x","age":36}"#, r#"{"age":36,"name":"Ada","é":"x"}"#);
    asked.accepts(r#"{"\u00e9":"x","age":36,"n\u0061me":"Ada"}"#, r#"{"age":36,"name":"Ada","é":"x"}"#);
    asked.refuses("[]", &[": type: expected object"]);
    asked.refuses("null", &[": type: expected object"]);
}

#[test]
fn missing_and_unknown_members_are_told_together() {
    let asked = Asked::fields(&[required("b", integer()), required("a", integer()), optional("c", integer())]);
    asked.keeps(r#"{"a":1,"b":2}"#);
    asked.keeps(r#"{"a":1,"b":2,"c":3}"#);
    asked.refuses(
        r#"{"b":"x","zz":1,"c":null,"__proto__":{}}"#,
        &[
            "/__proto__: unknown: not allowed here",
            "/a: missing: required",
            "/b: type: expected integer",
            "/c: type: expected integer",
            "/zz: unknown: not allowed here",
        ],
    );
}

#[test]
fn defaults_are_filled_in_where_they_belong() {
    let fields = [
        defaulted("b", integer(), "5"),
        required("a", integer()),
        defaulted("d", list(string()), "[ \"x\" ]"),
        optional("c", integer()),
        defaulted("e", nullable(string()), "null"),
    ];
    let asked = Asked::fields(&fields);
    asked.accepts(r#"{"a":1}"#, r#"{"a":1,"b":5,"d":["x"],"e":null}"#);
    asked.accepts(r#"{"e":"y","a":1,"c":2}"#, r#"{"a":1,"b":5,"c":2,"d":["x"],"e":"y"}"#);
    asked.accepts(r#"{"d":[],"b":5,"a":1}"#, r#"{"a":1,"b":5,"d":[],"e":null}"#);
    asked.refuses(r#"{"a":1,"b":null}"#, &["/b: type: expected integer"]);
    Asked::fields(&[defaulted("a", integer(), "1")]).accepts("{}", r#"{"a":1}"#);
}

#[test]
fn nested_structs_are_sorted_and_filled_at_every_level() {
    let inner = Shape::Struct(vec![defaulted("y", integer(), "0"), required("x", integer())]);
    let asked = Asked::fields(&[required("q", list(inner.clone())), required("p", map(inner))]);
    asked.accepts(
        r#"{"q":[{"y":1,"x":2},{"x":3}],"p":{"k":{"x":4},"j":{"y":5,"x":6}}}"#,
        r#"{"p":{"j":{"x":6,"y":5},"k":{"x":4,"y":0}},"q":[{"x":2,"y":1},{"x":3,"y":0}]}"#,
    );
    asked.refuses(
        r#"{"q":[{"x":1},{"y":"a","z":1}],"p":{"k":1}}"#,
        &[
            "/p/k: type: expected object",
            "/q/1/x: missing: required",
            "/q/1/y: type: expected integer",
            "/q/1/z: unknown: not allowed here",
        ],
    );
}

#[test]
fn defaults_within_defaults_are_filled_in() {
    let types = [
        named("A", Shape::Struct(vec![defaulted("b", reference("B"), "{}")])),
        named(
            "B",
            Shape::Struct(vec![
                defaulted("c", reference("C"), "{}"),
                defaulted("at", format(Format::Uuid), "\"01234567-89AB-CDEF-0123-456789ABCDEF\""),
            ]),
        ),
        named("C", Shape::Struct(vec![defaulted("n", number(), "1.0")])),
    ];
    let asked = Asked::with_types(&types, &reference("A"));
    asked.accepts("{}", r#"{"b":{"at":"01234567-89ab-cdef-0123-456789abcdef","c":{"n":1}}}"#);
}

#[test]
fn nullable_tells_what_it_holds() {
    let asked = Asked::new(&nullable(integer()));
    asked.keeps("null");
    asked.keeps("1");
    asked.refuses("\"1\"", &[": type: expected integer"]);
    Asked::new(&integer()).refuses("null", &[": type: expected integer"]);
}

#[test]
fn unions_are_told_apart_by_kind() {
    let asked = Asked::new(&union(
        None,
        vec![integer(), string(), list(integer()), map(Shape::Boolean), nullable(Shape::Boolean)],
    ));
    for text in ["1", "\"1\"", "[1]", "{\"a\":true}", "null", "false"] {
        asked.keeps(text);
    }
    asked.refuses("1.5", &[": type: expected integer"]);
    asked.refuses("[\"a\"]", &["/0: type: expected integer"]);
    let asked = Asked::new(&union(None, vec![integer(), string()]));
    for text in ["true", "null", "[]", "{}"] {
        asked.refuses(text, &[": union: matches none of the alternatives"]);
    }
}

fn shapes_by_tag() -> Shape {
    let circle = Shape::Struct(vec![required("kind", literal("circle")), required("r", number())]);
    let kinds = Shape::Enum(vec![Scalar::String("square".to_owned()), Scalar::Integer(4)]);
    let square = Shape::Struct(vec![required("kind", kinds), defaulted("side", number(), "1")]);
    union(Some("kind"), vec![circle, square, string()])
}

#[test]
fn unions_are_told_apart_by_tag_wherever_it_stands() {
    let asked = Asked::new(&shapes_by_tag());
    asked.keeps(r#"{"kind":"circle","r":1}"#);
    asked.accepts(r#"{"r":1.0,"kind":"circle"}"#, r#"{"kind":"circle","r":1}"#);
    asked.accepts(r#"{"k\u0069nd":"squ\u0061re"}"#, r#"{"kind":"square","side":1}"#);
    asked.accepts(r#"{"side":2,"kind":4}"#, r#"{"kind":4,"side":2}"#);
    asked.keeps("\"text\"");
    asked.refuses(r#"{"kind":"circle","side":1}"#, &["/r: missing: required", "/side: unknown: not allowed here"]);
    asked.refuses("1", &[": union: matches none of the alternatives"]);
}

#[test]
fn a_tag_that_is_missing_or_unknown_is_told_at_its_place() {
    let asked = Asked::new(&list(shapes_by_tag()));
    asked.refuses(r#"[{"r":1}]"#, &["/0/kind: missing: required"]);
    for text in [r#"[{"kind":"oval"}]"#, r#"[{"r":1,"kind":null}]"#, r#"[{"kind":{}}]"#, r#"[{"kind":4.0}]"#] {
        asked.refuses(text, &["/0/kind: enum: expected one of: \"circle\", \"square\", 4"]);
    }
}

#[test]
fn duplicate_keys_are_refused_in_every_position() {
    let fields = [
        required("a", integer()),
        optional("m", map(integer())),
        optional("x", Shape::Any),
        optional("u", shapes_by_tag()),
    ];
    let asked = Asked::fields(&fields);
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"a":1,"zz":1,"zz":2}"#,
        r#"{"a":1,"zz":{"b":1,"b":2}}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"{"a":1,"m":{"b":1,"c":1,"b":2}}"#,
        r#"{"a":1,"x":[{"b":1,"b":2}]}"#,
        r#"{"a":1,"u":{"kind":"circle","r":1,"kind":"circle"}}"#,
        r#"{"a":1,"u":{"kind":"oval","q":1,"q":1}}"#,
        r#"{"a":1,"u":{"q":1,"q":1}}"#,
    ] {
        for direction in [Direction::Input, Direction::Output] {
            let refusal = asked.transcode(direction, text);
            assert!(
                matches!(&refusal, Err(Refusal::Malformed(error)) if error.kind == JsonErrorKind::DuplicateKey),
                "{text} {refusal:?}"
            );
        }
    }
}

#[test]
fn syntax_errors_win_over_problems() {
    let asked = Asked::fields(&[required("a", integer())]);
    for (text, kind) in [
        (r#"{"a":"x""#, JsonErrorKind::UnexpectedEnd),
        (r#"{"a":"x"}}"#, JsonErrorKind::TrailingBytes),
        (r#"{"b":nul}"#, JsonErrorKind::UnexpectedByte),
        (r#"{"a":"\ud800"}"#, JsonErrorKind::LoneSurrogate),
        ("{\"a\":1}\u{feff}", JsonErrorKind::TrailingBytes),
        ("\u{feff}{\"a\":1}", JsonErrorKind::ByteOrderMark),
        ("", JsonErrorKind::Empty),
        ("{\"a\":01}", JsonErrorKind::InvalidNumber),
    ] {
        let refusal = asked.transcode(Direction::Input, text);
        assert!(matches!(&refusal, Err(Refusal::Malformed(error)) if error.kind == kind), "{text} {refusal:?}");
    }
    let refusal = asked.transcode(Direction::Input, b"{\"a\":\"\xff\"}");
    assert!(matches!(&refusal, Err(Refusal::Malformed(error)) if error.kind == JsonErrorKind::InvalidUtf8));
}

#[test]
fn depth_is_counted_whatever_the_shape() {
    let types = [named("Tree", Shape::Struct(vec![optional("t", reference("Tree"))]))];
    let trees = |depth: usize| format!("{}{}{}", "{\"t\":".repeat(depth - 1), "{}", "}".repeat(depth - 1));
    let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (asked, at_limit, beyond) in [
        (Asked::with_types(&types, &reference("Tree")), trees(64), trees(65)),
        (Asked::new(&Shape::Any), lists(64), lists(65)),
    ] {
        asked.keeps(&at_limit);
        let refusal = asked.transcode(Direction::Input, &beyond);
        assert!(
            matches!(&refusal, Err(Refusal::Malformed(error)) if error.kind == JsonErrorKind::TooDeep),
            "{refusal:?}"
        );
    }
    let refusal = Asked::new(&integer()).transcode(Direction::Input, lists(65));
    assert!(matches!(&refusal, Err(Refusal::Malformed(error)) if error.kind == JsonErrorKind::TooDeep), "{refusal:?}");
}

#[test]
fn any_is_canonical_and_bounds_its_numbers() {
    let asked = Asked::new(&map(Shape::Any));
    asked.accepts(r#"{"b":[1.50,{"z":null,"y":"\u0041"}],"a":-0}"#, r#"{"a":0,"b":[1.5,{"y":"A","z":null}]}"#);
    let range = "integer_range: must be between -9007199254740991 and 9007199254740991";
    asked.refuses(
        r#"{"b":[0,{"z":1e20}],"a":9007199254740993.0,"c":1e400,"d":0.000000000000000000000000000000001}"#,
        &[
            &format!("/a: {range}"),
            &format!("/b/1/z: {range}"),
            "/c: type: expected number",
            "/d: type: expected number",
        ],
    );
}

#[test]
fn files_never_stand_in_json() {
    let upload = Shape::Upload { max_size: None, content_types: vec![] };
    for text in ["\"x\"", "null", "{}"] {
        Asked::new(&upload).refuses(text, &[": type: expected file"]);
    }
}

#[test]
fn recursive_types_walk_as_deep_as_the_value() {
    let node = Shape::Struct(vec![required("children", list(reference("Node"))), required("id", integer())]);
    let asked = Asked::with_types(&[named("Node", node)], &reference("Node"));
    asked.keeps(r#"{"children":[{"children":[],"id":2}],"id":1}"#);
    asked.refuses(
        r#"{"children":[{"children":[{"id":"x"}],"id":2}],"id":1}"#,
        &["/children/0/children/0/children: missing: required", "/children/0/children/0/id: type: expected integer"],
    );
}

#[test]
fn paths_start_at_the_root_that_was_given() {
    let asked = Asked::fields(&[required("a", list(integer()))]);
    let mut out = Vec::new();
    let root = [key("args")];
    let refusal = asked.program.transcode(asked.shape, br#"{"a":[1,true]}"#, Direction::Input, &root, &mut out);
    let Err(Refusal::Invalid(details)) = refusal else { panic!("{refusal:?}") };
    let paths: Vec<_> = details.into_iter().map(|detail| detail.path).collect();
    assert_eq!(paths, [vec![key("args"), key("a"), PathPart::Index(1)]]);
}

#[test]
fn details_are_sorted_and_bounded() {
    let asked = Asked::new(&list(integer()));
    let problems = told(asked.transcode(Direction::Input, format!("[{}true]", "true,".repeat(11))));
    assert_eq!(
        problems.get(2).map(String::as_str),
        Some("/2: type: expected integer"),
        "indexes are sorted as numbers"
    );
    assert_eq!(problems.len(), 12);
    let many = format!("[{}true]", "true,".repeat(500));
    assert_eq!(told(asked.transcode(Direction::Input, &many)).len(), MAX_DETAILS);
    let numbers = format!("[{}1e99]", "1e99,".repeat(500));
    assert_eq!(told(Asked::new(&Shape::Any).transcode(Direction::Input, numbers)).len(), MAX_DETAILS);
    let unterminated = many.trim_end_matches(']');
    assert!(
        matches!(asked.transcode(Direction::Input, unterminated), Err(Refusal::Malformed(_))),
        "the end is still read"
    );
}

#[test]
fn a_shape_of_another_program_fits_nothing() {
    let foreign = Asked::fields(&[required("a", integer()), required("b", integer())]).shape;
    let program = mizan_core::ir::program::Program::default();
    let refusal = program.transcode(foreign, b"{}", Direction::Input, &[], &mut Vec::new());
    assert!(matches!(refusal, Err(Refusal::Invalid(_))));
}
