//! Arbitrary valid documents, for the properties that hold for all of them.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::ir::model::{
    Affect, Auth, Cache, Context, DeclaredError, Document, Field, Format, Function, IntegerBounds, Merge, MergeOp,
    NumberBounds, Route, Scalar, Shape, StringBounds, TypeDefinition,
};

const SAFE: i64 = (1 << 53) - 1;
/// The types that a `ref` may name; each is always there, and neither nullable nor a union.
const TYPES: [&str; 3] = ["Item", "Order_Line_", "_t9"];

/// Any text, with what needs escaping far more often than by chance.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let nasty = select(
        "\"\\/{}#;=\n\r\t\u{0}\u{b}\u{7f}\u{85}\u{2028}\u{202e}\u{2066}\u{feff}\u{1f600}é".chars().collect::<Vec<_>>(),
    );
    vec(prop_oneof![nasty, any::<char>(), proptest::char::range('a', 'z')], 0..8)
        .prop_map(|text| text.into_iter().collect())
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,6}"
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        (-SAFE..=SAFE).prop_map(Scalar::Integer),
        text().prop_map(Scalar::String),
    ]
}

/// Two optional bounds, the lower first.
fn bounds<T: std::fmt::Debug + Clone + PartialOrd>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = (Option<T>, Option<T>)> {
    (option::of(value.clone()), option::of(value)).prop_map(|(low, high)| match (low, high) {
        (Some(low), Some(high)) if low > high => (Some(high), Some(low)),
        pair => pair,
    })
}

fn float() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        select(vec![0.0, 1.0, -3.5, 1e21, 1e300, -1e300, 5e-324, 1e-7, 123_456_789.0, f64::MAX, f64::MIN_POSITIVE]),
        proptest::num::f64::NORMAL,
    ]
}

fn string() -> impl Strategy<Value = Shape> {
    (option::of(select(Format::ALL.to_vec())), bounds(any::<u64>()), option::of(select(vec!["^a", "\\d+\"", "[{]"])))
        .prop_map(|(format, (min_length, max_length), pattern)| {
            Shape::String(StringBounds { format, min_length, max_length, pattern: pattern.map(str::to_owned) })
        })
}

fn leaf() -> impl Strategy<Value = Shape> {
    prop_oneof![
        (bounds(-SAFE..=SAFE), option::of(1..=SAFE))
            .prop_map(|((min, max), multiple_of)| Shape::Integer(IntegerBounds { min, max, multiple_of })),
        (bounds(float()), bounds(float())).prop_map(|((min, max), (exclusive_min, exclusive_max))| {
            Shape::Number(NumberBounds { min, max, exclusive_min, exclusive_max })
        }),
        select(vec![Shape::BigInt, Shape::Boolean, Shape::Any, Shape::Literal(Scalar::Null)]),
        string(),
        scalar().prop_map(Shape::Literal),
        btree_set(scalar(), 2..5).prop_map(|values| Shape::Enum(values.into_iter().rev().collect())),
        select(TYPES.to_vec()).prop_map(|name| Shape::Ref(name.to_owned())),
        (option::of(any::<u64>()), subsequence(vec!["image/*", "text/plain;charset=utf-8"], 0..=2)).prop_map(
            |(max_size, names)| Shape::Upload {
                max_size,
                content_types: names.into_iter().map(str::to_owned).collect()
            }
        ),
    ]
}

/// A union whose arms differ by kind, with two objects told apart by `kind` among them at times.
fn union(inner: impl Strategy<Value = Shape> + Clone + 'static) -> impl Strategy<Value = Shape> {
    let arms =
        vec![Shape::Integer(IntegerBounds::default()), Shape::Boolean, Shape::BigInt, Shape::Tuple(vec![Shape::Any])];
    (subsequence(arms, 2..=4), any::<bool>(), fields(inner)).prop_map(|(mut arms, tagged, fields)| {
        if tagged {
            for tag in ["b", "a"] {
                let mut fields: Vec<Field> = fields.iter().filter(|field| field.name != "kind").cloned().collect();
                let shape = Shape::Literal(Scalar::String(tag.to_owned()));
                fields.push(Field {
                    name: "kind".to_owned(),
                    doc: None,
                    shape,
                    required: true,
                    default: None,
                    key: false,
                });
                fields.sort_by(|a, b| a.name.cmp(&b.name));
                arms.push(Shape::Struct(fields));
            }
        }
        Shape::Union { discriminator: tagged.then(|| "kind".to_owned()), arms }
    })
}

fn fields(shape: impl Strategy<Value = Shape> + Clone + 'static) -> impl Strategy<Value = Vec<Field>> {
    let default = select(vec!["null", "\"a\\nb\"", "{\"a\":[1.5,true]}", "9007199254740991"]);
    let field = (text(), option::of(text()), shape, any::<bool>(), option::of(default), any::<bool>()).prop_map(
        |(name, doc, shape, required, default, key)| {
            let default = default.map(str::to_owned);
            Field { name, doc, shape, required: required && default.is_none(), default, key }
        },
    );
    vec(field, 0..4).prop_map(|mut fields| {
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        fields.dedup_by(|a, b| a.name == b.name);
        fields
    })
}

pub(crate) fn shape() -> impl Strategy<Value = Shape> + Clone {
    leaf()
        .boxed()
        .prop_recursive(4, 24, 4, |inner| {
            let nullable = inner.clone().prop_filter("null lies not in null", |shape| {
                !matches!(shape, Shape::Nullable(_) | Shape::Literal(Scalar::Null))
            });
            prop_oneof![
                (inner.clone(), bounds(any::<u64>()), any::<bool>()).prop_map(
                    |(item, (min_items, max_items), unique)| {
                        Shape::List { item: Box::new(item), min_items, max_items, unique }
                    }
                ),
                vec(inner.clone(), 0..3).prop_map(Shape::Tuple),
                inner.clone().prop_map(|value| Shape::Map(Box::new(value))),
                fields(inner.clone()).prop_map(Shape::Struct),
                nullable.prop_map(|inner| Shape::Nullable(Box::new(inner))),
                union(inner),
            ]
        })
        .boxed()
}

fn types() -> impl Strategy<Value = Vec<TypeDefinition>> {
    let plain = prop_oneof![
        fields(shape()).prop_map(Shape::Struct),
        string(),
        btree_set(scalar(), 2..4).prop_map(|values| Shape::Enum(values.into_iter().collect())),
    ];
    let named = (vec((option::of(text()), plain), TYPES.len()), option::of((option::of(text()), shape())));
    named.prop_map(|(plain, other)| {
        let mut types: Vec<TypeDefinition> = TYPES
            .into_iter()
            .zip(plain)
            .chain(other.map(|other| ("Other", other)))
            .map(|(name, (doc, shape))| TypeDefinition { name: name.to_owned(), doc, shape })
            .collect();
        types.sort_by(|a, b| a.name.cmp(&b.name));
        types
    })
}

fn names(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    btree_set(name(), range).prop_map(|names| names.into_iter().collect())
}

fn auth() -> impl Strategy<Value = Auth> {
    prop_oneof![
        select(vec![Auth::None, Auth::Authenticated, Auth::Staff, Auth::Superuser]),
        btree_set(text(), 1..3).prop_map(|names| Auth::Permissions(names.into_iter().collect())),
        text().prop_map(Auth::Guard),
    ]
}

fn targets() -> impl Strategy<Value = (Vec<Affect>, Vec<Merge>)> {
    let affects = proptest::collection::btree_map((name(), option::of(name())), names(0..3), 0..3);
    let merges = proptest::collection::btree_map((name(), name()), (names(0..3), vec(text(), 0..3)), 0..3);
    (affects, merges).prop_map(|(affects, merges)| {
        let affects = affects.into_iter().map(|((context, function), by)| Affect { context, function, by });
        let merges = merges.into_iter().map(|((context, function), (by, key))| Merge {
            context,
            function,
            op: if key.is_empty() { MergeOp::Replace } else { MergeOp::Upsert },
            key,
            by,
        });
        (affects.collect(), merges.collect())
    })
}

fn errors() -> impl Strategy<Value = Vec<DeclaredError>> {
    let error = (400_u16..500, option::of(shape()));
    proptest::collection::btree_map("[A-Z][A-Z0-9_]{0,5}", error, 0..3).prop_map(|errors| {
        errors.into_iter().map(|(code, (status, data))| DeclaredError { code, status, data }).collect()
    })
}

fn function() -> impl Strategy<Value = Function> {
    let route = (text(), names(0..3)).prop_map(|(path, methods)| Route { path, methods });
    let texts = (option::of(text()), option::of(text()), option::of(name()), option::of(route));
    let cache = prop_oneof![Just(Cache::Default), Just(Cache::Off), any::<u32>().prop_map(Cache::Seconds)];
    let rest = (auth(), any::<bool>(), any::<bool>(), cache, any::<u32>());
    (texts, rest, fields(shape()), shape(), targets(), errors()).prop_map(
        |(
            (doc, deprecated, context, route),
            (auth, websocket, private, cache, rev),
            input,
            output,
            targets,
            errors,
        )| {
            let (affects, merge) = targets;
            let name = String::new();
            Function {
                name,
                doc,
                deprecated,
                context,
                auth,
                websocket,
                private,
                route,
                input,
                output,
                affects,
                merge,
                errors,
                cache,
                rev,
            }
        },
    )
}

/// A document that keeps every promise of the model.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    let functions = proptest::collection::btree_map("[a-z][a-z0-9_]{0,4}(\\.[a-z][a-z0-9_]{0,3})?", function(), 0..3);
    let context = (any::<bool>(), any::<bool>(), fields(shape()), names(0..3));
    let contexts = proptest::collection::btree_map(name(), context, 0..3);
    (types(), functions, contexts).prop_map(|(types, functions, contexts)| Document {
        types,
        functions: functions.into_iter().map(|(name, function)| Function { name, ..function }).collect(),
        contexts: contexts
            .into_iter()
            .map(|(name, (public, identity, params, members))| Context { name, public, identity, params, members })
            .collect(),
    })
}
