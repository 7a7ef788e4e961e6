//! From a client's text straight to the values of a host, which a [`Builder`] makes: checked and made in one pass.
//!
//! It answers for good text alone. Whatever is not just what the shape takes is [`Unfit`], and the host then goes the long
//! way, by [`Program::transcode`], which finds the words for what is wrong, if anything is, and [`Program::decode`]. Both
//! ways give the same values in the same order.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::decode::{Builder, Key, ListKind, decode};
use super::encode::{Plain, Unfit, found};
use super::node::{Choice, ListRule, Node, StructRule, TextRule, UnionRule};
use super::scalar::{self, Found, TextCheck};
use super::structure::{Named, Names};
use super::transcode::{Tagged, tagged};
use super::{Direction, Program, ShapeId};
use crate::error::detail::Path;
use crate::value::canonical::{AnyWriter, compare_keys};
use crate::value::json::JsonError;
use crate::value::keys::KeyStack;
use crate::value::members::Members;
use crate::value::number::{Numbers, finite, safe_integer};
use crate::value::reader::{Kind, Reader};

/// Nobody is told what is wrong, and so not where either.
const HERE: Path<'static> = Path::Root(&[]);

pub(super) fn read<B: Builder>(
    program: &Program,
    shape: ShapeId,
    text: &[u8],
    builder: &mut B,
) -> Result<B::Value, Unfit> {
    let reader = Reader::open(text)?;
    let mut walk = Walk { program, text, reader, scratch: String::new(), found: Found::default(), builder };
    let value = walk.value(shape)?;
    walk.reader.finish()?;
    Ok(value)
}

impl From<JsonError> for Unfit {
    fn from(_: JsonError) -> Self {
        Self
    }
}

/// What the host has no value for, it says the long way.
fn made<T, E>(made: Result<T, E>) -> Result<T, Unfit> {
    made.map_err(|_| Unfit)
}

struct Walk<'p, 'a, 'b, B> {
    program: &'p Program,
    text: &'a [u8],
    reader: Reader<'a>,
    /// The text of the string that is being read, where it has escapes.
    scratch: String,
    /// Stays empty: the first problem ends the walk.
    found: Found,
    builder: &'b mut B,
}

impl<'p, B: Builder> Walk<'p, '_, '_, B> {
    fn value(&mut self, id: ShapeId) -> Result<B::Value, Unfit> {
        let program = self.program;
        match (program.node(id), self.reader.kind()?) {
            (Node::Text(rule), Kind::String) => self.string(rule),
            (Node::Integer(bounds), Kind::Number) => {
                let token = self.reader.number()?;
                let value = scalar::integer_of(bounds, token, &HERE, &mut self.found).ok_or(Unfit)?;
                self.sound()?;
                made(self.builder.integer(value))
            }
            (Node::Number(bounds), Kind::Number) => {
                let value = finite(self.reader.number()?).ok_or(Unfit)?;
                scalar::number_bounds(bounds, value, &HERE, &mut self.found);
                self.sound()?;
                made(self.builder.number(value))
            }
            (Node::Boolean, Kind::Boolean) => {
                let value = self.reader.boolean()?;
                made(self.builder.boolean(value))
            }
            (Node::BigInt, Kind::String) => {
                let string = self.reader.string()?;
                let text = string.decode_with(&mut self.scratch);
                if !scalar::is_bigint(text) {
                    return Err(Unfit);
                }
                made(self.builder.bigint(text))
            }
            (Node::Choice(choice), kind) => self.choice(choice, kind),
            (Node::Nullable(_), Kind::Null) => {
                self.reader.null()?;
                made(self.builder.null())
            }
            (Node::Nullable(inner), _) => self.value(*inner),
            (Node::Struct(rule), Kind::Object) => self.structure(rule),
            (Node::List(rule), Kind::List) if rule.unique => self.printed(id),
            (Node::List(rule), Kind::List) => self.list(rule),
            (Node::Tuple(items), Kind::List) => self.tuple(items),
            (Node::Map(value), Kind::Object) => self.map(*value),
            (Node::Union(union), kind) => self.union(union, kind),
            (Node::Any, _) => self.any(id),
            _ => Err(Unfit),
        }
    }

    /// An end to the walk where a check has found a problem.
    fn sound(&self) -> Result<(), Unfit> {
        if self.found.count > 0 { Err(Unfit) } else { Ok(()) }
    }

    fn string(&mut self, rule: &TextRule) -> Result<B::Value, Unfit> {
        let string = self.reader.string()?;
        let text = string.decode_with(&mut self.scratch);
        if rule.free {
            return made(self.builder.string(text, None));
        }
        let check = TextCheck { rule, direction: Direction::Input };
        let text = check.canonical(text, &HERE, &mut self.found).filter(|_| self.found.count == 0).ok_or(Unfit)?;
        made(self.builder.string(&text, rule.format))
    }

    fn choice(&mut self, choice: &Choice, kind: Kind) -> Result<B::Value, Unfit> {
        match kind {
            Kind::Null => {
                self.reader.null()?;
                found(choice, Plain::Null)?;
                made(self.builder.null())
            }
            Kind::Boolean => {
                let value = self.reader.boolean()?;
                found(choice, Plain::Boolean(value))?;
                made(self.builder.boolean(value))
            }
            Kind::Number => {
                let value = made(safe_integer(self.reader.number()?))?;
                found(choice, Plain::Integer(value))?;
                made(self.builder.integer(value))
            }
            Kind::String => {
                let string = self.reader.string()?;
                let text = string.decode_with(&mut self.scratch);
                found(choice, Plain::String(text))?;
                made(self.builder.string(text, None))
            }
            Kind::List | Kind::Object => Err(Unfit),
        }
    }

    fn union(&mut self, union: &UnionRule, kind: Kind) -> Result<B::Value, Unfit> {
        let arm = match &union.tag {
            Some(tag) if kind == Kind::Object => match tagged(&self.reader, tag)? {
                Tagged::Arm(arm) => Some(arm),
                Tagged::Missing | Tagged::Unknown => None,
            },
            _ => union.arm_of(kind),
        };
        self.value(arm.ok_or(Unfit)?)
    }

    fn list(&mut self, rule: &ListRule) -> Result<B::Value, Unfit> {
        self.reader.enter()?;
        let mut list = made(self.builder.list(ListKind::List))?;
        let mut first = true;
        let mut count = 0;
        while self.reader.item(&mut first)? {
            let item = self.value(rule.item)?;
            made(self.builder.push(&mut list, item))?;
            count += 1;
        }
        if rule.min_items.is_some_and(|min| count < min) || rule.max_items.is_some_and(|max| count > max) {
            return Err(Unfit);
        }
        made(self.builder.finish_list(list))
    }

    fn tuple(&mut self, items: &[ShapeId]) -> Result<B::Value, Unfit> {
        self.reader.enter()?;
        let mut list = made(self.builder.list(ListKind::Tuple))?;
        let mut first = true;
        for item in items {
            if !self.reader.item(&mut first)? {
                return Err(Unfit);
            }
            let item = self.value(*item)?;
            made(self.builder.push(&mut list, item))?;
        }
        if self.reader.item(&mut first)? {
            return Err(Unfit);
        }
        made(self.builder.finish_list(list))
    }

    /// The host gets the members in the order of canonical text.
    fn map(&mut self, value: ShapeId) -> Result<B::Value, Unfit> {
        self.reader.enter()?;
        let mut object = made(self.builder.object())?;
        let mut members: Vec<(Cow<'_, str>, B::Value)> = Vec::new();
        let mut first = true;
        while let Some(key) = self.reader.key(&mut first)? {
            members.push((key.decode(), self.value(value)?));
        }
        let order = |left: &(Cow<'_, str>, _), right: &(Cow<'_, str>, _)| compare_keys(&left.0, &right.0);
        let is_sorted = |members: &[_]| members.is_sorted_by(|left, right| order(left, right) == Ordering::Less);
        if !is_sorted(&members) {
            members.sort_unstable_by(order);
            if !is_sorted(&members) {
                // Two have one key.
                return Err(Unfit);
            }
        }
        for (text, value) in members {
            made(self.builder.member(&mut object, Key { text: &text, field: None }, value))?;
        }
        made(self.builder.finish_object(object))
    }

    /// The same for a struct, with what is left out and has a default.
    fn structure(&mut self, rule: &'p StructRule) -> Result<B::Value, Unfit> {
        /// So many members need no memory of their own.
        const FEW: usize = 8;
        self.reader.enter()?;
        let object = made(self.builder.object())?;
        let (mut few, mut many) = ([const { None }; FEW], Vec::new());
        let members = if let Some(few) = few.get_mut(..rule.fields.len()) {
            few
        } else {
            many.resize_with(rule.fields.len(), || None);
            many.as_mut_slice()
        };
        let mut names = Names::of(rule);
        while let Some(named) = names.read(&mut self.reader)? {
            let Named::Field { index, field, .. } = named else { return Err(Unfit) };
            let value = self.value(field.shape)?;
            match members.get_mut(index) {
                Some(member @ None) => *member = Some(value),
                // Two are of one field.
                _ => return Err(Unfit),
            }
        }
        for (field, member) in rule.fields.iter().zip(&mut *members) {
            if member.is_none() {
                match &field.default {
                    Some(default) => *member = Some(made(decode(self.program, field.shape, default, self.builder))?),
                    None if field.required => return Err(Unfit),
                    None => {}
                }
            }
        }
        let keys = rule.fields.iter().map(|field| Key { text: &field.name, field: Some(field.id) });
        made(self.builder.finish_struct(object, keys, members))
    }

    /// A value of any kind is looked at twice, since nothing says what comes.
    fn any(&mut self, id: ShapeId) -> Result<B::Value, Unfit> {
        let mut writer = AnyWriter { numbers: Numbers::Any, members: Members::default(), problems: Vec::new() };
        let mut text = Vec::new();
        writer.write(&mut self.reader, &HERE, &mut text)?;
        if !writer.problems.is_empty() {
            return Err(Unfit);
        }
        made(decode(self.program, id, &text, self.builder))
    }

    /// A value that is compared with others by its canonical text.
    fn printed(&mut self, id: ShapeId) -> Result<B::Value, Unfit> {
        let place = self.reader.extent(&mut KeyStack::default())?;
        let mut text = Vec::new();
        made(self.program.transcode(id, self.text.get(place).unwrap_or_default(), Direction::Input, &[], &mut text))?;
        made(decode(self.program, id, &text, self.builder))
    }
}

pub(super) fn project(program: &Program, shape: ShapeId, text: &[u8], names: &[String]) -> Vec<u8> {
    let mut out = vec![b'{'];
    if let Node::Struct(rule) = program.node(shape) {
        for name in names {
            let Some((_, field)) = rule.find(name) else { continue };
            let start = out.len();
            out.extend_from_slice(field.key(start == 1));
            let written = match (member(text, name), &field.default) {
                (Some(raw), _) => program.transcode(field.shape, raw, Direction::Input, &[], &mut out).is_ok(),
                (None, Some(default)) => {
                    out.extend_from_slice(default);
                    true
                }
                (None, None) => false,
            };
            if !written {
                out.truncate(start);
            }
        }
    }
    out.push(b'}');
    out
}

/// The text of an object's member.
fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut reader = Reader::open(object).ok()?;
    reader.enter().ok()?;
    let mut first = true;
    while let Some(key) = reader.key(&mut first).ok()? {
        let start = reader.offset();
        reader.pass().ok()?;
        if key.decode() == name {
            return object.get(start..reader.offset());
        }
    }
    None
}
