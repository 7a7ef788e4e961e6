//! Canonical text to the values of a host.

use std::fmt::Write;

use mizan_core::ir::model::{Format, Shape};
use mizan_core::ir::program::{Builder, Direction, Key, ListKind, Program};
use mizan_core::value::json::JsonError;

use crate::shapes::{
    Asked, format, integer, list, literal, map, named, nullable, number, optional, reference, required, string, union,
};

/// Writes down what it is asked to make.
pub(crate) struct Scribe;

impl Builder for Scribe {
    type Value = String;
    type List = String;
    type Object = String;
    type Error = String;

    fn null(&mut self) -> Result<String, String> {
        Ok("null".to_owned())
    }
    fn boolean(&mut self, value: bool) -> Result<String, String> {
        Ok(value.to_string())
    }
    fn integer(&mut self, value: i64) -> Result<String, String> {
        Ok(format!("i{value}"))
    }
    fn bigint(&mut self, digits: &str) -> Result<String, String> {
        Ok(format!("big{digits}"))
    }
    fn number(&mut self, value: f64) -> Result<String, String> {
        Ok(format!("f{value}"))
    }
    fn string(&mut self, text: &str, format: Option<Format>) -> Result<String, String> {
        Ok(format!("{}{text:?}", format.map_or("", Format::name)))
    }
    fn list(&mut self, kind: ListKind) -> Result<String, String> {
        Ok(if kind == ListKind::Tuple { "tuple[" } else { "[" }.to_owned())
    }
    fn push(&mut self, list: &mut String, item: String) -> Result<(), String> {
        write!(list, "{item} ").map_err(|error| error.to_string())
    }
    fn finish_list(&mut self, list: String) -> Result<String, String> {
        Ok(list + "]")
    }
    fn object(&mut self) -> Result<String, String> {
        Ok("{".to_owned())
    }
    fn member(&mut self, object: &mut String, key: Key<'_>, value: String) -> Result<(), String> {
        let field = key.field.map_or(String::new(), |field| format!("#{}", field.index()));
        write!(object, "{}{field}={value} ", key.text).map_err(|error| error.to_string())
    }
    fn finish_object(&mut self, object: String) -> Result<String, String> {
        Ok(object + "}")
    }
    fn file(&mut self, index: usize) -> Result<String, String> {
        Ok(format!("file{index}"))
    }
    fn unreadable(&mut self, error: JsonError) -> String {
        error.to_string()
    }
}

/// What a host makes of a text that was transcoded first.
#[track_caller]
fn made(asked: &Asked, text: &str) -> String {
    let canonical = asked.transcode(Direction::Input, text).unwrap();
    asked.program.decode(asked.shape, canonical.as_bytes(), &mut Scribe).unwrap()
}

#[test]
fn scalars_are_made_by_their_shape() {
    for (shape, text, value) in [
        (integer(), "5", "i5"),
        (integer(), "-9007199254740991", "i-9007199254740991"),
        (number(), "5", "f5"),
        (number(), "-1.5e300", &format!("f{}", -1.5e300)),
        (Shape::Boolean, "true", "true"),
        (Shape::BigInt, "\"123456789012345678901\"", "big123456789012345678901"),
        (string(), r#""a\n""#, r#""a\n""#),
        (
            format(Format::Uuid),
            "\"01234567-89AB-cdef-0123-456789abcdef\"",
            "uuid\"01234567-89ab-cdef-0123-456789abcdef\"",
        ),
        (literal("a"), "\"a\"", "\"a\""),
        (nullable(integer()), "null", "null"),
        (nullable(number()), "1", "f1"),
    ] {
        assert_eq!(made(&Asked::new(&shape), text), value, "{shape:?}");
    }
}

#[test]
fn containers_are_made_by_their_shape() {
    assert_eq!(made(&Asked::new(&list(number())), "[1,2]"), "[f1 f2 ]");
    assert_eq!(made(&Asked::new(&Shape::Tuple(vec![integer(), number()])), "[1,2]"), "tuple[i1 f2 ]");
    assert_eq!(made(&Asked::new(&map(list(Shape::Boolean))), r#"{"b":[],"a\"":[true]}"#), "{a\"=[true ] b=[] }");
    assert_eq!(made(&Asked::new(&Shape::Any), r#"{"a":[1,1.5,"x",null]}"#), "{a=[i1 f1.5 \"x\" null ] }");
}

#[test]
fn struct_members_carry_their_field() {
    let asked = Asked::fields(&[required("b", number()), optional("z", integer()), required("a", string())]);
    assert_eq!(made(&asked, r#"{"b":1,"a":"x"}"#), "{a#2=\"x\" b#0=f1 }");
    assert_eq!(made(&asked, r#"{"z":1,"b":1,"a":""}"#), "{a#2=\"\" b#0=f1 z#1=i1 }");
}

#[test]
fn unions_and_types_are_followed() {
    let node = Shape::Struct(vec![required("kids", list(reference("Node"))), required("v", number())]);
    let asked = Asked::with_types(&[named("Node", node)], &reference("Node"));
    assert_eq!(made(&asked, r#"{"kids":[{"kids":[],"v":2}],"v":1}"#), "{kids#0=[{kids#0=[] v#1=f2 } ] v#1=f1 }");
    let arm = |name: &str, shape: Shape| Shape::Struct(vec![required("kind", literal(name)), required("v", shape)]);
    let asked = Asked::new(&union(Some("kind"), vec![arm("a", integer()), arm("b", number()), list(number())]));
    assert_eq!(made(&asked, r#"{"kind":"a","v":1}"#), "{kind#0=\"a\" v#1=i1 }");
    assert_eq!(made(&asked, r#"{"kind":"b","v":1}"#), "{kind#2=\"b\" v#3=f1 }");
    assert_eq!(made(&asked, "[1]"), "[f1 ]");
}

#[test]
fn text_that_is_no_json_is_unreadable() {
    let program = Program::default();
    let asked = Asked::new(&list(integer()));
    for (text, error) in [
        (&b"[1"[..], "the text ends too early at byte 2"),
        (b"", "the text is empty"),
        (b"[1]x", "something follows the value at byte 3"),
        (b"[1e400]", "invalid number at byte 1"),
        (b"\xff", "invalid UTF-8 at byte 0"),
    ] {
        assert_eq!(asked.program.decode(asked.shape, text, &mut Scribe), Err(error.to_owned()));
    }
    let deep = "[".repeat(1000);
    assert_eq!(program.decode(asked.shape, deep.as_bytes(), &mut Scribe), Err("nesting over 64 at byte 64".to_owned()));
    assert_eq!(asked.program.decode(asked.shape, br#"{"a":[1]}"#, &mut Scribe), Ok("{a=[i1 ] }".to_owned()));
}
