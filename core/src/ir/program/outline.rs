//! What a compiled shape is made of, for whoever prepares to walk values by it: see [`super::Source`].

use super::node::Node;
use super::{FieldId, Program, ShapeId};
use crate::ir::model::{Format, Scalar};

/// One node of a compiled shape. Its constraints stay within the program, which alone checks them.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline<'p> {
    /// An integer within ±(2^53 − 1).
    Integer,
    /// An integer of any size, in text.
    BigInt,
    /// A finite double.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Text, and the format that it is of.
    Text(Option<Format>),
    /// One of these values.
    Choice(&'p [Scalar]),
    /// A list of one shape.
    List(ShapeId),
    /// A list of these shapes.
    Tuple(&'p [ShapeId]),
    /// An object of any keys.
    Map(ShapeId),
    /// An object of these fields, in the order of canonical text.
    Struct(Vec<FieldOutline<'p>>),
    /// The shape, or `null`.
    Nullable(ShapeId),
    /// One of these shapes.
    Union(&'p [ShapeId]),
    /// Anything else: any JSON, or a file.
    Other,
}

/// A field of a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldOutline<'p> {
    /// Its number in the program.
    pub id: FieldId,
    /// Its key.
    pub name: &'p str,
    /// What stands there.
    pub shape: ShapeId,
}

pub(super) fn outline(program: &Program, shape: ShapeId) -> Outline<'_> {
    match program.node(shape) {
        Node::Integer(_) => Outline::Integer,
        Node::BigInt => Outline::BigInt,
        Node::Number(_) => Outline::Number,
        Node::Boolean => Outline::Boolean,
        Node::Text(rule) => Outline::Text(rule.format),
        Node::Choice(choice) => Outline::Choice(&choice.values),
        Node::List(rule) => Outline::List(rule.item),
        Node::Tuple(items) => Outline::Tuple(items),
        Node::Map(value) => Outline::Map(*value),
        Node::Struct(rule) => Outline::Struct(
            rule.fields
                .iter()
                .map(|field| FieldOutline { id: field.id, name: &field.name, shape: field.shape })
                .collect(),
        ),
        Node::Nullable(inner) => Outline::Nullable(*inner),
        Node::Union(union) => Outline::Union(&union.arms),
        Node::Upload(_) | Node::Any => Outline::Other,
    }
}
