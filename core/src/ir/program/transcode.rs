//! The walk over JSON text, directed by a shape. Containers of members are in [`super::structure`].

use smallvec::SmallVec;

use super::node::{Choice, ListRule, Node, Tag, TextRule, UnionRule};
use super::scalar::{self, Found, TextCheck};
use super::structure::Segment;
use super::{Direction, Program, Refusal, ShapeId, Unfit};
use crate::error::detail::{Expected, Path, PathPart, Problem, Unit};
use crate::ir::model::Scalar;
use crate::value::canonical::{AnyWriter, write_integer};
use crate::value::json::JsonError;
use crate::value::keys::KeyStack;
use crate::value::members::Members;
use crate::value::number::{Numbers, safe_integer};
use crate::value::reader::{Kind, Reader};

pub(super) fn transcode(
    program: &Program,
    shape: ShapeId,
    text: &[u8],
    direction: Direction,
    root: &[PathPart],
    files: &[Vec<PathPart>],
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let reader = match direction {
        Direction::Input => Reader::open(text),
        Direction::Output => Reader::open_output(text),
    }?;
    let mut walk = Transcoder::at(reader, program, direction, files);
    walk.value(shape, &Path::Root(root), out)?;
    walk.reader.finish()?;
    if walk.found.details.is_empty() {
        return Ok(());
    }
    walk.found.details.sort();
    Err(Refusal::Invalid(walk.found.details))
}

/// The same for a value within a text from a client, where it stands at `reader`.
pub(super) fn transcode_here(
    program: &Program,
    shape: ShapeId,
    reader: &mut Reader<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Unfit> {
    let mut walk = Transcoder::at(reader.clone(), program, Direction::Input, &[]);
    walk.value(shape, &Path::Root(&[]), out).map_err(|_| Unfit)?;
    if walk.found.count > 0 {
        return Err(Unfit);
    }
    *reader = walk.reader;
    Ok(())
}

/// How many members are mostly open at once, at most.
const MEMBERS: usize = 16;

/// The walk and what it uses again and again, so that no member and no item allocates.
pub(super) struct Transcoder<'p, 'a> {
    pub(super) program: &'p Program,
    direction: Direction,
    /// Where each file was put.
    files: &'p [Vec<PathPart>],
    pub(super) reader: Reader<'a>,
    pub(super) any: AnyWriter<'a>,
    /// The keys of open objects that are skipped, and the unknown ones of open structs.
    pub(super) keys: KeyStack<'a>,
    /// The members of the open structs, in the order they came in.
    pub(super) segments: SmallVec<[Segment; MEMBERS]>,
    /// For each field of the struct that is put in order, which of its members is the field's.
    pub(super) places: SmallVec<[usize; MEMBERS]>,
    /// For each item of the open lists whose items must differ, where it stands in the output.
    items: Vec<(usize, usize)>,
    /// The text of the string that is being read, where it has escapes.
    scratch: String,
    pub(super) found: Found,
}

impl<'p, 'a> Transcoder<'p, 'a> {
    fn at(reader: Reader<'a>, program: &'p Program, direction: Direction, files: &'p [Vec<PathPart>]) -> Self {
        Self {
            program,
            direction,
            files,
            reader,
            any: AnyWriter { numbers: Numbers::Any, members: Members::default(), problems: Vec::new() },
            keys: KeyStack::default(),
            segments: SmallVec::new(),
            places: SmallVec::new(),
            items: Vec::new(),
            scratch: String::new(),
            found: Found::default(),
        }
    }

    /// Takes one value. Where it does not fit, that is told and nothing, or something unspecified, is appended.
    pub(super) fn value(&mut self, id: ShapeId, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let program: &'p Program = self.program;
        match (program.node(id), self.reader.kind()?) {
            (_, Kind::Number) if self.reader.constant().is_some() => {
                self.found.expected(Expected::FiniteNumber, path);
                self.reader.number().map(drop)
            }
            (Node::Integer(bounds), Kind::Number) => {
                let token = self.reader.number()?;
                scalar::integer(bounds, token, path, &mut self.found, out);
                Ok(())
            }
            (Node::Number(bounds), Kind::Number) => {
                let token = self.reader.number()?;
                scalar::number(bounds, token, path, &mut self.found, out);
                Ok(())
            }
            (Node::Boolean, Kind::Boolean) => {
                out.extend_from_slice(if self.reader.boolean()? { b"true" } else { b"false" });
                Ok(())
            }
            (Node::Text(rule), Kind::String) => self.text(rule, path, out),
            (Node::BigInt, Kind::String) => {
                let string = self.reader.string()?;
                scalar::bigint(string.decode_with(&mut self.scratch), path, &mut self.found, out);
                Ok(())
            }
            (Node::Choice(choice), _) => self.choice(choice, path, out),
            (Node::List(rule), Kind::List) => self.list(rule, path, out),
            (Node::Tuple(items), Kind::List) => self.tuple(items, path, out),
            (Node::Map(value), Kind::Object) => self.map(*value, path, out),
            (Node::Struct(rule), Kind::Object) => self.structure(rule, path, out),
            (Node::Nullable(_), Kind::Null) => {
                out.extend_from_slice(b"null");
                self.reader.null()
            }
            (Node::Nullable(inner), _) => self.value(*inner, path, out),
            (Node::Union(union), kind) => self.union(union, kind, path, out),
            (Node::Any, _) => self.any(path, out),
            (Node::Upload(_), Kind::Number) => {
                let token = self.reader.number()?;
                let put = |index: &i64| {
                    let file = usize::try_from(*index).ok().and_then(|index| self.files.get(index));
                    file.is_some_and(|file| *file == path.parts())
                };
                match safe_integer(token).ok().filter(put) {
                    Some(index) => write_integer(out, index),
                    None => self.found.expected(Expected::File, path),
                }
                Ok(())
            }
            (node, _) => {
                self.found.expected(expected(node), path);
                self.skip()
            }
        }
    }

    /// Takes a value that is not looked at.
    pub(super) fn skip(&mut self) -> Result<(), JsonError> {
        self.reader.skip(&mut self.keys)
    }

    fn text(&mut self, rule: &TextRule, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let string = self.reader.string()?;
        if rule.free && string.is_plain() {
            out.extend_from_slice(string.quoted.as_bytes());
            return Ok(());
        }
        let quoted = string.is_plain().then_some(string.quoted);
        let text = string.decode_with(&mut self.scratch);
        TextCheck { rule, direction: self.direction }.run(text, quoted, path, &mut self.found, out);
        Ok(())
    }

    fn choice(&mut self, choice: &Choice, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let value = scalar_value(&mut self.reader)?;
        if value.is_none() {
            self.skip()?;
        }
        scalar::choice(choice, value.as_ref(), path, &mut self.found, out);
        Ok(())
    }

    fn list(&mut self, rule: &ListRule, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let mark = self.items.len();
        let problems = self.found.count;
        self.reader.enter()?;
        out.push(b'[');
        let mut first = true;
        let mut count = 0;
        while self.reader.item(&mut first)? {
            if count > 0 {
                out.push(b',');
            }
            let start = out.len();
            self.value(rule.item, &Path::Index(path, count), out)?;
            if rule.unique {
                self.items.push((start, out.len()));
            }
            count += 1;
        }
        out.push(b']');
        let count = count as u64;
        if let Some(min) = rule.min_items.filter(|min| count < *min) {
            self.found.add(&Problem::MinLength(min, Unit::Item), path);
        }
        if let Some(max) = rule.max_items.filter(|max| count > *max) {
            self.found.add(&Problem::MaxLength(max, Unit::Item), path);
        }
        // Items that do not fit have no canonical text to compare.
        if rule.unique
            && self.found.count == problems
            && has_equal_items(self.items.get_mut(mark..).unwrap_or_default(), out)
        {
            self.found.add(&Problem::Unique, path);
        }
        self.items.truncate(mark);
        Ok(())
    }

    fn tuple(&mut self, items: &[ShapeId], path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        self.reader.enter()?;
        out.push(b'[');
        let mut first = true;
        let mut count = 0;
        while self.reader.item(&mut first)? {
            if count > 0 {
                out.push(b',');
            }
            match items.get(count) {
                Some(item) => self.value(*item, &Path::Index(path, count), out)?,
                None => self.skip()?,
            }
            count += 1;
        }
        out.push(b']');
        let length = items.len() as u64;
        if count < items.len() {
            self.found.add(&Problem::MinLength(length, Unit::Item), path);
        } else if count > items.len() {
            self.found.add(&Problem::MaxLength(length, Unit::Item), path);
        }
        Ok(())
    }

    fn any(&mut self, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        self.any.write(&mut self.reader, path, out)?;
        for problem in self.any.problems.drain(..) {
            self.found.add(&problem.kind.into(), &Path::Root(&problem.path));
        }
        Ok(())
    }

    fn union(&mut self, union: &UnionRule, kind: Kind, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let arm = match &union.tag {
            Some(tag) if kind == Kind::Object => match tagged(&self.reader, tag)? {
                Tagged::Arm(arm) => Some(arm),
                Tagged::Missing => {
                    self.found.add(&Problem::Missing, &Path::Key(path, &tag.name));
                    return self.skip();
                }
                Tagged::Unknown => {
                    self.found.add(&Problem::Enum(&tag.listed), &Path::Key(path, &tag.name));
                    return self.skip();
                }
            },
            _ => union.arm_of(kind),
        };
        let Some(arm) = arm else {
            self.found.add(&Problem::Union, path);
            return self.skip();
        };
        self.value(arm, path, out)
    }
}

/// Whether two of the items, which are given by where they stand in canonical text, are equal. It sorts them.
pub(super) fn has_equal_items(items: &mut [(usize, usize)], out: &[u8]) -> bool {
    let text = |&(start, end): &(usize, usize)| out.get(start..end).unwrap_or_default();
    items.sort_unstable_by(|left, right| text(left).cmp(text(right)));
    items.windows(2).any(|pair| matches!(pair, [left, right] if text(left) == text(right)))
}

/// What the objects of a union say of themselves.
pub(super) enum Tagged {
    Arm(ShapeId),
    Missing,
    Unknown,
}

/// Looks ahead for the tag of the object that comes next.
pub(super) fn tagged(reader: &Reader<'_>, tag: &Tag) -> Result<Tagged, JsonError> {
    let mut ahead = reader.clone();
    ahead.enter()?;
    let mut first = true;
    while let Some(key) = ahead.key(&mut first)? {
        if key.decode() == tag.name {
            let value = scalar_value(&mut ahead)?;
            return Ok(value.and_then(|value| tag.arm_of(&value)).map_or(Tagged::Unknown, Tagged::Arm));
        }
        ahead.pass()?;
    }
    Ok(Tagged::Missing)
}

/// Takes `null`, a boolean, a string, or an integer as its shape takes it; leaves anything else where it is.
fn scalar_value(reader: &mut Reader<'_>) -> Result<Option<Scalar>, JsonError> {
    Ok(match reader.kind()? {
        Kind::Boolean => Some(Scalar::Boolean(reader.boolean()?)),
        Kind::String => Some(Scalar::String(reader.string()?.decode().into_owned())),
        Kind::Number => {
            let before = reader.clone();
            let value = safe_integer(reader.number()?).ok().map(Scalar::Integer);
            if value.is_none() {
                *reader = before;
            }
            value
        }
        Kind::Null => {
            reader.null()?;
            Some(Scalar::Null)
        }
        Kind::List | Kind::Object => None,
    })
}

/// What a node takes, for the message; nodes that take all kinds are never asked.
fn expected(node: &Node) -> Expected {
    match node {
        Node::Integer(_) => Expected::Integer,
        Node::BigInt => Expected::BigInt,
        Node::Number(_) => Expected::Number,
        Node::Boolean => Expected::Boolean,
        Node::Text(_) => Expected::String,
        Node::List(_) | Node::Tuple(_) => Expected::List,
        Node::Upload(_) => Expected::File,
        _ => Expected::Object,
    }
}
