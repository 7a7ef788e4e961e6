//! Sorting the members of objects that are being written: each is a segment of the output, and where the order they
//! came in is not the canonical one, the segments change places by one copy.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::canonical::compare_keys;
use super::json::{JsonError, JsonErrorKind};

#[derive(Debug)]
struct Member<'a> {
    key: Cow<'a, str>,
    /// Where the key stands in the input.
    offset: usize,
    /// Where `"key":value` stands in the output.
    start: usize,
    end: usize,
}

/// The members of the objects that are open.
#[derive(Debug, Default)]
pub(crate) struct Members<'a> {
    stack: Vec<Member<'a>>,
    spare: Vec<u8>,
}

impl<'a> Members<'a> {
    /// Where the members of an object that opens now will start.
    pub(crate) fn mark(&self) -> usize {
        self.stack.len()
    }

    /// Notes a member whose segment of the output is `start..end`.
    pub(crate) fn push(&mut self, key: Cow<'a, str>, offset: usize, start: usize, end: usize) {
        self.stack.push(Member { key, offset, start, end });
    }

    /// Sorts the segments of `out` since `mark`, which commas part and which `out` ends with; an error if two have one
    /// key.
    pub(crate) fn close(&mut self, mark: usize, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let members = self.stack.get_mut(mark..).unwrap_or_default();
        let Some(body) = members.first().map(|member| member.start) else { return Ok(()) };
        let order = |left: &Member<'_>, right: &Member<'_>| compare_keys(&left.key, &right.key);
        if !members.is_sorted_by(|left, right| order(left, right) == Ordering::Less) {
            members.sort_unstable_by(order);
            let repeated = members.windows(2).filter_map(|pair| match pair {
                [left, right] if left.key == right.key => Some(left.offset.max(right.offset)),
                _ => None,
            });
            if let Some(offset) = repeated.min() {
                return Err(JsonError { offset, kind: JsonErrorKind::DuplicateKey });
            }
            self.spare.clear();
            for member in members.iter() {
                if !self.spare.is_empty() {
                    self.spare.push(b',');
                }
                self.spare.extend_from_slice(out.get(member.start..member.end).unwrap_or_default());
            }
            out.truncate(body);
            out.extend_from_slice(&self.spare);
        }
        self.stack.truncate(mark);
        Ok(())
    }
}
