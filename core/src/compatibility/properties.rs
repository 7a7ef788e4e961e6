//! The promise of the check, over pairs of documents of which the second was made from the first: where it finds no break
//! in an input, every value that the old input took the new one takes; where it finds none in an output, every value that
//! the new one gives the old one had, but for fields that it did not know.

use std::cell::Cell;

use proptest::prelude::*;

use super::check;
use crate::error::detail::DetailCode;
use crate::ir::kdl_write::one_line;
use crate::ir::model::{
    Auth, Cache, Document, Field, Format, Function, IntegerBounds, NumberBounds, Scalar, Shape, StringBounds,
    TypeDefinition,
};
use crate::ir::program::{Direction, Program, Refusal};
use crate::ir::{kdl_read, kdl_write};
use crate::value::compose::string;

/// Choices that one number gives, so that a failing case is that number.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn coin(&mut self) -> bool {
        self.roll(2) == 0
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items.get(self.roll(items.len() as u64) as usize).unwrap().clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.roll(3) == 0 { Some(make(self)) } else { None }
    }
}

/// How many pairs are made, each from its number.
const SEEDS: u64 = 12_500;

const TYPES: [&str; 2] = ["Leaf", "Tree"];
const FIELDS: [&str; 4] = ["a", "b", "c", "kind"];
const TEXTS: [&str; 16] = [
    "",
    "a",
    "b",
    "ab",
    "aaaa",
    "7",
    "-12",
    "1.50",
    "2026-01-31",
    "2026-01-31T10:00:00Z",
    "2026-01-31T10:00:00.500+02:00",
    "2026-01-31T10:00:00",
    "P1D",
    "PT36H",
    "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
    "x@y",
];
const FORMATS: [Format; 5] = [Format::Date, Format::DateTime, Format::Uuid, Format::Duration, Format::Decimal];

fn integer(dice: &mut Dice) -> i64 {
    dice.roll(9).cast_signed() - 4
}

fn half(dice: &mut Dice) -> f64 {
    let eighth = i32::try_from(dice.roll(17)).unwrap() - 8;
    f64::from(eighth) / 2.0
}

fn scalar(dice: &mut Dice) -> Scalar {
    match dice.roll(5) {
        0 => Scalar::Boolean(dice.coin()),
        1 => Scalar::Integer(integer(dice)),
        _ => Scalar::String(dice.of(&TEXTS).to_owned()),
    }
}

fn leaf(dice: &mut Dice) -> Shape {
    match dice.roll(10) {
        0 => Shape::Boolean,
        1 => Shape::BigInt,
        2 => Shape::Any,
        3 => Shape::Literal(scalar(dice)),
        4 => {
            let mut values = vec![scalar(dice), scalar(dice), scalar(dice)];
            values.sort();
            values.dedup();
            if values.len() > 1 { Shape::Enum(values) } else { Shape::Boolean }
        }
        5 | 6 => Shape::Integer(IntegerBounds {
            min: dice.maybe(integer),
            max: dice.maybe(integer),
            multiple_of: dice.maybe(|dice| dice.roll(3).cast_signed() + 1),
        }),
        7 => Shape::Number(NumberBounds {
            min: dice.maybe(half),
            max: dice.maybe(half),
            exclusive_min: dice.maybe(half),
            exclusive_max: dice.maybe(half),
        }),
        _ => Shape::String(StringBounds {
            format: dice.maybe(|dice| dice.of(&FORMATS)),
            min_length: dice.maybe(|dice| dice.roll(3)),
            max_length: dice.maybe(|dice| dice.roll(25)),
            pattern: dice.maybe(|dice| dice.of(&["a", "^2", "b$"]).to_owned()),
        }),
    }
}

fn field(dice: &mut Dice, name: &str, depth: u64) -> Field {
    let shape = shape(dice, depth);
    let default = dice.maybe(|dice| value(&shape, &[], dice, 2));
    let required = default.is_none() && dice.coin();
    Field { name: name.to_owned(), doc: None, shape, required, default, key: false }
}

fn fields(dice: &mut Dice, depth: u64) -> Vec<Field> {
    let names: Vec<&str> = FIELDS.into_iter().filter(|_| dice.coin()).collect();
    names.into_iter().map(|name| field(dice, name, depth)).collect()
}

fn tagged(dice: &mut Dice, tag: &str, depth: u64) -> Shape {
    let mut fields: Vec<Field> = fields(dice, depth).into_iter().filter(|field| field.name != "kind").collect();
    let default = dice.maybe(|_| string(tag));
    let shape = Shape::Literal(Scalar::String(tag.to_owned()));
    fields.push(Field { name: "kind".to_owned(), doc: None, shape, required: default.is_none(), default, key: false });
    Shape::Struct(fields)
}

fn union(dice: &mut Dice, depth: u64) -> Shape {
    let mut arms = Vec::new();
    let tags: Vec<&str> = ["cat", "dog", "owl"].into_iter().filter(|_| dice.coin()).collect();
    arms.extend(tags.iter().map(|tag| tagged(dice, tag, depth)));
    for other in [Shape::Integer(IntegerBounds::default()), Shape::Boolean, Shape::String(StringBounds::default())] {
        if dice.coin() {
            arms.push(other);
        }
    }
    if dice.coin() {
        arms.push(Shape::List { item: Box::new(shape(dice, depth)), min_items: None, max_items: None, unique: false });
    }
    if arms.len() < 2 {
        return Shape::Boolean;
    }
    Shape::Union { discriminator: (tags.len() > 1).then(|| "kind".to_owned()), arms }
}

fn shape(dice: &mut Dice, depth: u64) -> Shape {
    if depth == 0 || dice.roll(3) == 0 {
        return if dice.roll(6) == 0 { Shape::Ref(dice.of(&TYPES).to_owned()) } else { leaf(dice) };
    }
    match dice.roll(7) {
        0 => Shape::List {
            item: Box::new(shape(dice, depth - 1)),
            min_items: dice.maybe(|dice| dice.roll(3)),
            max_items: dice.maybe(|dice| dice.roll(4)),
            unique: dice.roll(3) == 0,
        },
        1 => Shape::Tuple((0..dice.roll(3)).map(|_| shape(dice, depth - 1)).collect()),
        2 => Shape::Map(Box::new(shape(dice, depth - 1))),
        3 | 4 => Shape::Struct(fields(dice, depth - 1)),
        5 => union(dice, depth - 1),
        _ => match shape(dice, depth - 1) {
            already @ (Shape::Nullable(_) | Shape::Any | Shape::Literal(Scalar::Null)) => already,
            inner => Shape::Nullable(Box::new(inner)),
        },
    }
}

/// The shape after its author has gone on: mostly the same, now and then another.
fn changed(shape: &Shape, dice: &mut Dice) -> Shape {
    if dice.roll(24) == 0 {
        return self::shape(dice, 1);
    }
    let touched = dice.roll(3) == 0;
    match shape {
        Shape::Integer(bounds) if touched => match dice.roll(5) {
            0 => Shape::Integer(IntegerBounds { min: dice.maybe(integer), ..bounds.clone() }),
            1 => Shape::Integer(IntegerBounds { max: dice.maybe(integer), ..bounds.clone() }),
            2 => Shape::Integer(IntegerBounds {
                multiple_of: dice.maybe(|dice| dice.roll(6).cast_signed() + 1),
                ..bounds.clone()
            }),
            3 => {
                Shape::Number(NumberBounds { min: dice.maybe(half), max: dice.maybe(half), ..NumberBounds::default() })
            }
            _ => Shape::Integer(IntegerBounds::default()),
        },
        Shape::Number(bounds) if touched => Shape::Number(match dice.roll(4) {
            0 => NumberBounds { min: dice.maybe(half), ..bounds.clone() },
            1 => NumberBounds { exclusive_max: dice.maybe(half), ..bounds.clone() },
            2 => NumberBounds { exclusive_min: bounds.min, min: None, ..bounds.clone() },
            _ => NumberBounds::default(),
        }),
        Shape::String(bounds) if touched => Shape::String(match dice.roll(5) {
            0 => StringBounds { format: dice.maybe(|dice| dice.of(&FORMATS)), ..bounds.clone() },
            1 => StringBounds { min_length: dice.maybe(|dice| dice.roll(3)), ..bounds.clone() },
            2 => StringBounds { max_length: dice.maybe(|dice| dice.roll(25)), ..bounds.clone() },
            3 => StringBounds { pattern: dice.maybe(|dice| dice.of(&["a", "^2", "b$"]).to_owned()), ..bounds.clone() },
            _ => StringBounds::default(),
        }),
        Shape::Literal(value) if touched => match value {
            Scalar::String(_) if dice.coin() => Shape::String(StringBounds::default()),
            _ => Shape::Enum(vec![value.clone(), Scalar::String("new".to_owned())]),
        },
        Shape::Enum(values) if touched => {
            let mut values = values.clone();
            if dice.coin() {
                values.push(Scalar::String("new".to_owned()));
            } else {
                values.pop();
            }
            if values.len() > 1 { Shape::Enum(values) } else { Shape::Literal(values.first().unwrap().clone()) }
        }
        Shape::List { item, min_items, max_items, unique } => Shape::List {
            item: Box::new(changed(item, dice)),
            min_items: if touched { dice.maybe(|dice| dice.roll(3)) } else { *min_items },
            max_items: if touched { dice.maybe(|dice| dice.roll(4)) } else { *max_items },
            unique: if touched { dice.coin() } else { *unique },
        },
        Shape::Tuple(items) if touched && dice.coin() => {
            let item = items.first().cloned().unwrap_or(Shape::Any);
            Shape::List { item: Box::new(item), min_items: None, max_items: None, unique: dice.coin() }
        }
        Shape::Tuple(items) => Shape::Tuple(items.iter().map(|item| changed(item, dice)).collect()),
        Shape::Map(value) => Shape::Map(Box::new(changed(value, dice))),
        Shape::Struct(fields) if touched && dice.roll(6) == 0 => {
            Shape::Map(Box::new(fields.first().map_or(Shape::Any, |field| field.shape.clone())))
        }
        Shape::Struct(fields) => Shape::Struct(changed_fields(fields, dice)),
        Shape::Nullable(inner) if touched => changed(inner, dice),
        Shape::Nullable(inner) => match changed(inner, dice) {
            already @ (Shape::Nullable(_) | Shape::Any | Shape::Literal(Scalar::Null)) => already,
            inner => Shape::Nullable(Box::new(inner)),
        },
        Shape::Union { discriminator, arms } => {
            let mut arms: Vec<Shape> = arms.iter().map(|arm| changed(arm, dice)).collect();
            if touched && dice.coin() {
                arms.reverse();
            } else if touched {
                arms.pop();
            }
            match arms.as_slice() {
                [only] => only.clone(),
                _ => Shape::Union { discriminator: discriminator.clone(), arms },
            }
        }
        other if touched && dice.coin() && !matches!(other, Shape::Any) => Shape::Nullable(Box::new(other.clone())),
        other => other.clone(),
    }
}

fn changed_fields(fields: &[Field], dice: &mut Dice) -> Vec<Field> {
    let mut all = Vec::new();
    for name in FIELDS {
        match fields.iter().find(|field| field.name == name) {
            Some(_) if dice.roll(12) == 0 => {}
            Some(held) => {
                let shape = if dice.roll(3) == 0 { changed(&held.shape, dice) } else { held.shape.clone() };
                let mut held = Field { shape, ..held.clone() };
                match dice.roll(8) {
                    0 => held.required = held.default.is_none() && dice.coin(),
                    1 => {
                        held.default = Some(value(&held.shape, &[], dice, 2));
                        held.required = false;
                    }
                    2 => held.default = None,
                    _ => {}
                }
                all.push(held);
            }
            None if dice.roll(8) == 0 => all.push(field(dice, name, 1)),
            None => {}
        }
    }
    all
}

/// A JSON text that is mostly a value of the shape.
fn value(shape: &Shape, types: &[TypeDefinition], dice: &mut Dice, depth: u64) -> String {
    if dice.roll(30) == 0 {
        return "{}".to_owned();
    }
    match shape {
        Shape::Integer(bounds) => {
            let near = dice.of(&[bounds.min, bounds.max, Some(0)]).unwrap_or_default();
            (near + integer(dice)).to_string()
        }
        Shape::Number(bounds) => {
            let near = dice.of(&[bounds.min, bounds.max, bounds.exclusive_min, bounds.exclusive_max, Some(0.0)]);
            match dice.roll(10) {
                0 => "1e300".to_owned(),
                _ => (near.unwrap_or_default() + half(dice)).to_string(),
            }
        }
        Shape::BigInt => format!("\"{}\"", dice.roll(100)),
        Shape::Boolean => dice.coin().to_string(),
        Shape::String(_) => string(dice.of(&TEXTS)),
        Shape::Literal(value) => scalar_text(value),
        Shape::Enum(values) => scalar_text(&dice.of(values)),
        Shape::List { .. } | Shape::Map(_) if depth == 0 => if dice.coin() { "[]" } else { "{}" }.to_owned(),
        Shape::List { item, .. } => {
            let items: Vec<String> = (0..dice.roll(4)).map(|_| value(item, types, dice, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        Shape::Tuple(items) => {
            let items: Vec<String> =
                items.iter().map(|item| value(item, types, dice, depth.saturating_sub(1))).collect();
            format!("[{}]", items.join(","))
        }
        Shape::Map(inner) => format!("{{\"k\":{}}}", value(inner, types, dice, depth - 1)),
        Shape::Struct(fields) => {
            let given = fields.iter().filter(|field| field.required || dice.coin()).collect::<Vec<_>>();
            let member = |field: &&Field| {
                format!("{}:{}", string(&field.name), value(&field.shape, types, dice, depth.saturating_sub(1)))
            };
            format!("{{{}}}", given.iter().map(member).collect::<Vec<_>>().join(","))
        }
        Shape::Nullable(_) if dice.roll(3) == 0 => "null".to_owned(),
        Shape::Nullable(inner) => value(inner, types, dice, depth),
        Shape::Union { arms, .. } => value(&dice.of(arms), types, dice, depth),
        Shape::Ref(_) if depth == 0 => "null".to_owned(),
        Shape::Ref(name) => {
            let named = types.iter().find(|named| named.name == *name);
            named.map_or_else(|| "null".to_owned(), |named| value(&named.shape, types, dice, depth - 1))
        }
        Shape::Any | Shape::Upload { .. } => dice.of(&["null", "[1.5]", "{\"a\":\"b\"}", "\"ab\"", "3"]).to_owned(),
    }
}

fn scalar_text(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::String(text) => string(text),
    }
}

fn document(types: Vec<Shape>, shape: Shape) -> Document {
    let types =
        TYPES.iter().zip(types).map(|(name, shape)| TypeDefinition { name: (*name).to_owned(), doc: None, shape });
    let field =
        Field { name: "x".to_owned(), doc: None, shape: shape.clone(), required: true, default: None, key: false };
    let function = Function {
        name: "f".to_owned(),
        doc: None,
        deprecated: None,
        context: None,
        auth: Auth::None,
        websocket: false,
        private: false,
        route: None,
        input: vec![field],
        output: shape,
        affects: Vec::new(),
        merge: Vec::new(),
        errors: Vec::new(),
        cache: Cache::Default,
        rev: 0,
    };
    Document { types: types.collect(), functions: vec![function], contexts: Vec::new() }
}

/// The document as it is read, and its programs; nothing where it is none, by an ambiguous union or a wrong default.
fn read(document: &Document) -> Option<(Document, Program)> {
    let document = kdl_read::read(&kdl_write::write(document)).ok()?;
    let mut program = Program::new(&document.types).ok()?;
    program.compile(&document.functions.first()?.output).ok()?;
    Some((document, program))
}

/// What the text is by the one function's output: canonical text, or whether only fields are in the way that it does not
/// know.
fn taken(document: &Document, program: &mut Program, text: &[u8]) -> Option<Result<Vec<u8>, bool>> {
    let id = program.compile(&document.functions.first()?.output).ok()?;
    let mut out = Vec::new();
    Some(match program.transcode(id, text, Direction::Input, &[], &mut out) {
        Ok(()) => Ok(out),
        Err(Refusal::Invalid(details)) => Err(details.iter().all(|detail| detail.code == DetailCode::Unknown)),
        Err(_) => Err(false),
    })
}

/// How many pairs were compared, of them found without a break, and how many values were tried on those.
#[derive(Default)]
struct Counts {
    pairs: Cell<u32>,
    same: Cell<u32>,
    kept_inputs: Cell<u32>,
    kept_outputs: Cell<u32>,
    values: Cell<u32>,
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

fn pair(seed: u64, counts: &Counts) -> Result<(), TestCaseError> {
    let mut dice = Dice(seed);
    let depth = 1 + dice.roll(3);
    let types = vec![leaf(&mut dice), shape(&mut dice, depth - 1)];
    let old = document(types.clone(), shape(&mut dice, depth));
    let shape = &old.functions.first().unwrap().output;
    let new_types = types.iter().map(|named| if dice.roll(3) == 0 { changed(named, &mut dice) } else { named.clone() });
    let new = document(new_types.collect(), shape.clone());
    let new = document(new.types.into_iter().map(|named| named.shape).collect(), changed(shape, &mut dice));
    let (Some((old, mut old_program)), Some((new, mut new_program))) = (read(&old), read(&new)) else { return Ok(()) };
    count(&counts.pairs);
    if old == new {
        count(&counts.same);
    }
    let breaks = check(&old, &new);
    let keeps = |part: &str| !breaks.iter().any(|found| found.path.starts_with(&format!("/function/f/{part}")));
    let told = || {
        let shown = |document: &Document| {
            let types = document.types.iter().map(|named| format!("{}: {}\n", named.name, one_line(&named.shape)));
            let output = document.functions.first().map(|function| one_line(&function.output)).unwrap_or_default();
            format!("{}{output}", types.collect::<String>())
        };
        format!("of seed {seed}\n{}\nbecame\n{}\nwith {breaks:?}", shown(&old), shown(&new))
    };
    if keeps("input") && old != new {
        count(&counts.kept_inputs);
        for _ in 0..24 {
            let text = value(&old.functions.first().unwrap().output, &old.types, &mut dice, 4);
            if let Some(Ok(_)) = taken(&old, &mut old_program, text.as_bytes()) {
                count(&counts.values);
                let by_new = taken(&new, &mut new_program, text.as_bytes());
                prop_assert!(matches!(by_new, Some(Ok(_))), "input {text}\n{}", told());
            }
        }
    }
    if keeps("output") && old != new {
        count(&counts.kept_outputs);
        for _ in 0..24 {
            let text = value(&new.functions.first().unwrap().output, &new.types, &mut dice, 4);
            if let Some(Ok(given)) = taken(&new, &mut new_program, text.as_bytes()) {
                count(&counts.values);
                let by_old = taken(&old, &mut old_program, &given);
                let shown = String::from_utf8_lossy(&given).into_owned();
                prop_assert!(matches!(by_old, Some(Ok(_) | Err(true))), "output {shown}\n{}", told());
            }
        }
    }
    Ok(())
}

proptest! {
    // The seed that failed is told as it was; a smaller one is another pair.
    #![proptest_config(ProptestConfig { cases: 2500, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() })]

    /// Other pairs each time, beyond those that are always the same.
    #[test]
    fn what_is_no_break_breaks_no_value_of_pairs_that_nobody_chose(seed: u64) {
        pair(seed, &Counts::default())?;
    }
}

#[test]
fn what_is_no_break_breaks_no_value() {
    let counts = Counts::default();
    // Always the same pairs: how many of them are good for something is no matter of luck, and a failure comes again.
    for seed in 0..SEEDS {
        let result = pair(seed, &counts);
        assert!(result.is_ok(), "{}", result.unwrap_err());
    }
    let Counts { pairs, same, kept_inputs, kept_outputs, values } = counts;
    let shown = [&pairs, &same, &kept_inputs, &kept_outputs, &values].map(Cell::get);
    // A generator that stopped making what it is for would show nothing.
    let [pairs, same, kept_inputs, kept_outputs, values] = shown;
    assert!(pairs - same > 4000 && kept_inputs > 400 && kept_outputs > 400 && values > 10_000, "{shown:?}");
}
