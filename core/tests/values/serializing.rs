//! Values of Rust, as serde walks them: what is written is what the text that `serde_json` makes of them would have come
//! to.

use mizan_core::ir::model::{IntegerBounds, NumberBounds, Scalar, Shape, StringBounds};
use mizan_core::ir::program::{Direction, Page, Unfit};
use mizan_core::value::{Value, json};
use proptest::prelude::*;
use serde_core::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::properties::{dice, fitting_text, json_text, shape};
use crate::shapes::{Asked, defaulted, integer, list, map, nullable, number, optional, required, string, union};

/// A JSON tree as serde walks one, its objects as structs or as maps.
pub(crate) struct Tree<'v> {
    pub(crate) value: &'v Value,
    pub(crate) structs: bool,
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tree = |value| Tree { value, structs: self.structs };
        match self.value {
            Value::Null => serializer.serialize_none(),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::Number(token) => match (token.parse::<i64>(), token.parse::<u64>()) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_f64(token.parse().unwrap()),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(tree)),
            Value::Object(members) if self.structs => {
                let mut object = serializer.serialize_struct("Object", members.len())?;
                for (key, value) in members {
                    object.serialize_field(String::leak(key.clone()), &tree(value))?;
                }
                object.end()
            }
            Value::Object(members) => {
                let mut object = serializer.serialize_map(None)?;
                for (key, value) in members {
                    object.serialize_entry(key, &tree(value))?;
                }
                object.end()
            }
        }
    }
}

pub(crate) fn written(asked: &Asked, value: &impl Serialize) -> Result<String, Unfit> {
    let mut page = Page::new();
    page.text.extend_from_slice(b"before");
    let result = asked.program.serialize(asked.shape, value, &mut page);
    let text = String::from_utf8(page.text).unwrap();
    let appended = text.strip_prefix("before").unwrap().to_owned();
    if result.is_err() {
        assert_eq!(appended, "", "what is unfit appends nothing");
    }
    result.map(|()| appended)
}

/// By the text that `serde_json` makes of it.
fn the_long_way(asked: &Asked, value: &impl Serialize) -> Option<String> {
    asked.transcode(Direction::Output, serde_json::to_vec(value).unwrap()).ok()
}

/// The same text, its members in another order.
fn turned(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(turned).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().rev().map(|(key, value)| (key, turned(value))).collect())
        }
        other => other,
    }
}

/// The same text, its members in orders that the numbers of `dice` choose.
fn shuffled(value: Value, dice: &mut dyn FnMut(u64) -> u64) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(|item| shuffled(item, dice)).collect()),
        Value::Object(mut members) => {
            let mut shuffled_members = Vec::new();
            while !members.is_empty() {
                let (key, value) = members.swap_remove(dice(members.len() as u64) as usize);
                shuffled_members.push((key, shuffled(value, dice)));
            }
            Value::Object(shuffled_members)
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_that_fit_come_to_their_text(shape in shape(), seed in any::<u64>()) {
        // Anything at all is left to the long way, and so are objects of several kinds.
        prop_assume!(!format!("{shape:?}").contains("Any") && !format!("{shape:?}").contains("Union"));
        let asked = Asked::new(&shape);
        let text = asked.transcode(Direction::Output, fitting_text(&shape, seed)).unwrap();
        let value = json::parse(text.as_bytes()).unwrap();
        let turned = turned(value.clone());
        let shuffled = shuffled(value.clone(), &mut dice(seed));
        for value in [&value, &turned, &shuffled] {
            prop_assert_eq!(written(&asked, &Tree { value, structs: false }), Ok(text.clone()));
            // A map is no struct.
            if !format!("{shape:?}").contains("Map") {
                prop_assert_eq!(written(&asked, &Tree { value, structs: true }), Ok(text.clone()));
            }
        }
    }

    #[test]
    fn whatever_is_written_is_what_the_text_comes_to(shape in shape(), seed in any::<u64>(), text in json_text(), fits in any::<bool>()) {
        let text = if fits { fitting_text(&shape, seed) } else { text };
        prop_assume!(json::check(text.as_bytes()).is_ok());
        let asked = Asked::new(&shape);
        let value = json::parse(text.as_bytes()).unwrap();
        for value in [turned(value.clone()), value] {
            for structs in [false, true] {
                let tree = Tree { value: &value, structs };
                if let Ok(text) = written(&asked, &tree) {
                    prop_assert_eq!(the_long_way(&asked, &tree), Some(text));
                }
            }
        }
    }

    #[test]
    fn numbers_of_every_width_come_to_their_text(double in any::<f64>(), single in any::<f32>(), wide in any::<i128>()) {
        for shape in [number(), integer()] {
            let asked = Asked::new(&shape);
            prop_assert_eq!(written(&asked, &single), Err(Unfit));
            for double in [double, -double.trunc()] {
                if let Ok(text) = written(&asked, &double) {
                    prop_assert_eq!(Some(text), the_long_way(&asked, &double));
                }
            }
            for wide in [wide, wide >> 64, wide >> 74, wide >> 100] {
                if let Ok(text) = written(&asked, &wide) {
                    prop_assert_eq!(Some(text), the_long_way(&asked, &wide));
                }
            }
        }
    }
}

/// What fits is written; what does not is left to the long way.
#[track_caller]
fn writes_alone(asked: &Asked, fitting: &[&str], unfit: &[&str]) {
    for text in fitting {
        let value = json::parse(text.as_bytes()).unwrap();
        assert_eq!(written(asked, &Tree { value: &value, structs: false }), Ok((*text).to_owned()));
    }
    for text in unfit {
        let value = json::parse(text.as_bytes()).unwrap();
        for structs in [false, true] {
            assert_eq!(written(asked, &Tree { value: &value, structs }), Err(Unfit), "{text}");
        }
    }
}

#[test]
fn bounds_hold() {
    let bounds = IntegerBounds { min: Some(3), max: Some(9), multiple_of: Some(3) };
    writes_alone(&Asked::new(&Shape::Integer(bounds)), &["3", "9"], &["0", "4", "12", "3.0", "\"3\"", "null"]);
    let safe = Asked::new(&Shape::Integer(IntegerBounds::default()));
    writes_alone(&safe, &["9007199254740991", "-9007199254740991"], &["9007199254740992", "-9007199254740992"]);
    let bounds = NumberBounds { exclusive_min: Some(0.0), max: Some(1.0), ..NumberBounds::default() };
    writes_alone(&Asked::new(&Shape::Number(bounds)), &["0.5", "1"], &["0", "-0.0", "1.5", "1e400"]);
    let bounds =
        StringBounds { min_length: Some(1), max_length: Some(2), pattern: Some("^a".to_owned()), format: None };
    writes_alone(&Asked::new(&Shape::String(bounds)), &[r#""a""#, r#""a😀""#], &[r#""""#, r#""aaa""#, r#""b""#]);
    let choice = Shape::Enum(vec![Scalar::Integer(1), Scalar::String("a".to_owned()), Scalar::Null]);
    writes_alone(&Asked::new(&choice), &["1", "\"a\"", "null"], &["2", "\"b\"", "true", "1.0"]);
}

#[test]
fn numbers_that_are_none_are_left_to_the_long_way() {
    for shape in [number(), nullable(number())] {
        let asked = Asked::new(&shape);
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(written(&asked, &number), Err(Unfit));
            assert_eq!(written(&asked, &(number as f32)), Err(Unfit));
        }
        assert_eq!(written(&asked, &-0.0), Ok("0".to_owned()));
        // Which of two digits ends this one is the JSON writer's to say.
        assert_eq!(written(&asked, &-3_053_326.2_f32), Err(Unfit));
    }
}

#[test]
fn lists_have_their_lengths_and_differing_items() {
    let few = Shape::List { item: Box::new(Shape::Boolean), min_items: Some(1), max_items: Some(2), unique: true };
    writes_alone(&Asked::new(&few), &["[true]", "[true,false]"], &["[]", "[true,true]", "[true,false,true]"]);
    let pair = Asked::new(&Shape::Tuple(vec![Shape::Boolean, Shape::BigInt]));
    writes_alone(&pair, &[r#"[true,"1"]"#], &["[true]", r#"[true,"01"]"#, r#"[true,"1",1]"#]);
}

#[test]
fn members_are_there_unless_they_need_not_be() {
    let fields = [required("b", Shape::Boolean), optional("a", Shape::Boolean), defaulted("c", Shape::Boolean, "true")];
    let asked = Asked::fields(&fields);
    writes_alone(
        &asked,
        &[r#"{"a":true,"b":true,"c":false}"#, r#"{"b":true,"c":true}"#],
        &[r#"{"a":true,"c":true}"#, r#"{"b":true}"#, r#"{"b":true,"c":true,"d":true}"#],
    );
    let orders = [r#"{"c":false,"a":true,"b":false}"#, r#"{"b":false,"c":false,"a":true}"#];
    // One after another, since the order of the last one is expected of the next.
    for text in orders.iter().chain(&orders) {
        let value = json::parse(text.as_bytes()).unwrap();
        for structs in [true, false] {
            let text = written(&asked, &Tree { value: &value, structs });
            assert_eq!(text.as_deref(), Ok(r#"{"a":true,"b":false,"c":false}"#));
        }
    }
    let true_ = || Value::Boolean(true);
    let twice = ["b", "c", "b"].map(|key| (key.to_owned(), true_()));
    for structs in [true, false] {
        assert_eq!(written(&asked, &Tree { value: &Value::Object(twice.to_vec()), structs }), Err(Unfit));
    }
}

#[test]
fn keys_of_maps_are_sorted_and_differ() {
    let asked = Asked::new(&map(Shape::Boolean));
    let value = json::parse(r#"{"b":true,"\uffff":true,"\ud800\udc00":true,"a":true}"#.as_bytes()).unwrap();
    let expected = "{\"a\":true,\"b\":true,\"\u{10000}\":true,\"\u{ffff}\":true}";
    assert_eq!(written(&asked, &Tree { value: &value, structs: false }).as_deref(), Ok(expected));
    let twice = ["b", "a", "b"].map(|key| (key.to_owned(), Value::Boolean(true)));
    assert_eq!(written(&asked, &Tree { value: &Value::Object(twice.to_vec()), structs: false }), Err(Unfit));
    let numbered = std::collections::BTreeMap::from([(2, true), (10, false)]);
    assert_eq!(written(&asked, &numbered).as_deref(), Ok(r#"{"10":false,"2":true}"#));
}

#[test]
fn arms_of_a_union_are_told_by_their_kind() {
    let fields = Shape::Struct(vec![required("a", Shape::Boolean)]);
    let asked = Asked::new(&union(None, vec![string(), nullable(integer()), list(integer()), fields]));
    writes_alone(&asked, &["\"a\"", "1", "null", "[1]", r#"{"a":true}"#], &["true", "1.5", "[true]", r#"{"b":true}"#]);
}

#[test]
fn containers_stand_64_deep() {
    let nested = |depth: usize| (0..depth).fold(Shape::Boolean, |inner, _| list(inner));
    let value = |depth: usize| (0..depth).fold(Value::Boolean(true), |inner, _| Value::List(vec![inner]));
    let written = |depth| written(&Asked::new(&nested(depth)), &Tree { value: &value(depth), structs: false });
    assert_eq!(written(64), Ok(format!("{}true{}", "[".repeat(64), "]".repeat(64))));
    assert_eq!(written(65), Err(Unfit));
}
