//! Members of objects that Rust's values have in another order than canonical text, one object within another.

use mizan_core::ir::model::Shape;
use mizan_core::ir::program::{Page, Unfit};
use mizan_core::value::{Value, json};

use crate::serializing::{Tree, written};
use crate::shapes::{Asked, integer, list, map, nullable, optional, required, string};

/// Of two integers.
fn pair() -> Shape {
    Shape::Struct(vec![required("a", integer()), required("b", integer())])
}

fn unique(item: Shape) -> Shape {
    Shape::List { item: Box::new(item), min_items: None, max_items: None, unique: true }
}

/// What the text, read as values of Rust, comes to.
#[track_caller]
fn comes_to(asked: &Asked, text: &str, expected: Result<&str, Unfit>) {
    let value = json::parse(text.as_bytes()).unwrap();
    // Once more, since the order of the last one is expected of the next.
    for _ in 0..2 {
        assert_eq!(written(asked, &Tree { value: &value, structs: false }).as_deref(), expected.as_deref(), "{text}");
    }
}

#[test]
fn structs_stand_in_order_wherever_they_are() {
    let shapes = [
        ("list", list(pair())),
        ("lists", list(list(pair()))),
        ("map", map(pair())),
        ("none", list(Shape::Struct(Vec::new()))),
        ("null", nullable(pair())),
        ("tuple", Shape::Tuple(vec![integer(), pair(), pair()])),
        ("unique", unique(pair())),
    ];
    let fields: Vec<_> = shapes.map(|(name, shape)| optional(name, shape)).into();
    let asked = Asked::fields(&fields);
    let cases = [
        (r#"{"tuple":[1,{"b":1,"a":2},{"a":3,"b":4}]}"#, r#"{"tuple":[1,{"a":2,"b":1},{"a":3,"b":4}]}"#),
        (
            r#"{"unique":[{"b":2,"a":1},{"b":1,"a":2},{"a":0,"b":0}],"null":{"b":1,"a":2},"list":[]}"#,
            r#"{"list":[],"null":{"a":2,"b":1},"unique":[{"a":1,"b":2},{"a":2,"b":1},{"a":0,"b":0}]}"#,
        ),
        (
            r#"{"null":null,"map":{"z":{"b":1,"a":2},"y":{"a":3,"b":4},"x":{"b":5,"a":6}},"lists":[[],[{"b":1,"a":2}]]}"#,
            r#"{"lists":[[],[{"a":2,"b":1}]],"map":{"x":{"a":6,"b":5},"y":{"a":3,"b":4},"z":{"a":2,"b":1}},"null":null}"#,
        ),
        (
            r#"{"list":[{"b":1,"a":2}],"map":{"x":{"b":1,"a":2}},"tuple":[0,{"b":1,"a":2},{"b":3,"a":4}]}"#,
            r#"{"list":[{"a":2,"b":1}],"map":{"x":{"a":2,"b":1}},"tuple":[0,{"a":2,"b":1},{"a":4,"b":3}]}"#,
        ),
        (r#"{"none":[{},{}],"map":{},"list":[]}"#, r#"{"list":[],"map":{},"none":[{},{}]}"#),
        ("{}", "{}"),
    ];
    for (text, expected) in cases {
        comes_to(&asked, text, Ok(expected));
    }
}

#[test]
fn items_are_equal_whatever_the_order_of_their_members() {
    let asked = Asked::new(&Shape::Struct(vec![required("l", unique(unique(pair()))), required("a", pair())]));
    let text = r#"{"l":[[{"b":1,"a":2}],[{"a":2,"b":3},{"b":1,"a":2}],[]],"a":{"b":1,"a":2}}"#;
    let expected = r#"{"a":{"a":2,"b":1},"l":[[{"a":2,"b":1}],[{"a":2,"b":3},{"a":2,"b":1}],[]]}"#;
    comes_to(&asked, text, Ok(expected));
    for text in [
        r#"{"l":[[{"b":1,"a":2},{"a":2,"b":1}]],"a":{"b":1,"a":2}}"#,
        r#"{"a":{"b":1,"a":2},"l":[[{"b":1,"a":2}],[],[{"a":2,"b":1}]]}"#,
    ] {
        comes_to(&asked, text, Err(Unfit));
    }
}

#[test]
fn members_of_any_length_change_places() {
    let key = "k".repeat(50);
    for names in [["b", "a", "c"], ["z", "", "é"], [&key[..27], "b", &key[..28]], [&key[..29], "b", &key]] {
        let asked = Asked::fields(&names.map(|name| required(name, string())));
        for length in (0..=40).chain([500]) {
            let member = |name: &str| (name.to_owned(), Value::String("x".repeat(length)));
            let value = Value::Object(names.map(member).to_vec());
            let mut sorted = names;
            sorted.sort_unstable();
            let members = sorted.map(|name| format!("\"{name}\":\"{}\"", "x".repeat(length)));
            let expected = format!("{{{}}}", members.join(","));
            assert_eq!(written(&asked, &Tree { value: &value, structs: true }), Ok(expected));
        }
    }
}

#[test]
fn structs_of_any_size_change_places() {
    for count in [2, 7, 8, 9, 16, 17, 25, 40] {
        let names: Vec<_> = (0..count).map(|index| format!("f{index:02}")).collect();
        let fields: Vec<_> = names.iter().map(|name| optional(name, integer())).collect();
        let asked = Asked::new(&list(Shape::Struct(fields)));
        // Each but one, the last first.
        let object = |left_out: usize| {
            let members = names.iter().enumerate().filter(|(index, _)| *index != left_out);
            members.map(|(index, name)| format!("\"{name}\":{index}")).collect::<Vec<_>>()
        };
        for left_out in 0..count {
            let (mut turned, sorted) = (object(left_out), object(left_out));
            turned.reverse();
            let text = format!("[{{{}}},{{{}}}]", turned.join(","), sorted.join(","));
            let expected = format!("[{{{0}}},{{{0}}}]", sorted.join(","));
            comes_to(&asked, &text, Ok(&expected));
        }
    }
}

#[test]
fn what_is_in_order_holds_what_is_not() {
    let nested = (0..20).fold(pair(), |inner, _| {
        Shape::Struct(vec![required("a", integer()), required("m", inner), optional("z", integer())])
    });
    let asked = Asked::new(&nested);
    let text = |around: [&str; 2], inner: &str| format!("{}{inner}{}", around[0].repeat(20), around[1].repeat(20));
    let sorted = [r#"{"a":1,"m":"#, r#","z":2}"#];
    let expected = text(sorted, r#"{"a":1,"b":2}"#);
    for around in [sorted, [r#"{"z":2,"a":1,"m":"#, "}"], [r#"{"m":"#, r#","z":2,"a":1}"#]] {
        for inner in [r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#] {
            comes_to(&asked, &text(around, inner), Ok(&expected));
        }
    }
}

#[test]
fn what_is_unfit_leaves_nothing_behind() {
    let asked = Asked::fields(&[required("a", unique(pair())), required("b", pair()), required("c", Shape::Boolean)]);
    let good = r#"{"c":true,"a":[{"b":1,"a":2},{"b":2,"a":2}],"b":{"b":1,"a":2}}"#;
    let expected = r#"{"a":[{"a":2,"b":1},{"a":2,"b":2}],"b":{"a":2,"b":1},"c":true}"#;
    let unfit = [
        // In the midst of a struct, of a list whose items must differ, and where it closes.
        r#"{"c":true,"b":{"b":1,"a":2},"a":[{"b":1,"a":2},{"b":2,"a":"x"}]}"#,
        r#"{"c":true,"b":{"b":1,"a":true}}"#,
        r#"{"c":true,"a":[{"b":1,"a":2}]}"#,
    ];
    let mut page = Page::new();
    page.text.extend_from_slice(b"before");
    for text in unfit {
        for (text, expected) in [(text, None), (good, Some(expected))] {
            let value = json::parse(text.as_bytes()).unwrap();
            let tree = Tree { value: &value, structs: true };
            let result = asked.program.serialize(asked.shape, &tree, &mut page);
            assert_eq!(result.is_ok(), expected.is_some(), "{text}");
            let text = String::from_utf8(page.text.split_off("before".len())).unwrap();
            assert_eq!((text.as_str(), page.text.as_slice()), (expected.unwrap_or_default(), b"before".as_slice()));
        }
    }
}
