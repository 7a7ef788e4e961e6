//! From canonical text to the values of a host, which a [`Builder`] makes.

use super::node::{Node, StructRule};
use super::transcode::{Tagged, tagged};
use super::{FieldId, Program, ShapeId};
use crate::ir::model::Format;
use crate::value::json::{JsonError, JsonErrorKind};
use crate::value::number::{finite, safe_integer};
use crate::value::reader::{Kind, Reader};

/// The key of a member, as a [`Builder`] gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'k> {
    /// The key.
    pub text: &'k str,
    /// The field of the program, where the object is a struct.
    pub field: Option<FieldId>,
}

/// What an array is to its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Of any length.
    List,
    /// Of the length and shapes that its type says.
    Tuple,
}

/// Makes the values of a host.
pub trait Builder {
    /// A value of the host.
    type Value;
    /// A list that is being filled.
    type List;
    /// An object that is being filled.
    type Object;
    /// Why the host cannot make a value.
    type Error;

    /// `null`
    fn null(&mut self) -> Result<Self::Value, Self::Error>;
    /// `true` or `false`
    fn boolean(&mut self, value: bool) -> Result<Self::Value, Self::Error>;
    /// An integer within ±(2^53 − 1).
    fn integer(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// The digits of an integer of any size, with a sign where it is negative.
    fn bigint(&mut self, digits: &str) -> Result<Self::Value, Self::Error>;
    /// A finite double.
    fn number(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    /// Text, and the format that it is of.
    fn string(&mut self, text: &str, format: Option<Format>) -> Result<Self::Value, Self::Error>;
    /// Starts a list.
    fn list(&mut self, kind: ListKind) -> Result<Self::List, Self::Error>;
    /// Appends an item.
    fn push(&mut self, list: &mut Self::List, item: Self::Value) -> Result<(), Self::Error>;
    /// Ends a list.
    fn finish_list(&mut self, list: Self::List) -> Result<Self::Value, Self::Error>;
    /// Starts an object.
    fn object(&mut self) -> Result<Self::Object, Self::Error>;
    /// Adds a member.
    fn member(&mut self, object: &mut Self::Object, key: Key<'_>, value: Self::Value) -> Result<(), Self::Error>;
    /// Ends an object.
    fn finish_object(&mut self, object: Self::Object) -> Result<Self::Value, Self::Error>;
    /// Ends a struct whose members are all here: one for each key, in the order of canonical text, or none.
    fn finish_struct<'k>(
        &mut self,
        object: Self::Object,
        keys: impl Iterator<Item = Key<'k>>,
        members: &mut [Option<Self::Value>],
    ) -> Result<Self::Value, Self::Error> {
        finish_by_member(self, object, keys, members)
    }
    /// A file, by its index among those of the call.
    fn file(&mut self, index: usize) -> Result<Self::Value, Self::Error>;
    /// The error for text that is not JSON, which what the core wrote never is.
    fn unreadable(&mut self, error: JsonError) -> Self::Error;
}

/// What [`Builder::finish_struct`] does where a host has no way of its own: it adds member by member.
pub fn finish_by_member<'k, B: Builder + ?Sized>(
    builder: &mut B,
    mut object: B::Object,
    keys: impl Iterator<Item = Key<'k>>,
    members: &mut [Option<B::Value>],
) -> Result<B::Value, B::Error> {
    for (key, member) in keys.zip(members) {
        if let Some(value) = member.take() {
            builder.member(&mut object, key, value)?;
        }
    }
    builder.finish_object(object)
}

pub(super) fn decode<B: Builder>(
    program: &Program,
    shape: ShapeId,
    canonical: &[u8],
    builder: &mut B,
) -> Result<B::Value, B::Error> {
    let reader = Reader::open(canonical).map_err(|error| builder.unreadable(error))?;
    let mut walk = Decoder { program, reader, scratch: String::new(), builder };
    let value = walk.value(program.node(shape))?;
    let end = walk.reader.finish();
    walk.readable(end)?;
    Ok(value)
}

struct Decoder<'p, 'a, 'b, B> {
    program: &'p Program,
    reader: Reader<'a>,
    scratch: String,
    builder: &'b mut B,
}

impl<'p, B: Builder> Decoder<'p, '_, '_, B> {
    fn readable<T>(&mut self, result: Result<T, JsonError>) -> Result<T, B::Error> {
        result.map_err(|error| self.builder.unreadable(error))
    }

    fn value(&mut self, node: &'p Node) -> Result<B::Value, B::Error> {
        let kind = self.reader.kind();
        match (self.readable(kind)?, node) {
            (Kind::Null, _) => {
                let null = self.reader.null();
                self.readable(null)?;
                self.builder.null()
            }
            (_, Node::Nullable(inner)) => self.value(self.program.node(*inner)),
            (kind, Node::Union(union)) => {
                let tag = union.tag.as_ref().filter(|_| kind == Kind::Object);
                let arm = match tag.map(|tag| tagged(&self.reader, tag)) {
                    None => union.arm_of(kind),
                    Some(Ok(Tagged::Arm(arm))) => Some(arm),
                    Some(Ok(Tagged::Missing | Tagged::Unknown)) => None,
                    Some(Err(error)) => return Err(self.builder.unreadable(error)),
                };
                self.value(arm.map_or(&Node::Any, |arm| self.program.node(arm)))
            }
            (Kind::Boolean, _) => {
                let boolean = self.reader.boolean();
                let boolean = self.readable(boolean)?;
                self.builder.boolean(boolean)
            }
            (Kind::Number, Node::Upload(_)) => {
                let offset = self.reader.offset();
                let token = self.reader.number();
                let token = self.readable(token)?;
                match safe_integer(token).ok().and_then(|index| usize::try_from(index).ok()) {
                    Some(index) => self.builder.file(index),
                    None => Err(self.builder.unreadable(JsonError { offset, kind: JsonErrorKind::InvalidNumber })),
                }
            }
            (Kind::Number, _) => self.number(matches!(node, Node::Number(_))),
            (Kind::String, _) => {
                let string = self.reader.string();
                let string = self.readable(string)?;
                let text = string.decode_with(&mut self.scratch);
                match node {
                    Node::BigInt => self.builder.bigint(text),
                    Node::Text(rule) => self.builder.string(text, rule.format),
                    _ => self.builder.string(text, None),
                }
            }
            (Kind::List, Node::Tuple(items)) => self.list(ListKind::Tuple, |index| items.get(index).copied()),
            (Kind::List, Node::List(rule)) => self.list(ListKind::List, |_| Some(rule.item)),
            (Kind::List, _) => self.list(ListKind::List, |_| None),
            (Kind::Object, Node::Struct(rule)) => self.object(Some(rule), None),
            (Kind::Object, Node::Map(value)) => self.object(None, Some(*value)),
            (Kind::Object, _) => self.object(None, None),
        }
    }

    /// `double`: whether the position takes doubles; elsewhere what has digits only is an integer.
    fn number(&mut self, double: bool) -> Result<B::Value, B::Error> {
        let offset = self.reader.offset();
        let token = self.reader.number();
        let token = self.readable(token)?;
        if !double && let Ok(value) = safe_integer(token) {
            return self.builder.integer(value);
        }
        match finite(token) {
            Some(value) => self.builder.number(value),
            None => Err(self.builder.unreadable(JsonError { offset, kind: JsonErrorKind::InvalidNumber })),
        }
    }

    fn list(&mut self, kind: ListKind, shape: impl Fn(usize) -> Option<ShapeId>) -> Result<B::Value, B::Error> {
        let entered = self.reader.enter();
        self.readable(entered)?;
        let mut list = self.builder.list(kind)?;
        let mut first = true;
        let mut index = 0;
        loop {
            let more = self.reader.item(&mut first);
            if !self.readable(more)? {
                return self.builder.finish_list(list);
            }
            let item = self.value(shape(index).map_or(&Node::Any, |shape| self.program.node(shape)))?;
            self.builder.push(&mut list, item)?;
            index += 1;
        }
    }

    fn object(&mut self, rule: Option<&'p StructRule>, values: Option<ShapeId>) -> Result<B::Value, B::Error> {
        let entered = self.reader.enter();
        self.readable(entered)?;
        let mut object = self.builder.object()?;
        let mut first = true;
        // Canonical text has its members in the order of the fields.
        for field in rule.map_or(&[][..], |rule| &rule.fields) {
            if self.reader.eat(field.key(first)) {
                first = false;
                let value = self.value(self.program.node(field.shape))?;
                self.builder.member(&mut object, Key { text: &field.name, field: Some(field.id) }, value)?;
            }
        }
        loop {
            let key = self.reader.key(&mut first);
            let Some(key) = self.readable(key)? else { return self.builder.finish_object(object) };
            let text = key.decode();
            let field = rule.and_then(|rule| rule.find(&text)).map(|(_, field)| field);
            let shape = field.map(|field| field.shape).or(values);
            let value = self.value(shape.map_or(&Node::Any, |shape| self.program.node(shape)))?;
            self.builder.member(&mut object, Key { text: &text, field: field.map(|field| field.id) }, value)?;
        }
    }
}
