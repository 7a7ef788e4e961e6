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
        let base = self.slots.len();
        let unknown = self.keys.mark();
        self.slots.resize(base + rule.fields.len(), None);
        self.reader.enter()?;
        out.push(b'{');
        let body = out.len();
        let mut first = true;
        let mut seen = 0;
        let mut next = 0;
        let mut sorted = true;
        while let Some(key) = self.reader.key(&mut first)? {
            let name = key.decode();
            let found = rule.find(&name, next).and_then(|index| Some((index, rule.fields.get(index)?)));
            let Some((index, field)) = found else {
                self.found.add(&Problem::Unknown, &Path::Key(path, &name));
                self.keys.push(name, key.offset);
                self.skip()?;
                continue;
            };
            if self.slots.get(base + index).copied().flatten().is_some() {
                return Err(JsonError { offset: key.offset, kind: JsonErrorKind::DuplicateKey });
            }
            sorted &= index >= next;
            next = index + 1;
            if seen > 0 {
                out.push(b',');
            }
            seen += 1;
            let start = out.len();
            out.extend_from_slice(&field.key);
            self.value(field.shape, &Path::Key(path, &field.name), out)?;
            if let Some(slot) = self.slots.get_mut(base + index) {
                *slot = Some((start, out.len()));
            }
        }
        self.keys.close(unknown)?;
        let complete = seen == rule.fields.len() || !self.miss(rule, base, path);
        if !(sorted && complete) {
            self.assemble(rule, base, body, out);
        }
        self.slots.truncate(base);
        out.push(b'}');
        Ok(())
    }

    /// Tells the required members that are missing, and whether a default stands in for another.
    fn miss(&mut self, rule: &StructRule, base: usize, path: &Path<'_>) -> bool {
        let mut defaulted = false;
        for (field, slot) in rule.fields.iter().zip(self.slots.get(base..).unwrap_or_default()) {
            if slot.is_some() {
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
    fn assemble(&mut self, rule: &StructRule, base: usize, body: usize, out: &mut Vec<u8>) {
        self.spare.clear();
        for (field, slot) in rule.fields.iter().zip(self.slots.get(base..).unwrap_or_default()) {
            let segment = match slot {
                Some((start, end)) => out.get(*start..*end),
                None => field.default.as_deref(),
            };
            let Some(segment) = segment else { continue };
            if !self.spare.is_empty() {
                self.spare.push(b',');
            }
            self.spare.extend_from_slice(segment);
        }
        out.truncate(body);
        out.extend_from_slice(&self.spare);
    }
}
