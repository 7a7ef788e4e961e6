//! The nodes of a program: shapes with everything worked out that can be before a value is there.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use super::{FieldId, ShapeId};
use crate::ir::model::{Field, Format, IntegerBounds, NumberBounds, Scalar, StringBounds};
use crate::ir::pattern::Pattern;
use crate::value::canonical::{compare_keys, write_integer, write_string};
use crate::value::reader::Kind;

#[derive(Debug, Clone)]
pub(super) enum Node {
    Integer(IntegerBounds),
    BigInt,
    Number(NumberBounds),
    Boolean,
    Text(TextRule),
    Choice(Choice),
    List(ListRule),
    Tuple(Vec<ShapeId>),
    Map(ShapeId),
    Struct(StructRule),
    Nullable(ShapeId),
    Union(UnionRule),
    Upload(UploadRule),
    Any,
}

/// What no value fits.
pub(super) static NOTHING: Node = Node::Union(UnionRule { arms: Vec::new(), by_kind: [None; 6], tag: None });

#[derive(Debug, Clone)]
pub(super) struct TextRule {
    pub(super) format: Option<Format>,
    pub(super) min_length: Option<u64>,
    pub(super) max_length: Option<u64>,
    pub(super) pattern: Option<Pattern>,
    /// Whether any text fits.
    pub(super) free: bool,
}

impl TextRule {
    pub(super) fn new(bounds: &StringBounds, pattern: Option<Pattern>) -> Self {
        let StringBounds { format, min_length, max_length, .. } = *bounds;
        let free = format.is_none() && min_length.is_none() && max_length.is_none() && pattern.is_none();
        Self { format, min_length, max_length, pattern, free }
    }
}

/// What is declared of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UploadRule {
    pub(crate) max_size: Option<u64>,
    /// Empty for any.
    pub(crate) content_types: Vec<String>,
}

/// A literal or an enum.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) values: Vec<Scalar>,
    /// The canonical values, as the message lists them.
    pub(super) listed: String,
    pub(super) literal: bool,
}

/// The canonical values, joined by a comma and a blank.
pub(super) fn listed<'s>(values: impl IntoIterator<Item = &'s Scalar>) -> String {
    let mut out = Vec::new();
    for value in values {
        if !out.is_empty() {
            out.extend_from_slice(b", ");
        }
        write_scalar(value, &mut out);
    }
    String::from_utf8(out).unwrap_or_default()
}

pub(super) fn write_scalar(value: &Scalar, out: &mut Vec<u8>) {
    match value {
        Scalar::Null => out.extend_from_slice(b"null"),
        Scalar::Boolean(true) => out.extend_from_slice(b"true"),
        Scalar::Boolean(false) => out.extend_from_slice(b"false"),
        Scalar::Integer(value) => write_integer(out, *value),
        Scalar::String(text) => write_string(out, text),
    }
}

#[derive(Debug, Clone)]
pub(super) struct ListRule {
    pub(super) item: ShapeId,
    pub(super) min_items: Option<u64>,
    pub(super) max_items: Option<u64>,
    pub(super) unique: bool,
}

#[derive(Debug, Clone)]
pub(super) struct UnionRule {
    pub(super) arms: Vec<ShapeId>,
    /// The arm of each JSON kind; for objects only where there is no tag.
    pub(super) by_kind: [Option<ShapeId>; 6],
    pub(super) tag: Option<Tag>,
}

impl UnionRule {
    pub(super) fn arm_of(&self, kind: Kind) -> Option<ShapeId> {
        self.by_kind.get(kind as usize).copied().flatten()
    }
}

/// What tells the objects of a union apart.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) arms: Vec<(Scalar, ShapeId)>,
    /// The canonical values, as the message lists them.
    pub(super) listed: String,
}

impl Tag {
    pub(super) fn arm_of(&self, value: &Scalar) -> Option<ShapeId> {
        self.arms.iter().find(|(tag, _)| tag == value).map(|(_, arm)| *arm)
    }
}

#[derive(Debug, Clone)]
pub(super) struct StructRule {
    /// Sorted as canonical text is.
    pub(super) fields: Vec<FieldRule>,
    /// The fingerprint of each field's name; empty where there are many fields.
    prints: Vec<u64>,
    habit: Habit,
}

/// Which field came first, and which after each field, when a text was last read. A host writes its members in one
/// order of its own, and to know it saves a search for each. Nothing but speed depends on it.
#[derive(Debug)]
struct Habit(Vec<AtomicU32>);

impl Habit {
    /// The order of canonical text.
    fn new(fields: usize) -> Self {
        Self((0..=fields as u32).map(AtomicU32::new).collect())
    }
}

impl Clone for Habit {
    fn clone(&self) -> Self {
        Self::new(self.0.len().saturating_sub(1))
    }
}

#[derive(Debug, Clone)]
pub(super) struct FieldRule {
    pub(super) id: FieldId,
    pub(super) name: String,
    /// `,"name":`
    key: Vec<u8>,
    /// The same and zeros behind it, where it is that short.
    padded: Option<[u8; 32]>,
    pub(super) shape: ShapeId,
    pub(super) required: bool,
    /// The canonical default.
    pub(super) default: Option<Vec<u8>>,
}

impl FieldRule {
    pub(super) fn new(id: FieldId, field: &Field, shape: ShapeId) -> Self {
        let mut key = vec![b','];
        write_string(&mut key, &field.name);
        key.push(b':');
        let mut padded = [0; 32];
        let padded = padded.get_mut(..key.len()).map(|room| room.copy_from_slice(&key)).map(|()| padded);
        let default = field.default.as_ref().map(|default| default.clone().into_bytes());
        Self { id, name: field.name.clone(), key, padded, shape, required: field.required, default }
    }

    /// `"name":`, with a comma before it unless it is the first member.
    #[inline]
    pub(super) fn key(&self, is_first: bool) -> &[u8] {
        self.key.get(usize::from(is_first)..).unwrap_or_default()
    }

    /// Appends `,"name":`. To copy more than is asked for, and then to forget it, saves a call.
    #[inline]
    pub(super) fn write_key(&self, out: &mut Vec<u8>) {
        match &self.padded {
            Some(padded) => {
                let end = out.len() + self.key.len();
                out.extend_from_slice(padded);
                out.truncate(end);
            }
            None => out.extend_from_slice(&self.key),
        }
    }
}

impl StructRule {
    /// Up to here a walk along the fingerprints is faster than a binary search.
    const FEW: usize = 24;

    pub(super) fn new(mut fields: Vec<FieldRule>) -> Self {
        fields.sort_by(|left, right| compare_keys(&left.name, &right.name));
        let few = fields.len() <= Self::FEW;
        let prints = if few { fields.iter().map(|field| fingerprint(&field.name)).collect() } else { Vec::new() };
        let habit = Habit::new(fields.len());
        Self { fields, prints, habit }
    }

    /// The field that came last time after the field whose index is one less than `after`; for 0, the first of all.
    #[inline]
    pub(super) fn expected(&self, after: usize) -> Option<(usize, &FieldRule)> {
        let index = self.habit.0.get(after)?.load(Relaxed) as usize;
        Some((index, self.fields.get(index)?))
    }

    /// Notes which field came, for the next time.
    pub(super) fn expect(&self, after: usize, index: usize) {
        if let Some(habit) = self.habit.0.get(after) {
            habit.store(index as u32, Relaxed);
        }
    }

    /// The field of that name and its index.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &FieldRule)> {
        if self.fields.len() <= Self::FEW {
            let print = fingerprint(name);
            let mut named = self.prints.iter().zip(&self.fields).enumerate();
            return named
                .find(|(_, (other, field))| **other == print && field.name == name)
                .map(|(at, (_, field))| (at, field));
        }
        let index = self.fields.binary_search_by(|field| compare_keys(&field.name, name)).ok()?;
        Some((index, self.fields.get(index)?))
    }
}

/// A number that few names share: of the first and the last bytes, and the length.
fn fingerprint(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let ends = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29),
        _ => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    ends ^ (name.len() as u64) << 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::model::Shape;

    fn structure(names: &[String]) -> StructRule {
        let field = |(index, name): (usize, &String)| {
            let shape = Shape::Any;
            let field = Field { name: name.clone(), doc: None, shape, required: true, default: None, key: false };
            FieldRule::new(FieldId(index as u32), &field, ShapeId(0))
        };
        StructRule::new(names.iter().enumerate().map(field).collect())
    }

    #[test]
    fn fields_are_found_by_name() {
        for count in [0, 1, 5, StructRule::FEW, StructRule::FEW + 1, 100] {
            let names: Vec<_> = (0..count).map(|index| format!("a_long_prefix_{index}")).collect();
            let rule = structure(&names);
            for name in &names {
                let (index, field) = rule.find(name).unwrap();
                assert_eq!((&field.name, rule.fields.get(index).map(|field| &field.name)), (name, Some(name)));
            }
            assert!(rule.find("a_long_prefix").is_none());
            assert!(rule.find("").is_none());
        }
    }

    #[test]
    fn fields_are_sorted_by_utf16_units() {
        let rule = structure(&["\u{ffff}".to_owned(), "b".to_owned(), "\u{10000}".to_owned(), "a".to_owned()]);
        let names: Vec<_> = rule.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "\u{10000}", "\u{ffff}"]);
    }

    #[test]
    fn the_order_of_the_last_text_is_expected() {
        let rule = structure(&["a".to_owned(), "b".to_owned()]);
        let expected = |after| rule.expected(after).map(|(index, field)| (index, field.name.clone()));
        assert_eq!(
            [expected(0), expected(1), expected(2)],
            [Some((0, "a".to_owned())), Some((1, "b".to_owned())), None]
        );
        rule.expect(0, 1);
        rule.expect(2, 0);
        rule.expect(3, 7);
        assert_eq!(
            [expected(0), expected(1), expected(2)],
            [Some((1, "b".to_owned())), Some((1, "b".to_owned())), Some((0, "a".to_owned()))]
        );
        assert!(structure(&[]).expected(0).is_none());
    }

    #[test]
    fn values_are_listed_canonically() {
        let values = [Scalar::Integer(-1), Scalar::Boolean(true), Scalar::String("a\"b".to_owned())];
        assert_eq!(listed(&values), r#"-1, true, "a\"b""#);
    }
}
