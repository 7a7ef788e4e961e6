//! Objects, whose members come in whatever order and stand in that of canonical text.

use serde_core::ser::{self, Serialize};

use super::key_text::KeyText;
use super::{Node, Position, Slot, StructRule, Unfit, Walk, compare_keys, write_string};
use crate::value::reader::is_same;

/// An open struct.
pub(super) struct Members<'w, 'p, 'o> {
    walk: &'w mut Walk<'p, 'o>,
    rule: &'p StructRule,
    /// Its first field's slot.
    base: usize,
    /// Where its first member stands.
    body: usize,
    /// One more than the index of the field that came last.
    next: usize,
    count: usize,
    sorted: bool,
}

impl<'w, 'p, 'o> Members<'w, 'p, 'o> {
    pub(super) fn open(walk: &'w mut Walk<'p, 'o>, rule: &'p StructRule) -> Result<Self, Unfit> {
        walk.enter()?;
        let base = walk.slots.len();
        walk.slots.resize(base + rule.fields.len(), (0, 0));
        Ok(Self { base, body: walk.out.len() + 1, walk, rule, next: 0, count: 0, sorted: true })
    }

    #[inline]
    fn member<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Unfit> {
        // A type has its fields in one order of its own.
        let (index, field) = match self.rule.expected(self.next) {
            Some(found) if is_same(found.1.name.as_bytes(), key.as_bytes()) => found,
            _ => {
                let found = self.rule.find(key).ok_or(Unfit)?;
                self.rule.expect(self.next, found.0);
                found
            }
        };
        self.sorted &= index >= self.next;
        self.next = index + 1;
        let is_first = self.count == 0;
        self.count += 1;
        let comma = self.walk.out.len();
        field.write_key(self.walk.out);
        if is_first && let Some(comma) = self.walk.out.get_mut(comma) {
            // The bracket of the object takes its place.
            *comma = b'{';
        }
        let start = comma + 1;
        let node = self.walk.program.node(field.shape);
        value.serialize(Position { walk: &mut *self.walk, node })?;
        let end = self.walk.out.len();
        match self.walk.slots.get_mut(self.base + index) {
            Some(slot @ (_, 0)) => *slot = (start, end),
            // Two members of one name.
            _ => return Err(Unfit),
        }
        Ok(())
    }

    fn close(self) -> Result<(), Unfit> {
        let Walk { out, slots, depth, .. } = self.walk;
        let own = slots.get(self.base..).unwrap_or_default();
        if self.count < self.rule.fields.len() {
            let mut missing = self.rule.fields.iter().zip(own).filter(|(_, slot)| slot.1 == 0);
            if missing.any(|(field, _)| field.required || field.default.is_some()) {
                return Err(Unfit);
            }
        }
        if !self.sorted {
            put_in_order(out, self.body, own.iter().copied().filter(|slot| slot.1 > 0));
        }
        if self.count == 0 {
            out.push(b'{');
        }
        slots.truncate(self.base);
        out.push(b'}');
        *depth -= 1;
        Ok(())
    }
}

impl ser::SerializeStruct for Members<'_, '_, '_> {
    type Ok = ();
    type Error = Unfit;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.member(key, value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}

/// Writes the members of an object anew, of which all that stands from `body` on is made: in order behind what is there, and
/// then in its place.
fn put_in_order(out: &mut Vec<u8>, body: usize, members: impl Iterator<Item = Slot>) {
    let end = out.len();
    out.reserve(end - body);
    for (start, stop) in members {
        if out.len() > end {
            out.push(b',');
        }
        out.extend_from_within(start..stop);
    }
    out.copy_within(end.., body);
    out.truncate(end);
}

/// An open map.
pub(super) struct Entries<'w, 'p, 'o> {
    walk: &'w mut Walk<'p, 'o>,
    node: &'p Node,
    /// Where its first member stands.
    body: usize,
    /// Each key, and where its member stands, without a comma.
    places: Vec<(String, usize, usize)>,
    sorted: bool,
}

impl<'w, 'p, 'o> Entries<'w, 'p, 'o> {
    pub(super) fn open(walk: &'w mut Walk<'p, 'o>, node: &'p Node) -> Result<Self, Unfit> {
        walk.enter()?;
        walk.out.push(b'{');
        Ok(Self { node, body: walk.out.len(), walk, places: Vec::new(), sorted: true })
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), Unfit> {
        if let Some((last, ..)) = self.places.last() {
            self.sorted &= compare_keys(last, &key).is_lt();
            self.walk.out.push(b',');
        }
        let start = self.walk.out.len();
        write_string(self.walk.out, &key);
        self.walk.out.push(b':');
        value.serialize(Position { walk: &mut *self.walk, node: self.node })?;
        self.places.push((key, start, self.walk.out.len()));
        Ok(())
    }

    fn close(mut self) -> Result<(), Unfit> {
        let out = &mut *self.walk.out;
        if !self.sorted {
            self.places.sort_unstable_by(|(left, ..), (right, ..)| compare_keys(left, right));
            if self.places.windows(2).any(|pair| matches!(pair, [left, right] if left.0 == right.0)) {
                return Err(Unfit);
            }
            put_in_order(out, self.body, self.places.iter().map(|(_, start, stop)| (*start, *stop)));
        }
        out.push(b'}');
        self.walk.depth -= 1;
        Ok(())
    }
}

/// An object whose keys come one by one: a map, or a struct that serde puts together. With it the key that came last.
pub(super) enum Object<'w, 'p, 'o> {
    Map(Entries<'w, 'p, 'o>, String),
    Struct(Members<'w, 'p, 'o>, String),
}

impl ser::SerializeMap for Object<'_, '_, '_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        let (Self::Map(_, held) | Self::Struct(_, held)) = self;
        *held = key.serialize(KeyText)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        match self {
            Self::Map(entries, key) => entries.entry(std::mem::take(key), value),
            Self::Struct(members, key) => members.member(key, value),
        }
    }

    fn end(self) -> Result<(), Unfit> {
        match self {
            Self::Map(entries, _) => entries.close(),
            Self::Struct(members, _) => members.close(),
        }
    }
}
