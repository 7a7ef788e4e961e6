//! The walk over the members of structs and maps.

use super::ShapeId;
use super::node::StructRule;
use super::transcode::Transcoder;
use crate::error::detail::{Path, Problem};
use crate::value::canonical::write_string;
use crate::value::json::{JsonError, JsonErrorKind};

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
        let mut first = true;
        let mut next = 0;
        let mut sorted = true;
        while let Some(key) = self.reader.key(&mut first)? {
            let found = match key.plain() {
                Some(name) => rule.find(name, next),
                None => rule.find(&key.decode(), next),
            };
            let Some((index, field)) = found else {
                let name = key.decode();
                self.found.add(&Problem::Unknown, &Path::Key(path, &name));
                self.keys.push(name, key.offset);
                self.skip()?;
                continue;
            };
            sorted &= index >= next;
            next = index + 1;
            let is_first = self.segments.len() == base;
            let start = out.len() + usize::from(!is_first);
            self.segments.push(Segment { index, start, end: start, offset: key.offset });
            out.extend_from_slice(field.key(is_first));
            self.value(field.shape, &Path::Key(path, &field.name), out)?;
            if let Some(segment) = self.segments.last_mut() {
                segment.end = out.len();
            }
        }
        if self.keys.mark() > unknown {
            self.keys.close(unknown)?;
        }
        if !sorted {
            self.sort(base)?;
        }
        let complete = self.segments.len() - base == rule.fields.len();
        let defaulted = !complete && self.miss(rule, base, path);
        if !sorted || defaulted {
            self.rearrange(rule, base, body, out);
        }
        self.segments.truncate(base);
        out.push(b'}');
        Ok(())
    }

    /// Puts the members of a struct in the order of its fields; an error if two are of one field.
    fn sort(&mut self, base: usize) -> Result<(), JsonError> {
        let segments = self.segments.get_mut(base..).unwrap_or_default();
        segments.sort_unstable_by_key(|segment| segment.index);
        let repeated = segments.windows(2).filter_map(|pair| match pair {
            [left, right] if left.index == right.index => Some(left.offset.max(right.offset)),
            _ => None,
        });
        repeated.min().map_or(Ok(()), |offset| Err(JsonError { offset, kind: JsonErrorKind::DuplicateKey }))
    }

    /// Tells the required members that are missing, and whether a default stands in for another.
    fn miss(&mut self, rule: &StructRule, base: usize, path: &Path<'_>) -> bool {
        let mut defaulted = false;
        let mut written = self.segments.get(base..).unwrap_or_default().iter().peekable();
        for (index, field) in rule.fields.iter().enumerate() {
            if written.next_if(|segment| segment.index == index).is_some() {
                continue;
            }
            if field.default.is_some() {
                defaulted = true;
            } else if field.required {
                self.found.add(&Problem::Missing, &Path::Key(path, &field.name));
            }
        }
        defaulted
    }

    /// Writes the members anew from `body` on: in their order, with the defaults of those that are missing.
    fn rearrange(&mut self, rule: &StructRule, base: usize, body: usize, out: &mut Vec<u8>) {
        let mut written = self.segments.get(base..).unwrap_or_default().iter().peekable();
        self.spare.clear();
        for (index, field) in rule.fields.iter().enumerate() {
            if let Some(segment) = written.next_if(|segment| segment.index == index) {
                if !self.spare.is_empty() {
                    self.spare.push(b',');
                }
                self.spare.extend_from_slice(out.get(segment.start..segment.end).unwrap_or_default());
            } else if let Some(default) = &field.default {
                self.spare.extend_from_slice(field.key(self.spare.is_empty()));
                self.spare.extend_from_slice(default);
            }
        }
        out.truncate(body);
        out.extend_from_slice(&self.spare);
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
