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
    /// Where its bracket stands.
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
        Ok(Self { base, body: walk.out.len(), walk, rule, next: 0, count: 0, sorted: true })
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
        if is_first {
            // The bracket of the object takes its place.
            put(self.walk.out, comma, b'{');
        }
        let node = self.walk.program.node(field.shape);
        value.serialize(Position { walk: &mut *self.walk, node })?;
        let end = self.walk.out.len();
        match self.walk.slots.get_mut(self.base + index) {
            Some(slot @ (_, 0)) => *slot = (comma, end),
            // Two members of one name.
            _ => return Err(Unfit),
        }
        Ok(())
    }

    fn close(self) -> Result<(), Unfit> {
        let Walk { out, spare, slots, depth, .. } = self.walk;
        let own = slots.get(self.base..).unwrap_or_default();
        if self.count < self.rule.fields.len() {
            let mut missing = self.rule.fields.iter().zip(own).filter(|(_, slot)| slot.1 == 0);
            if missing.any(|(field, _)| field.required || field.default.is_some()) {
                return Err(Unfit);
            }
        }
        if !self.sorted {
            put_in_order(out, spare, self.body, own.iter().copied().filter(|slot| slot.1 > 0));
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

/// Puts the members of an object in order, whose bracket stands at `body` and which is not closed yet. Each has the comma in
/// front of it, or the bracket.
fn put_in_order(out: &mut Vec<u8>, spare: &mut Vec<u8>, body: usize, members: impl Iterator<Item = Slot>) {
    /// As long as most members are. To copy so many bytes whatever is needed of them takes no call.
    const CHUNK: usize = 32;
    let end = out.len();
    let length = end - body;
    put(out, body, b',');
    // There is a whole chunk behind the start of each member, and room for one at its place.
    out.extend_from_slice(&[0; CHUNK]);
    if spare.len() < length + CHUNK {
        spare.resize(length + CHUNK, 0);
    }
    let mut place = 0;
    for (start, stop) in members {
        let next = place + (stop - start);
        if next - place <= CHUNK {
            let member = out.get(start..).and_then(|rest| rest.first_chunk::<CHUNK>());
            let room = spare.get_mut(place..).and_then(|rest| rest.first_chunk_mut::<CHUNK>());
            if let (Some(member), Some(room)) = (member, room) {
                *room = *member;
            }
        } else if let (Some(member), Some(room)) = (out.get(start..stop), spare.get_mut(place..next)) {
            room.copy_from_slice(member);
        }
        place = next;
    }
    out.truncate(body);
    out.extend_from_slice(spare.get(..length).unwrap_or_default());
    put(out, body, b'{');
}

#[inline]
fn put(out: &mut [u8], place: usize, byte: u8) {
    if let Some(there) = out.get_mut(place) {
        *there = byte;
    }
}

/// An open map.
pub(super) struct Entries<'w, 'p, 'o> {
    walk: &'w mut Walk<'p, 'o>,
    node: &'p Node,
    /// Where its bracket stands.
    body: usize,
    /// Each key, and where its member stands.
    places: Vec<(String, usize, usize)>,
    sorted: bool,
}

impl<'w, 'p, 'o> Entries<'w, 'p, 'o> {
    pub(super) fn open(walk: &'w mut Walk<'p, 'o>, node: &'p Node) -> Result<Self, Unfit> {
        walk.enter()?;
        Ok(Self { node, body: walk.out.len(), walk, places: Vec::new(), sorted: true })
    }

    fn entry<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), Unfit> {
        let start = self.walk.out.len();
        match self.places.last() {
            None => self.walk.out.push(b'{'),
            Some((last, ..)) => {
                self.sorted &= compare_keys(last, &key).is_lt();
                self.walk.out.push(b',');
            }
        }
        write_string(self.walk.out, &key);
        self.walk.out.push(b':');
        value.serialize(Position { walk: &mut *self.walk, node: self.node })?;
        self.places.push((key, start, self.walk.out.len()));
        Ok(())
    }

    fn close(mut self) -> Result<(), Unfit> {
        let Walk { out, spare, .. } = self.walk;
        if !self.sorted {
            self.places.sort_unstable_by(|(left, ..), (right, ..)| compare_keys(left, right));
            if self.places.windows(2).any(|pair| matches!(pair, [left, right] if left.0 == right.0)) {
                return Err(Unfit);
            }
            put_in_order(out, spare, self.body, self.places.iter().map(|(_, start, stop)| (*start, *stop)));
        }
        if self.places.is_empty() {
            out.push(b'{');
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
