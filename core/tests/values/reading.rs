//! A client's text to the values of a host in one pass: the same as checking it first and reading what came of that.

use mizan_core::ir::model::{IntegerBounds, NumberBounds, Shape, StringBounds};
use mizan_core::ir::program::{Direction, Unfit};
use proptest::prelude::*;

use crate::decoding::Scribe;
use crate::properties::{bytes, fitting_text, json_text, shape};
use crate::shapes::{Asked, defaulted, list, literal, map, nullable, optional, required, string, union};

fn at_once(asked: &Asked, text: &[u8]) -> Result<String, Unfit> {
    asked.program.read(asked.shape, text, &mut Scribe)
}

/// By way of canonical text, where it is refused nothing.
fn in_two(asked: &Asked, text: &[u8]) -> Result<String, Unfit> {
    let canonical = asked.transcode(Direction::Input, text).map_err(|_| Unfit)?;
    Ok(asked.program.decode(asked.shape, canonical.as_bytes(), &mut Scribe).unwrap())
}

fn unique_list() -> Shape {
    Shape::List { item: Box::new(Shape::Any), min_items: None, max_items: None, unique: true }
}

/// A list whose items must differ, in a struct with something before and after it.
fn unique(item: Shape) -> Shape {
    let unique = Shape::List { item: Box::new(item), min_items: None, max_items: Some(3), unique: true };
    Shape::Struct(vec![required("b", unique), optional("a", string()), defaulted("c", map(string()), "{\"x\":\"\"}")])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn what_fits_is_read(shape in shape(), seed in any::<u64>()) {
        let asked = Asked::new(&shape);
        let text = fitting_text(&shape, seed);
        let read = at_once(&asked, text.as_bytes());
        prop_assert!(read.is_ok(), "{}", text);
        prop_assert_eq!(read, in_two(&asked, text.as_bytes()));
    }

    #[test]
    fn what_nearly_fits_is_read_the_same_or_not(
        shape in shape(), is_unique in any::<bool>(), seed in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let shape = if is_unique { unique(shape) } else { shape };
        let asked = Asked::new(&shape);
        let mut text = fitting_text(&shape, seed).into_bytes();
        let at = at.index(text.len());
        if let Some(slot) = text.get_mut(at) {
            *slot = byte;
        }
        prop_assert_eq!(at_once(&asked, &text), in_two(&asked, &text));
    }

    #[test]
    fn any_text_is_read_the_same_or_not(shape in shape(), text in json_text(), bytes in bytes()) {
        let asked = Asked::new(&shape);
        for text in [text.as_bytes(), &bytes] {
            prop_assert_eq!(at_once(&asked, text), in_two(&asked, text));
        }
    }
}

/// Both ways read what fits, and neither what does not.
#[track_caller]
fn agree(asked: &Asked, fitting: &[&str], unfit: &[&str]) {
    for text in fitting {
        assert_eq!(at_once(asked, text.as_bytes()), Ok(in_two(asked, text.as_bytes()).unwrap()), "{text}");
    }
    for text in unfit {
        assert_eq!(
            (at_once(asked, text.as_bytes()), in_two(asked, text.as_bytes())),
            (Err(Unfit), Err(Unfit)),
            "{text}"
        );
    }
}

#[test]
fn bounds_hold() {
    let bounds = IntegerBounds { min: Some(3), max: Some(9), multiple_of: Some(3) };
    agree(&Asked::new(&Shape::Integer(bounds)), &["3", " 9 "], &["0", "4", "12", "\"3\"", "null", "3.0", "3e0"]);
    let safe = Asked::new(&Shape::Integer(IntegerBounds::default()));
    agree(&safe, &["9007199254740991", "-9007199254740991", "-0"], &["9007199254740992", "-9007199254740992", "01"]);
    let bounds = NumberBounds { exclusive_min: Some(0.0), max: Some(1.0), ..NumberBounds::default() };
    agree(&Asked::new(&Shape::Number(bounds)), &["0.5", "1", "1e-7"], &["0", "-0.0", "1.5", "1e400", "NaN"]);
    let bounds =
        StringBounds { min_length: Some(1), max_length: Some(2), pattern: Some("^a".to_owned()), format: None };
    agree(&Asked::new(&Shape::String(bounds)), &[r#""a""#, r#""\u0061😀""#], &[r#""""#, r#""aaa""#, r#""b""#]);
    agree(&Asked::new(&Shape::BigInt), &[r#""-12""#, r#""\u0030""#], &[r#""-0""#, r#""01""#, r#""""#, "1"]);
    agree(
        &Asked::new(&nullable(literal("x"))),
        &[r#""x""#, r#""\u0078""#, "null"],
        &[r#""y""#, "1", "[]", "{}", "true"],
    );
}

#[test]
fn lists_have_their_lengths_and_differing_items() {
    let few = |unique| Shape::List { item: Box::new(Shape::Any), min_items: Some(1), max_items: Some(2), unique };
    agree(&Asked::new(&few(true)), &["[1]", "[{}, []]"], &["[]", "[1, 1]", "[{\"a\":1},{\"a\":1}]", "[1,2,3]", "[1,]"]);
    agree(&Asked::new(&few(false)), &["[1]", "[1, 1]"], &["[]", "[1,2,3]", "[1e999]", "[{\"a\":1,\"a\":1}]"]);
    let pair = Asked::new(&Shape::Tuple(vec![Shape::Boolean, Shape::BigInt]));
    agree(&pair, &[r#"[true,"1"]"#], &["[true]", r#"[true,"01"]"#, r#"[true,"1",1]"#]);
}

#[test]
fn members_are_there_once_unless_they_need_not_be() {
    let asked = Asked::fields(&[
        required("b", Shape::Boolean),
        optional("a", Shape::Boolean),
        defaulted("c", list(string()), r#"["x"]"#),
    ]);
    let fitting = [r#"{"c":[],"b":true,"a":false}"#, r#"{"b":true}"#, r#"{ "\u0061" : true , "b":false}"#];
    let unfit = ["{}", "[]", r#"{"b":true,"b":true}"#, r#"{"b":true,"d":1}"#, r#"{"b":true,}"#, r#"{"b":true} x"#];
    agree(&asked, &fitting, &unfit);
    assert_eq!(at_once(&asked, br#"{"c":[],"b":true,"a":false}"#), Ok("{a#1=false b#0=true c#2=[] }".to_owned()));
    assert_eq!(at_once(&asked, br#"{"b":true}"#), Ok("{b#0=true c#2=[\"x\" ] }".to_owned()));
    let names: Vec<String> = (10..30).map(|number| format!("f{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| required(name, Shape::Boolean)).collect();
    let members: Vec<_> = names.iter().rev().map(|name| format!("\"{name}\":true")).collect();
    agree(
        &Asked::fields(&many),
        &[&format!("{{{}}}", members.join(","))],
        &[&format!("{{{}}}", members[1..].join(","))],
    );
}

#[test]
fn keys_of_maps_are_sorted_and_differ() {
    let asked = Asked::new(&map(Shape::Boolean));
    let text = r#"{"b":true,"\uffff":true,"\ud800\udc00":true,"a":true}"#;
    agree(&asked, &[text, "{}"], &[r#"{"a":true,"\u0061":true}"#, r#"{"b":true,"a":true,"b":false}"#, r#"{"a":1}"#]);
    assert_eq!(at_once(&asked, text.as_bytes()), Ok("{a=true b=true \u{10000}=true \u{ffff}=true }".to_owned()));
}

#[test]
fn unions_are_told_apart() {
    let arm = |tag: &str, shape: Shape| Shape::Struct(vec![required("kind", literal(tag)), required("v", shape)]);
    let asked = Asked::new(&union(Some("kind"), vec![arm("a", string()), arm("b", Shape::Boolean), Shape::BigInt]));
    let fitting = [r#"{"v":"","kind":"a"}"#, r#"{"kind":"b","v":true}"#, r#""5""#];
    agree(&asked, &fitting, &["{}", r#"{"kind":"c"}"#, r#"{"kind":"b","v":""}"#, r#"{"kind":1}"#, "5", "null"]);
}

#[test]
fn containers_stand_64_deep() {
    let nested = |depth: usize| (0..depth).fold(Shape::Any, |inner, _| list(inner));
    let text = |depth: usize| format!("{}true{}", "[".repeat(depth), "]".repeat(depth));
    for shapes in [0, 1, 63, 64] {
        agree(&Asked::new(&nested(shapes)), &[&text(64)], &[&text(65)]);
    }
    // What is compared by its text counts what it stands in.
    let asked = Asked::new(&(0..60).fold(unique_list(), |inner, _| list(inner)));
    agree(&asked, &[&text(64)], &[&text(65)]);
}

#[test]
fn files_go_the_long_way() {
    let upload = || Shape::Upload { max_size: None, content_types: Vec::new() };
    let asked = Asked::fields(&[required("file", nullable(upload()))]);
    agree(&asked, &[r#"{"file":null}"#], &[r#"{"file":0}"#, r#"{"file":"x"}"#]);
}
