//! Duplicate keys of objects that are read and not written.

use std::borrow::Cow;

use super::json::{JsonError, JsonErrorKind};

/// The keys of the objects that are open, for finding duplicates without a map for each.
#[derive(Debug, Default)]
pub(crate) struct KeyStack<'a> {
    keys: Vec<(Cow<'a, str>, usize)>,
}

impl<'a> KeyStack<'a> {
    /// Where the keys of an object that opens now will start.
    pub(crate) fn mark(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn push(&mut self, key: Cow<'a, str>, offset: usize) {
        self.keys.push((key, offset));
    }

    /// Forgets the keys since `mark`; an error if one of them stands there twice.
    pub(crate) fn close(&mut self, mark: usize) -> Result<(), JsonError> {
        /// Up to here comparing all pairs is faster than sorting.
        const FEW: usize = 12;
        let keys = self.keys.get_mut(mark..).unwrap_or_default();
        let mut repeated = None;
        if keys.len() <= FEW {
            let mut rest: &[(Cow<'_, str>, usize)] = keys;
            while let Some(((key, _), after)) = rest.split_first() {
                if let Some((_, offset)) = after.iter().find(|(other, _)| other == key) {
                    repeated = Some(repeated.map_or(*offset, |found: usize| found.min(*offset)));
                }
                rest = after;
            }
        } else {
            keys.sort_unstable();
            for pair in keys.windows(2) {
                if let [(left, _), (right, offset)] = pair
                    && left == right
                {
                    repeated = Some(repeated.map_or(*offset, |found: usize| found.min(*offset)));
                }
            }
        }
        self.keys.truncate(mark);
        repeated.map_or(Ok(()), |offset| Err(JsonError { offset, kind: JsonErrorKind::DuplicateKey }))
    }
}
