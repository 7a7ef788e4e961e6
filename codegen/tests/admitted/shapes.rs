//! Shapes by chance, values that fit them, and values that do not for the kind of one part.

use mizan_core::ir::model::{
    Auth, Cache, Document, Field, Format, Function, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds,
    TypeDefinition,
};
use mizan_core::value::Value;

use super::dice::Dice;

/// A shape with at most that many others within one another.
pub(super) fn shape(dice: &mut Dice, depth: u32) -> Shape {
    let inner = |dice: &mut Dice| shape(dice, depth - 1);
    match dice.roll(if depth == 0 { 9 } else { 17 }) {
        0 => Shape::Integer(IntegerBounds { min: Some(-9), max: Some(9), multiple_of: None }),
        1 => Shape::Number(NumberBounds::default()),
        2 => Shape::Boolean,
        3 => Shape::BigInt,
        4 => Shape::Any,
        5 => Shape::Literal(dice.pick(&[string("x"), Scalar::Integer(7), Scalar::Boolean(true), Scalar::Null])),
        6 => Shape::Enum(vec![Scalar::Integer(1), string("a\"\\\n\u{2028}"), Scalar::Boolean(true)]),
        7 => Shape::String(StringBounds::default()),
        8 => Shape::String(StringBounds { format: Some(dice.pick(&Format::ALL)), ..StringBounds::default() }),
        9 | 10 => Shape::List { item: Box::new(inner(dice)), min_items: None, max_items: None, unique: false },
        11 => Shape::Map(Box::new(inner(dice))),
        12 => match inner(dice) {
            Shape::Nullable(inner) => Shape::Nullable(inner),
            Shape::Any | Shape::Literal(Scalar::Null) => Shape::Nullable(Box::new(Shape::Boolean)),
            inner => Shape::Nullable(Box::new(inner)),
        },
        13 => {
            let count = dice.roll(4);
            Shape::Tuple((0..count).map(|_| inner(dice)).collect())
        }
        14 => Shape::Ref(dice.pick(&["Boxes", "Node", "Settings"]).to_string()),
        15 => {
            let tagged = |tag: &str, shape: Shape| {
                Shape::Struct(vec![field("kind", Shape::Literal(string(tag))), field("v", shape)])
            };
            let (one, two) = (inner(dice), inner(dice));
            Shape::Union {
                discriminator: Some("kind".to_owned()),
                arms: vec![tagged("a", one), Shape::Boolean, tagged("b", two), Shape::BigInt],
            }
        }
        _ => {
            // Neither `constructor`, which to TypeScript every object has, nor `0`, which every list has.
            let names = ["a", "a b", "__proto__", "é", "😀", "a-b"];
            let first = dice.roll(names.len());
            let mut chosen: Vec<&str> = names.iter().cycle().skip(first).take(dice.roll(5)).copied().collect();
            chosen.sort_unstable();
            Shape::Struct(chosen.into_iter().map(|name| any_field(name, inner(dice), dice)).collect())
        }
    }
}

fn string(text: &str) -> Scalar {
    Scalar::String(text.to_owned())
}

fn field(name: &str, shape: Shape) -> Field {
    Field { name: name.to_owned(), doc: None, shape, required: true, default: None, key: false }
}

fn any_field(name: &str, shape: Shape, dice: &mut Dice) -> Field {
    match (dice.roll(4), &shape) {
        (0, _) => Field { required: false, ..field(name, shape) },
        (1, Shape::Nullable(_)) => defaulted(name, shape, "null"),
        (1, Shape::List { .. }) => defaulted(name, shape, "[]"),
        (1, Shape::Boolean) => defaulted(name, shape, "false"),
        _ => field(name, shape),
    }
}

fn defaulted(name: &str, shape: Shape, default: &str) -> Field {
    Field { required: false, default: Some(default.to_owned()), ..field(name, shape) }
}

/// An application that takes and gives each shape, under a name of its own, and the types that shapes refer to.
pub(super) fn document(shapes: &[Shape]) -> Document {
    let named = |name: &str, shape: Shape| TypeDefinition { name: name.to_owned(), doc: None, shape };
    let node = Shape::Struct(vec![
        defaulted(
            "children",
            Shape::List {
                item: Box::new(Shape::Ref("Node".to_owned())),
                min_items: None,
                max_items: None,
                unique: false,
            },
            "[]",
        ),
        field("value", Shape::Nullable(Box::new(Shape::BigInt))),
    ]);
    let settings = Shape::Struct(vec![
        defaulted("dark", Shape::Boolean, "false"),
        Field { required: false, ..field("root", Shape::Ref("Node".to_owned())) },
    ]);
    // Recursive with no object between.
    let boxes =
        Shape::List { item: Box::new(Shape::Ref("Boxes".to_owned())), min_items: None, max_items: None, unique: false };
    let boxes = Shape::Union { discriminator: None, arms: vec![boxes, Shape::BigInt] };
    let mut types = vec![named("Boxes", boxes), named("Node", node), named("Settings", settings)];
    let mut functions = Vec::new();
    for (index, shape) in shapes.iter().enumerate() {
        let (name, of) = (format!("f{index}"), format!("T{index}"));
        types.push(named(&of, Shape::Struct(vec![field("value", shape.clone())])));
        functions.push(function(name, shape.clone(), Shape::Ref(of)));
    }
    types.sort_by(|left, right| left.name.cmp(&right.name));
    functions.sort_by(|left, right| left.name.cmp(&right.name));
    Document { types, functions, contexts: Vec::new() }
}

fn function(name: String, input: Shape, output: Shape) -> Function {
    Function {
        name,
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input: vec![field("value", input)],
        output,
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: 0,
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn number(token: &str) -> Value {
    Value::Number(token.to_owned())
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Boolean(*value),
        Scalar::Integer(value) => number(&value.to_string()),
        Scalar::String(value) => text(value),
    }
}

/// The shape itself, references followed.
pub(super) fn followed<'d>(document: &'d Document, shape: &'d Shape) -> &'d Shape {
    match shape {
        Shape::Ref(name) => &document.type_named(name).expect("a type of the document").shape,
        shape => shape,
    }
}

/// A value that fits. Those of named formats are canonical already, since text is sent as it is.
pub(super) fn value(document: &Document, shape: &Shape, dice: &mut Dice) -> Value {
    match followed(document, shape) {
        Shape::Integer(_) => number(dice.pick(&["0", "-9", "7"])),
        Shape::Number(_) => number(dice.pick(&["0", "1.5", "1e21", "5e-324", "-123456.75"])),
        Shape::Boolean => Value::Boolean(dice.roll(2) == 0),
        Shape::BigInt => text(dice.pick(&["0", "-12345678901234567890123"])),
        Shape::Any => dice.pick(&[Value::Null, number("1.5"), text(""), Value::List(vec![Value::Null])]),
        Shape::Literal(only) => scalar(only),
        Shape::Enum(values) => scalar(&dice.pick(values)),
        Shape::String(bounds) => match bounds.format {
            None => text(dice.pick(&["", "plain", "\n\u{0}\"\\", "\u{2028}é😀", "</script>"])),
            Some(format) => text(formatted(format)),
        },
        Shape::List { item, .. } => Value::List((0..dice.roll(3)).map(|_| value(document, item, dice)).collect()),
        Shape::Tuple(items) => Value::List(items.iter().map(|item| value(document, item, dice)).collect()),
        Shape::Map(inner) => {
            let keys = ["z", "a b", "é", "😀"].iter().take(dice.roll(4));
            Value::Object(keys.map(|key| ((*key).to_owned(), value(document, inner, dice))).collect())
        }
        Shape::Struct(fields) => Value::Object(
            fields
                .iter()
                .filter_map(|field| {
                    let there = field.required || dice.roll(2) == 0;
                    there.then(|| (field.name.clone(), value(document, &field.shape, dice)))
                })
                .collect(),
        ),
        Shape::Nullable(inner) => {
            if dice.roll(2) == 0 {
                Value::Null
            } else {
                value(document, inner, dice)
            }
        }
        Shape::Union { arms, .. } => {
            let arm = dice.pick(arms);
            value(document, &arm, dice)
        }
        Shape::Ref(_) | Shape::Upload { .. } => {
            unreachable!("a reference leads to no reference, and nothing is a file")
        }
    }
}

fn formatted(format: Format) -> &'static str {
    match format {
        Format::DateTime => "2024-03-01T12:00:00Z",
        Format::LocalDateTime => "2024-03-01T12:00:00.5",
        Format::Date => "2024-02-29",
        Format::Time => "23:59:59",
        Format::Duration => "-P1DT2H",
        Format::Uuid => "01234567-89ab-cdef-0123-456789abcdef",
        Format::Decimal => "1.10",
        Format::Bytes => "-_8",
        Format::Email => "a@b.c",
        Format::Uri => "https://a.b/c",
    }
}

/// The value with one part of it of a kind that does not fit there: at its root, and somewhere inside where it has an
/// inside.
pub(super) fn others(document: &Document, shape: &Shape, value: &Value, dice: &mut Dice) -> Vec<Value> {
    let mut others: Vec<Value> = wrong(document, shape, dice).into_iter().collect();
    others.extend(changed_within(document, shape, value, dice));
    others
}

/// A value of a kind that the shape does not have.
fn wrong(document: &Document, shape: &Shape, dice: &mut Dice) -> Option<Value> {
    let kinds: Vec<Value> = [
        Value::Null,
        Value::Boolean(false),
        number("0.5"),
        text("§"),
        Value::List(vec![text("§")]),
        Value::Object(vec![("§".to_owned(), text("§"))]),
    ]
    .into_iter()
    .filter(|value| !may_be(document, shape, value))
    .collect();
    (!kinds.is_empty()).then(|| dice.pick(&kinds))
}

/// Whether some value of that JSON kind fits the shape.
fn may_be(document: &Document, shape: &Shape, value: &Value) -> bool {
    let kind = match followed(document, shape) {
        Shape::Any => return true,
        Shape::Nullable(inner) => return matches!(value, Value::Null) || may_be(document, inner, value),
        Shape::Union { arms, .. } => return arms.iter().any(|arm| may_be(document, arm, value)),
        Shape::Literal(only) => return std::mem::discriminant(&scalar(only)) == std::mem::discriminant(value),
        Shape::Enum(values) => {
            return values.iter().any(|only| std::mem::discriminant(&scalar(only)) == std::mem::discriminant(value));
        }
        Shape::Integer(_) | Shape::Number(_) => "number",
        Shape::Boolean => "boolean",
        Shape::BigInt | Shape::String(_) => "string",
        Shape::List { .. } | Shape::Tuple(_) => "list",
        Shape::Map(_) | Shape::Struct(_) => "object",
        Shape::Ref(_) | Shape::Upload { .. } => {
            unreachable!("a reference leads to no reference, and nothing is a file")
        }
    };
    value.kind_name() == kind
}

fn changed_within(document: &Document, shape: &Shape, value: &Value, dice: &mut Dice) -> Option<Value> {
    match (followed(document, shape), value) {
        (Shape::Nullable(inner), value) if *value != Value::Null => changed_within(document, inner, value, dice),
        (Shape::List { item, .. }, Value::List(items)) if !items.is_empty() => {
            let mut items = items.clone();
            let place = dice.roll(items.len());
            items[place] = changed(document, item, &items[place], dice)?;
            Some(Value::List(items))
        }
        (Shape::Tuple(shapes), Value::List(items)) => {
            let mut items = items.clone();
            if items.is_empty() || dice.roll(3) == 0 {
                // One item too many.
                items.push(Value::Null);
                return Some(Value::List(items));
            }
            let place = dice.roll(items.len());
            items[place] = changed(document, &shapes[place], &items[place], dice)?;
            Some(Value::List(items))
        }
        (Shape::Map(inner), Value::Object(members)) if !members.is_empty() => {
            let mut members = members.clone();
            let place = dice.roll(members.len());
            members[place].1 = changed(document, inner, &members[place].1, dice)?;
            Some(Value::Object(members))
        }
        (Shape::Struct(fields), Value::Object(members)) => {
            let mut members = members.clone();
            let required = fields.iter().position(|field| field.required);
            match (dice.roll(3), required) {
                (0, Some(place)) => members.retain(|(name, _)| *name != fields[place].name),
                (1, _) => members.push(("more".to_owned(), Value::Null)),
                _ if members.is_empty() => return None,
                _ => {
                    let place = dice.roll(members.len());
                    let (name, held) = &members[place];
                    let field = fields.iter().find(|field| field.name == *name)?;
                    members[place].1 = changed(document, &field.shape, held, dice)?;
                }
            }
            Some(Value::Object(members))
        }
        _ => None,
    }
}

/// The part changed as a whole, or within.
fn changed(document: &Document, shape: &Shape, value: &Value, dice: &mut Dice) -> Option<Value> {
    let within = if dice.roll(2) == 0 { changed_within(document, shape, value, dice) } else { None };
    within.or_else(|| wrong(document, shape, dice))
}
