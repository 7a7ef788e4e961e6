//! From the values of a Rust host, which serde walks, straight to canonical text: checked and printed in one pass.
//!
//! As [`super::encode`] it answers for plain good values alone. Whatever is not just what the shape takes is [`Unfit`], and
//! the host then goes the long way, by `serde_json` and [`Program::transcode`]. Both ways give the same bytes.

mod key_text;
mod objects;

use std::fmt;

use serde_core::ser::{self, Impossible, Serialize, Serializer};

use self::objects::{Entries, Members, Object};
use super::node::{ListRule, Node, StructRule};
use super::scalar::{self, Found, TextCheck};
use super::transcode::has_equal_items;
use super::{Direction, Plain, Program, ShapeId, Unfit, encode};
use crate::error::detail::Path;
use crate::value::canonical::{compare_keys, write_string};
use crate::value::json::MAX_DEPTH;
use crate::value::number::{MAX_SAFE_INTEGER, write_integer};
use crate::value::reader::Kind;

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the value is not just what its shape takes")
    }
}

impl std::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

pub(super) fn serialize<T: Serialize + ?Sized>(
    program: &Program,
    shape: ShapeId,
    value: &T,
    page: &mut Page,
) -> Result<(), Unfit> {
    let Page { text: out, slots, spare } = page;
    // A value that was unfit may have left some.
    slots.clear();
    let mut walk = Walk { program, out, slots, spare, items: Vec::new(), depth: 0, found: Found::default() };
    value.serialize(Position { walk: &mut walk, node: program.node(shape) })
}

/// What [`Program::serialize`] writes on. It may be kept for the next value, so that nothing of it grows again.
#[derive(Debug, Default)]
pub struct Page {
    /// What was written.
    pub text: Vec<u8>,
    slots: Vec<Slot>,
    spare: Vec<u8>,
}

impl Page {
    /// With nothing on it.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: Vec::new(), slots: Vec::new(), spare: Vec::new() }
    }
}

/// Where a member stands in the output, with the comma or the bracket in front of it; at its end nothing stands yet where it has not come.
type Slot = (usize, usize);

struct Walk<'p, 'o> {
    program: &'p Program,
    out: &'o mut Vec<u8>,
    /// For each field of the open structs, in the order of canonical text.
    slots: &'o mut Vec<Slot>,
    /// Where members are put in order.
    spare: &'o mut Vec<u8>,
    /// For each item of the open lists whose items must differ, where it stands in the output.
    items: Vec<(usize, usize)>,
    /// How many lists and objects are open.
    depth: u32,
    /// Stays empty: the first problem ends the walk.
    found: Found,
}

impl Walk<'_, '_> {
    fn enter(&mut self) -> Result<(), Unfit> {
        if self.depth >= MAX_DEPTH {
            return Err(Unfit);
        }
        self.depth += 1;
        Ok(())
    }
}

/// One value, and what it has to be.
struct Position<'w, 'p, 'o> {
    walk: &'w mut Walk<'p, 'o>,
    node: &'p Node,
}

impl<'p> Position<'_, 'p, '_> {
    /// The node that a value of this kind is checked by: that within a nullable, the arm of a union.
    #[inline]
    fn node(&self, kind: Kind) -> Result<&'p Node, Unfit> {
        let mut node = self.node;
        loop {
            node = match node {
                Node::Nullable(inner) if kind != Kind::Null => self.walk.program.node(*inner),
                // What tells its objects apart is known only when they are read.
                Node::Union(union) if kind != Kind::Object || union.tag.is_none() => {
                    self.walk.program.node(union.arm_of(kind).ok_or(Unfit)?)
                }
                Node::Union(_) => return Err(Unfit),
                node => return Ok(node),
            };
        }
    }

    #[inline]
    fn judged(self) -> Result<(), Unfit> {
        if self.walk.found.count > 0 { Err(Unfit) } else { Ok(()) }
    }

    fn integer(self, value: i64) -> Result<(), Unfit> {
        let path = Path::Root(&[]);
        match self.node(Kind::Number)? {
            Node::Integer(bounds) => {
                let is_safe = (-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&value);
                if !is_safe || !scalar::integer_fits(bounds, value) {
                    return Err(Unfit);
                }
                write_integer(self.walk.out, value);
                return Ok(());
            }
            #[expect(clippy::cast_precision_loss, reason = "the nearest double is what its digits are read as")]
            Node::Number(bounds) => {
                scalar::number_value(bounds, value as f64, &path, &mut self.walk.found, self.walk.out);
            }
            Node::Choice(choice) => return encode::chosen(choice, Plain::Integer(value), self.walk.out),
            _ => return Err(Unfit),
        }
        self.judged()
    }

    fn number(self, value: f64) -> Result<(), Unfit> {
        match self.node(Kind::Number)? {
            Node::Number(bounds) => {
                // As `finite` has it: the negative zero is zero.
                let value = value + 0.0;
                scalar::number_value(bounds, value, &Path::Root(&[]), &mut self.walk.found, self.walk.out);
            }
            _ => return Err(Unfit),
        }
        self.judged()
    }

    #[inline]
    fn text(self, text: &str) -> Result<(), Unfit> {
        match self.node {
            // Most values are texts, and need nothing of what the others do.
            Node::Text(rule) if rule.free => {
                write_string(self.walk.out, text);
                Ok(())
            }
            _ => self.other_text(text),
        }
    }

    #[inline(never)]
    fn other_text(self, text: &str) -> Result<(), Unfit> {
        let path = Path::Root(&[]);
        match self.node(Kind::String)? {
            Node::Text(rule) if rule.free => {
                write_string(self.walk.out, text);
                return Ok(());
            }
            Node::Text(rule) => {
                let check = TextCheck { rule, direction: Direction::Output };
                check.run(text, None, &path, &mut self.walk.found, self.walk.out);
            }
            Node::BigInt => scalar::bigint(text, &path, &mut self.walk.found, self.walk.out),
            Node::Choice(choice) => return encode::chosen(choice, Plain::String(text), self.walk.out),
            _ => return Err(Unfit),
        }
        self.judged()
    }

    fn null(self) -> Result<(), Unfit> {
        match self.node(Kind::Null)? {
            Node::Nullable(_) => {
                self.walk.out.extend_from_slice(b"null");
                Ok(())
            }
            Node::Choice(choice) => encode::chosen(choice, Plain::Null, self.walk.out),
            _ => Err(Unfit),
        }
    }
}

macro_rules! integers {
    ($($method:ident: $kind:ty),*) => {$(
        #[inline]
        fn $method(self, value: $kind) -> Result<(), Unfit> {
            self.integer(i64::try_from(value).map_err(|_| Unfit)?)
        }
    )*};
}

impl<'w, 'p, 'o> Serializer for Position<'w, 'p, 'o> {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Items<'w, 'p, 'o>;
    type SerializeTuple = Items<'w, 'p, 'o>;
    type SerializeTupleStruct = Items<'w, 'p, 'o>;
    type SerializeTupleVariant = Impossible<(), Unfit>;
    type SerializeMap = Object<'w, 'p, 'o>;
    type SerializeStruct = Members<'w, 'p, 'o>;
    type SerializeStructVariant = Impossible<(), Unfit>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unfit> {
        match self.node(Kind::Boolean)? {
            Node::Boolean => {
                self.walk.out.extend_from_slice(if value { b"true" } else { b"false" });
                Ok(())
            }
            Node::Choice(choice) => encode::chosen(choice, Plain::Boolean(value), self.walk.out),
            _ => Err(Unfit),
        }
    }

    fn serialize_f32(self, _: f32) -> Result<(), Unfit> {
        // JSON has the digits of the single, of which there may be two as short and as near: its writer chooses.
        Err(Unfit)
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), Unfit> {
        self.number(value)
    }

    fn serialize_char(self, value: char) -> Result<(), Unfit> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Unfit> {
        self.text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        self.null()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        self.null()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        self.null()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unfit> {
        self.text(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unfit> {
        Err(Unfit)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Unfit> {
        let rule = match self.node(Kind::List)? {
            Node::List(rule) => ItemRule::Each(rule, self.walk.program.node(rule.item)),
            Node::Tuple(shapes) => ItemRule::Fixed(shapes),
            _ => return Err(Unfit),
        };
        self.walk.enter()?;
        self.walk.out.push(b'[');
        Ok(Items { mark: self.walk.items.len(), walk: self.walk, rule, count: 0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, Unfit> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, Unfit> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unfit> {
        Err(Unfit)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unfit> {
        match self.node(Kind::Object)? {
            Node::Map(value) => {
                let node = self.walk.program.node(*value);
                let entries = Entries::open(self.walk, node)?;
                Ok(Object::Map(entries, String::new()))
            }
            Node::Struct(rule) => Ok(Object::Struct(Members::open(self.walk, rule)?, String::new())),
            _ => Err(Unfit),
        }
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Unfit> {
        match self.node(Kind::Object)? {
            Node::Struct(rule) => Members::open(self.walk, rule),
            _ => Err(Unfit),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unfit> {
        Err(Unfit)
    }
}

enum ItemRule<'p> {
    Each(&'p ListRule, &'p Node),
    Fixed(&'p [ShapeId]),
}

/// An open list.
struct Items<'w, 'p, 'o> {
    walk: &'w mut Walk<'p, 'o>,
    rule: ItemRule<'p>,
    count: usize,
    /// Its first item among those that must differ.
    mark: usize,
}

impl Items<'_, '_, '_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        if self.count > 0 {
            self.walk.out.push(b',');
        }
        let start = self.walk.out.len();
        let (node, unique) = match self.rule {
            ItemRule::Each(rule, node) => (node, rule.unique),
            ItemRule::Fixed(shapes) => (self.walk.program.node(*shapes.get(self.count).ok_or(Unfit)?), false),
        };
        value.serialize(Position { walk: &mut *self.walk, node })?;
        if unique {
            self.walk.items.push((start, self.walk.out.len()));
        }
        self.count += 1;
        Ok(())
    }

    fn close(self) -> Result<(), Unfit> {
        let count = self.count as u64;
        self.walk.out.push(b']');
        self.walk.depth -= 1;
        match self.rule {
            ItemRule::Each(rule, _) => {
                if rule.min_items.is_some_and(|min| count < min) || rule.max_items.is_some_and(|max| count > max) {
                    return Err(Unfit);
                }
                let items = self.walk.items.get_mut(self.mark..).unwrap_or_default();
                if rule.unique && has_equal_items(items, self.walk.out) {
                    return Err(Unfit);
                }
                self.walk.items.truncate(self.mark);
                Ok(())
            }
            ItemRule::Fixed(shapes) if self.count < shapes.len() => Err(Unfit),
            ItemRule::Fixed(_) => Ok(()),
        }
    }
}

macro_rules! lists {
    ($($compound:ident::$method:ident),*) => {$(
        impl ser::$compound for Items<'_, '_, '_> {
            type Ok = ();
            type Error = Unfit;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
                self.item(value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.close()
            }
        }
    )*};
}

lists!(SerializeSeq::serialize_element, SerializeTuple::serialize_element, SerializeTupleStruct::serialize_field);
