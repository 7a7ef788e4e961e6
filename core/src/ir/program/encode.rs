//! From the values of a host, which a [`Source`] reads, straight to canonical text: checked and printed in one pass.
//!
//! It answers for plain good values alone. Whatever is not just what the shape takes is [`Unfit`], and the host then
//! goes the long way, by its own encoder and [`Program::transcode`], which finds the words for what is wrong, if anything
//! is. Both ways give the same bytes.

use super::node::{Choice, ListRule, Node, StructRule};
use super::scalar::{self, Found, TextCheck};
use super::transcode::has_equal_items;
use super::{Direction, Program, ShapeId};
use crate::error::detail::Path;
use crate::ir::model::Scalar;
use crate::value::canonical::{compare_keys, write_string};
use crate::value::json::MAX_DEPTH;
use crate::value::number::{MAX_SAFE_INTEGER, write_integer};

/// The value is not just what its shape takes, or the source does not know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// A value of a literal or an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain<'v> {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Text.
    String(&'v str),
}

/// Reads the values of a host. Each method is asked only where the shape has such a position, and is [`Unfit`] where the
/// value is nothing of that kind. A source checks no constraint.
pub trait Source {
    /// A value of the host.
    type Value;
    /// An object of the host whose members are being read.
    type Object;

    /// `true` or `false`
    fn boolean(&self, value: &Self::Value) -> Result<bool, Unfit>;
    /// An integer.
    fn integer(&self, value: &Self::Value) -> Result<i64, Unfit>;
    /// A double.
    fn number(&self, value: &Self::Value) -> Result<f64, Unfit>;
    /// Text, in its format as encoders write it; an integer of any size as its digits.
    fn text<T>(&self, value: &Self::Value, take: impl FnOnce(&str) -> T) -> Result<T, Unfit>;
    /// A value of a literal or an enum.
    fn plain<T>(&self, value: &Self::Value, take: impl FnOnce(Plain<'_>) -> T) -> Result<T, Unfit>;
    /// The value at a position that may be null; none where it is.
    fn present(&self, value: &Self::Value) -> Result<Option<Self::Value>, Unfit>;
    /// Which arm of a union it belongs to, by its index, and the value as one of that arm.
    fn arm(&self, value: &Self::Value) -> Result<(usize, Self::Value), Unfit>;
    /// How many items a list has.
    fn length(&self, list: &Self::Value) -> Result<usize, Unfit>;
    /// An item of a list.
    fn item(&self, list: &Self::Value, index: usize) -> Result<Self::Value, Unfit>;
    /// Begins to read a struct.
    fn object(&self, value: &Self::Value) -> Result<Self::Object, Unfit>;
    /// The member for a field, by the field's index in canonical order; none where the struct has no such member.
    fn member(&self, object: &Self::Object, field: usize) -> Result<Option<Self::Value>, Unfit>;
    /// The members of a map, each key once.
    fn entries(&self, map: &Self::Value) -> Result<Vec<(String, Self::Value)>, Unfit>;
}

pub(super) fn encode<S: Source>(
    program: &Program,
    shape: ShapeId,
    source: &S,
    value: &S::Value,
    out: &mut Vec<u8>,
) -> Result<(), Unfit> {
    Encoder { program, source, depth: 0, found: Found::default(), items: Vec::new() }.value(
        program.node(shape),
        value,
        out,
    )
}

struct Encoder<'p, 's, S> {
    program: &'p Program,
    source: &'s S,
    /// How many lists and objects are open.
    depth: u32,
    /// Stays empty: the first problem ends the walk.
    found: Found,
    /// For each item of the open lists whose items must differ, where it stands in the output.
    items: Vec<(usize, usize)>,
}

impl<'p, S: Source> Encoder<'p, '_, S> {
    #[inline]
    fn value(&mut self, node: &'p Node, value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        match node {
            // Most values are texts, and need nothing of what the others do.
            Node::Text(rule) if rule.free => self.source.text(value, |text| write_string(out, text)),
            _ => self.other(node, value, out),
        }
    }

    fn other(&mut self, node: &'p Node, value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let path = Path::Root(&[]);
        match node {
            Node::Integer(bounds) => {
                let integer = self.source.integer(value)?;
                if !(-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&integer) {
                    return Err(Unfit);
                }
                scalar::integer_bounds(bounds, integer, &path, &mut self.found);
                write_integer(out, integer);
            }
            Node::Number(bounds) => {
                // As `finite` has it: the negative zero is zero.
                let number = self.source.number(value)? + 0.0;
                scalar::number_value(bounds, number, &path, &mut self.found, out);
            }
            Node::Boolean => {
                out.extend_from_slice(if self.source.boolean(value)? { b"true" } else { b"false" });
            }
            Node::Text(rule) => {
                let found = &mut self.found;
                let check = TextCheck { rule, direction: Direction::Output };
                self.source.text(value, |text| check.run(text, None, &path, found, out))?;
            }
            Node::BigInt => {
                let found = &mut self.found;
                self.source.text(value, |text| scalar::bigint(text, &path, found, out))?;
            }
            Node::Choice(choice) => {
                self.source.plain(value, |plain| chosen(choice, plain, out))??;
            }
            Node::Nullable(inner) => match self.source.present(value)? {
                None => out.extend_from_slice(b"null"),
                Some(value) => return self.value(self.program.node(*inner), &value, out),
            },
            Node::Union(union) => {
                let (arm, value) = self.source.arm(value)?;
                let arm = union.arms.get(arm).ok_or(Unfit)?;
                return self.value(self.program.node(*arm), &value, out);
            }
            Node::List(rule) => return self.nested(|walk| walk.list(rule, value, out)),
            Node::Tuple(shapes) => return self.nested(|walk| walk.tuple(shapes, value, out)),
            Node::Map(shape) => {
                let node = self.program.node(*shape);
                return self.nested(|walk| walk.map(node, value, out));
            }
            Node::Struct(rule) => return self.nested(|walk| walk.structure(rule, value, out)),
            Node::Upload(_) | Node::Any => return Err(Unfit),
        }
        if self.found.count > 0 { Err(Unfit) } else { Ok(()) }
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        if self.depth >= MAX_DEPTH {
            return Err(Unfit);
        }
        self.depth += 1;
        walk(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn item(&mut self, node: &'p Node, list: &S::Value, index: usize, out: &mut Vec<u8>) -> Result<(), Unfit> {
        if index > 0 {
            out.push(b',');
        }
        let item = self.source.item(list, index)?;
        self.value(node, &item, out)
    }

    // Containers stay out of the walk over scalars, which most values are: it is the shorter for that.
    #[inline(never)]
    fn list(&mut self, rule: &ListRule, value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let length = self.source.length(value)?;
        let count = length as u64;
        if rule.min_items.is_some_and(|min| count < min) || rule.max_items.is_some_and(|max| count > max) {
            return Err(Unfit);
        }
        let node = self.program.node(rule.item);
        let mark = self.items.len();
        out.push(b'[');
        for index in 0..length {
            let start = out.len() + usize::from(index > 0);
            self.item(node, value, index, out)?;
            if rule.unique {
                self.items.push((start, out.len()));
            }
        }
        out.push(b']');
        if rule.unique && has_equal_items(self.items.get_mut(mark..).unwrap_or_default(), out) {
            return Err(Unfit);
        }
        self.items.truncate(mark);
        Ok(())
    }

    #[inline(never)]
    fn tuple(&mut self, shapes: &'p [ShapeId], value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        if self.source.length(value)? != shapes.len() {
            return Err(Unfit);
        }
        out.push(b'[');
        for (index, shape) in shapes.iter().enumerate() {
            self.item(self.program.node(*shape), value, index, out)?;
        }
        out.push(b']');
        Ok(())
    }

    #[inline(never)]
    fn map(&mut self, node: &'p Node, value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let mut entries = self.source.entries(value)?;
        entries.sort_unstable_by(|(left, _), (right, _)| compare_keys(left, right));
        out.push(b'{');
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_string(out, key);
            out.push(b':');
            self.value(node, value, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    #[inline(never)]
    fn structure(&mut self, rule: &'p StructRule, value: &S::Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
        let object = self.source.object(value)?;
        out.push(b'{');
        let body = out.len();
        for (index, field) in rule.fields.iter().enumerate() {
            let Some(value) = self.source.member(&object, index)? else {
                if field.required || field.default.is_some() {
                    return Err(Unfit);
                }
                continue;
            };
            out.extend_from_slice(field.key(out.len() == body));
            self.value(self.program.node(field.shape), &value, out)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// Writes a value of a literal or an enum.
pub(super) fn chosen(choice: &Choice, plain: Plain<'_>, out: &mut Vec<u8>) -> Result<(), Unfit> {
    super::node::write_scalar(found(choice, plain)?, out);
    Ok(())
}

/// The value among those of a literal or an enum.
pub(super) fn found<'c>(choice: &'c Choice, plain: Plain<'_>) -> Result<&'c Scalar, Unfit> {
    let same = |value: &&Scalar| match (value, plain) {
        (Scalar::Null, Plain::Null) => true,
        (Scalar::Boolean(value), Plain::Boolean(plain)) => *value == plain,
        (Scalar::Integer(value), Plain::Integer(plain)) => *value == plain,
        (Scalar::String(value), Plain::String(plain)) => value == plain,
        _ => false,
    };
    choice.values.iter().find(same).ok_or(Unfit)
}
