//! The walk over the members of structs and maps.

use super::ShapeId;
use super::node::{FieldRule, StructRule};
use super::transcode::Transcoder;
use crate::error::detail::{Path, Problem};
use crate::value::canonical::write_string;
use crate::value::json::{JsonError, JsonErrorKind};
use crate::value::reader::Reader;
use crate::value::text::RawString;

impl Transcoder<'_, '_> {
    pub(super) fn map(&mut self, value: ShapeId, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let mark = self.any.members.mark();
        self.reader.enter()?;
        out.push(b'{');
        let mut first = true;
        while let Some(key) = self.reader.key(&mut first)? {
            if self.any.members.mark() > mark {
                out.push(b',');
            }
            let start = out.len();
            let name = key.decode();
            if key.is_plain() {
                out.extend_from_slice(key.quoted.as_bytes());
            } else {
                write_string(out, &name);
            }
            out.push(b':');
            self.value(value, &Path::Key(path, &name), out)?;
            self.any.members.push(name, key.offset, start, out.len());
        }
        self.any.members.close(mark, out)?;
        out.push(b'}');
        Ok(())
    }

    pub(super) fn structure(&mut self, rule: &StructRule, path: &Path<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let base = self.segments.len();
        let unknown = self.keys.mark();
        self.reader.enter()?;
        out.push(b'{');
        let body = out.len();
        let mut names = Names::of(rule);
        let mut sorted = true;
        loop {
            let next = names.next;
            match names.read(&mut self.reader)? {
                Some(Named::Field { index, field, offset }) => {
                    sorted &= index >= next;
                    self.member(base, Segment::of(index, offset), field, path, out)?;
                }
                Some(Named::Unknown(key)) => {
                    let name = key.decode();
                    self.found.add(&Problem::Unknown, &Path::Key(path, &name));
                    self.keys.push(name, key.offset);
                    self.skip()?;
                }
                None => break,
            }
        }
        if self.keys.mark() > unknown {
            self.keys.close(unknown)?;
        }
        if !sorted || self.segments.len() - base < rule.fields.len() {
            self.settle(rule, base, body, sorted, path, out)?;
        }
        self.segments.truncate(base);
        out.push(b'}');
        Ok(())
    }

    #[inline]
    fn member(
        &mut self,
        base: usize,
        mut segment: Segment,
        field: &FieldRule,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        let is_first = self.segments.len() == base;
        segment.start = out.len() + usize::from(!is_first);
        self.segments.push(segment);
        out.extend_from_slice(field.key(is_first));
        self.value(field.shape, &Path::Key(path, &field.name), out)?;
        if let Some(segment) = self.segments.last_mut() {
            segment.end = out.len();
        }
        Ok(())
    }

    /// Looks at the members of a struct that are not all there, or not in order: tells the required ones that are
    /// missing, and writes the others anew from `body` on where that changes anything. An error if two are of one field.
    fn settle(
        &mut self,
        rule: &StructRule,
        base: usize,
        body: usize,
        sorted: bool,
        path: &Path<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), JsonError> {
        /// Of a field that has no member.
        const NONE: usize = usize::MAX;
        let members = self.segments.get(base..).unwrap_or_default();
        let places = &mut self.places;
        places.clear();
        places.resize(rule.fields.len(), NONE);
        for (at, segment) in members.iter().enumerate() {
            match places.get_mut(segment.index) {
                Some(place) if *place == NONE => *place = at,
                // Members come in the order of their offsets: no other comes twice before this one.
                _ => return Err(JsonError { offset: segment.offset, kind: JsonErrorKind::DuplicateKey }),
            }
        }
        let mut changed = !sorted;
        for (field, place) in rule.fields.iter().zip(places.iter()) {
            if *place != NONE {
                continue;
            }
            if field.default.is_some() {
                changed = true;
            } else if field.required {
                self.found.add(&Problem::Missing, &Path::Key(path, &field.name));
            }
        }
        if !changed {
            return Ok(());
        }
        // In order behind what is there, and then in its place.
        let end = out.len();
        out.reserve(end - body);
        for (field, place) in rule.fields.iter().zip(places.iter()) {
            if let Some(segment) = members.get(*place) {
                if out.len() > end {
                    out.push(b',');
                }
                out.extend_from_within(segment.start..segment.end);
            } else if let Some(default) = &field.default {
                out.extend_from_slice(field.key(out.len() == end));
                out.extend_from_slice(default);
            }
        }
        out.drain(body..end);
        Ok(())
    }
}

/// Reads the names of a struct's members.
pub(super) struct Names<'p> {
    rule: &'p StructRule,
    first: bool,
    /// One more than the index of the field that came last.
    next: usize,
}

/// Whose member comes next.
pub(super) enum Named<'p, 'a> {
    Field {
        index: usize,
        field: &'p FieldRule,
        /// Where the key stands in the input.
        offset: usize,
    },
    Unknown(RawString<'a>),
}

impl<'p> Names<'p> {
    pub(super) const fn of(rule: &'p StructRule) -> Self {
        Self { rule, first: true, next: 0 }
    }

    /// Takes the name of the next member with its colon; none once the object has closed.
    #[inline]
    pub(super) fn read<'a>(&mut self, reader: &mut Reader<'a>) -> Result<Option<Named<'p, 'a>>, JsonError> {
        let offset = reader.offset() + usize::from(!self.first);
        // Compact text in the order that its writer has the habit of has just these bytes here.
        if let Some((index, field)) = self.rule.expected(self.next)
            && reader.eat(field.key(self.first))
        {
            self.first = false;
            self.next = index + 1;
            return Ok(Some(Named::Field { index, field, offset }));
        }
        let Some(key) = reader.key(&mut self.first)? else { return Ok(None) };
        let found = match key.plain() {
            Some(name) => self.rule.find(name),
            None => self.rule.find(&key.decode()),
        };
        Ok(Some(match found {
            Some((index, field)) => {
                self.rule.expect(self.next, index);
                self.next = index + 1;
                Named::Field { index, field, offset: key.offset }
            }
            None => Named::Unknown(key),
        }))
    }
}

/// A member of a struct that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The index of its field.
    index: usize,
    /// Where `"key":value` stands in the output.
    start: usize,
    end: usize,
    /// Where the key stands in the input.
    offset: usize,
}

impl Segment {
    const fn of(index: usize, offset: usize) -> Self {
        Self { index, start: 0, end: 0, offset }
    }
}
