//! The values of a host, read by shape: what is written is what the host's own text would have come to.

use mizan_core::ir::model::{IntegerBounds, NumberBounds, Shape, StringBounds};
use mizan_core::ir::program::{Direction, Outline, Plain, Program, ShapeId, Source, Unfit};
use mizan_core::value::{Value, json};
use proptest::prelude::*;

use crate::properties::{fitting_text, json_text, shape};
use crate::shapes::{Asked, defaulted, list, map, optional, required};

/// A host whose values are JSON trees.
struct Trees<'p>(&'p Program);

#[derive(Clone)]
struct Tree {
    value: Value,
    shape: ShapeId,
}

impl Trees<'_> {
    fn token<T: std::str::FromStr>(tree: &Tree) -> Result<T, Unfit> {
        match &tree.value {
            Value::Number(token) => token.parse().map_err(|_| Unfit),
            _ => Err(Unfit),
        }
    }
}

impl Source for Trees<'_> {
    type Value = Tree;
    type Object = Tree;

    fn boolean(&self, tree: &Tree) -> Result<bool, Unfit> {
        tree.value.as_bool().ok_or(Unfit)
    }

    fn integer(&self, tree: &Tree) -> Result<i64, Unfit> {
        Self::token(tree)
    }

    fn number(&self, tree: &Tree) -> Result<f64, Unfit> {
        Self::token(tree)
    }

    fn text<T>(&self, tree: &Tree, take: impl FnOnce(&str) -> T) -> Result<T, Unfit> {
        tree.value.as_str().map(take).ok_or(Unfit)
    }

    fn plain<T>(&self, tree: &Tree, take: impl FnOnce(Plain<'_>) -> T) -> Result<T, Unfit> {
        Ok(take(match &tree.value {
            Value::Null => Plain::Null,
            Value::Boolean(value) => Plain::Boolean(*value),
            Value::String(text) => Plain::String(text),
            Value::Number(_) => Plain::Integer(tree.value.as_i64().ok_or(Unfit)?),
            _ => return Err(Unfit),
        }))
    }

    fn present(&self, tree: &Tree) -> Result<Option<Tree>, Unfit> {
        let Outline::Nullable(inner) = self.0.outline(tree.shape) else { return Err(Unfit) };
        Ok((tree.value != Value::Null).then(|| Tree { value: tree.value.clone(), shape: inner }))
    }

    fn arm(&self, tree: &Tree) -> Result<(usize, Tree), Unfit> {
        let Outline::Union(arms) = self.0.outline(tree.shape) else { return Err(Unfit) };
        let mut held = arms.iter().map(|arm| Tree { value: tree.value.clone(), shape: *arm }).enumerate();
        held.find(|(_, tree)| self.0.encode(tree.shape, self, tree, &mut Vec::new()).is_ok()).ok_or(Unfit)
    }

    fn length(&self, tree: &Tree) -> Result<usize, Unfit> {
        tree.value.as_list().map(<[_]>::len).ok_or(Unfit)
    }

    fn item(&self, tree: &Tree, index: usize) -> Result<Tree, Unfit> {
        let value = tree.value.as_list().and_then(|items| items.get(index)).cloned().ok_or(Unfit)?;
        let shape = match self.0.outline(tree.shape) {
            Outline::List(item) => item,
            Outline::Tuple(items) => *items.get(index).ok_or(Unfit)?,
            _ => return Err(Unfit),
        };
        Ok(Tree { value, shape })
    }

    fn object(&self, tree: &Tree) -> Result<Tree, Unfit> {
        let Outline::Struct(fields) = self.0.outline(tree.shape) else { return Err(Unfit) };
        let members = tree.value.as_object().ok_or(Unfit)?;
        let known = members.iter().all(|(key, _)| fields.iter().any(|field| field.name == key));
        if known { Ok(tree.clone()) } else { Err(Unfit) }
    }

    fn member(&self, tree: &Tree, field: usize) -> Result<Option<Tree>, Unfit> {
        let Outline::Struct(fields) = self.0.outline(tree.shape) else { return Err(Unfit) };
        let field = fields.get(field).ok_or(Unfit)?;
        Ok(tree.value.get(field.name).map(|value| Tree { value: value.clone(), shape: field.shape }))
    }

    fn entries(&self, tree: &Tree) -> Result<Vec<(String, Tree)>, Unfit> {
        let Outline::Map(shape) = self.0.outline(tree.shape) else { return Err(Unfit) };
        let members = tree.value.as_object().ok_or(Unfit)?;
        Ok(members.iter().map(|(key, value)| (key.clone(), Tree { value: value.clone(), shape })).collect())
    }
}

fn encoded(asked: &Asked, text: &str) -> Result<String, Unfit> {
    let tree = Tree { value: json::parse(text.as_bytes()).unwrap(), shape: asked.shape };
    let mut out = b"before".to_vec();
    let result = asked.program.encode(asked.shape, &Trees(&asked.program), &tree, &mut out);
    let text = String::from_utf8(out).unwrap();
    let appended = text.strip_prefix("before").unwrap().to_owned();
    if result.is_err() {
        assert_eq!(appended, "", "what is unfit appends nothing");
    }
    result.map(|()| appended)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_that_fit_come_to_their_text(shape in shape(), seed in any::<u64>()) {
        // No source is asked about a position of any shape.
        prop_assume!(!format!("{shape:?}").contains("Any"));
        let asked = Asked::new(&shape);
        // With its defaults, which a host's own values have.
        let text = asked.transcode(Direction::Output, fitting_text(&shape, seed)).unwrap();
        prop_assert_eq!(encoded(&asked, &text), Ok(text));
    }

    #[test]
    fn whatever_is_written_is_what_the_text_comes_to(shape in shape(), text in json_text()) {
        prop_assume!(json::check(text.as_bytes()).is_ok());
        let asked = Asked::new(&shape);
        if let Ok(written) = encoded(&asked, &text) {
            prop_assert_eq!(asked.transcode(Direction::Output, &text), Ok(written));
        }
    }
}

/// What fits is written; what does not is left to the long way.
#[track_caller]
fn writes_alone(asked: &Asked, fitting: &[&str], unfit: &[&str]) {
    for text in fitting {
        assert_eq!(encoded(asked, text), Ok((*text).to_owned()));
    }
    for text in unfit {
        assert_eq!(encoded(asked, text), Err(Unfit), "{text}");
    }
}

#[test]
fn bounds_hold() {
    let bounds = IntegerBounds { min: Some(3), max: Some(9), multiple_of: Some(3) };
    writes_alone(&Asked::new(&Shape::Integer(bounds)), &["3", "9"], &["0", "4", "12", "\"3\"", "null"]);
    let safe = Asked::new(&Shape::Integer(IntegerBounds::default()));
    writes_alone(&safe, &["9007199254740991", "-9007199254740991"], &["9007199254740992", "-9007199254740992"]);
    let bounds = NumberBounds { exclusive_min: Some(0.0), max: Some(1.0), ..NumberBounds::default() };
    writes_alone(&Asked::new(&Shape::Number(bounds)), &["0.5", "1"], &["0", "-0.0", "1.5", "1e400"]);
    let bounds =
        StringBounds { min_length: Some(1), max_length: Some(2), pattern: Some("^a".to_owned()), format: None };
    writes_alone(&Asked::new(&Shape::String(bounds)), &[r#""a""#, r#""a😀""#], &[r#""""#, r#""aaa""#, r#""b""#]);
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
    writes_alone(
        &Asked::fields(&fields),
        &[r#"{"a":true,"b":true,"c":false}"#, r#"{"b":true,"c":true}"#],
        &[r#"{"a":true,"c":true}"#, r#"{"b":true}"#, r#"{"b":true,"c":true,"d":true}"#],
    );
}

#[test]
fn keys_of_maps_are_sorted() {
    let asked = Asked::new(&map(Shape::Boolean));
    let written = encoded(&asked, r#"{"b":true,"\uffff":true,"\ud800\udc00":true,"a":true}"#).unwrap();
    assert_eq!(written, "{\"a\":true,\"b\":true,\"\u{10000}\":true,\"\u{ffff}\":true}");
}

#[test]
fn containers_stand_64_deep() {
    let nested = |depth: usize| (0..depth).fold(Shape::Boolean, |inner, _| list(inner));
    let text = format!("{}true{}", "[".repeat(64), "]".repeat(64));
    writes_alone(&Asked::new(&nested(64)), &[&text], &[]);
    // A tree of values knows no limit; the text that would come of it does.
    let value = (0..65).fold(Value::Boolean(true), |inner, _| Value::List(vec![inner]));
    let asked = Asked::new(&nested(65));
    let tree = Tree { value, shape: asked.shape };
    assert_eq!(asked.program.encode(asked.shape, &Trees(&asked.program), &tree, &mut Vec::new()), Err(Unfit));
}
