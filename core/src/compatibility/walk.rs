//! The walk over two shapes at once: whether every value of the *lesser* one is a value of the *greater* one. For what
//! clients send the lesser one is the old, for what they receive the new.

use std::collections::BTreeSet;
use std::ptr;

use super::Break;
use super::bounds;
use super::rule::{Aspect, Rule};
use crate::ir::kdl_write::one_line;
use crate::ir::model::{Document, Field, Scalar, Shape};
use crate::ir::program::{Direction, Program};
use crate::ir::union::{OBJECT, kinds, resolve};
use crate::value::compose::string;

/// Which way the values go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From clients: the lesser shapes are those of the old document.
    Request,
    /// To clients: the lesser shapes are those of the new document. A field that they do not know they do not read.
    Reply,
}

/// Where a shape stands.
pub(super) enum Path<'p> {
    Root,
    Part(&'p Self, &'p str),
}

impl Path<'_> {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Part(rest, name) => format!("{}/{}", rest.text(), name.replace('~', "~0").replace('/', "~1")),
        }
    }
}

pub(super) struct Walk<'d> {
    lesser: &'d Document,
    greater: &'d Document,
    way: Way,
    /// Pairs that were met already, by where they lie in memory: types may be cyclic, and one that was seen to fit, or
    /// was told not to, need not be looked at again.
    met: BTreeSet<(usize, usize)>,
    /// The types of the greater document.
    program: Option<Program>,
    pub(super) breaks: Vec<Break>,
}

impl<'d> Walk<'d> {
    pub(super) fn new(old: &'d Document, new: &'d Document, way: Way) -> Self {
        let (lesser, greater) = match way {
            Way::Request => (old, new),
            Way::Reply => (new, old),
        };
        Self { lesser, greater, way, met: BTreeSet::new(), program: None, breaks: Vec::new() }
    }

    fn add(&mut self, aspect: Aspect, path: &Path<'_>, what: impl Into<String>) {
        let rule = match self.way {
            Way::Request => Rule::Input(aspect),
            Way::Reply => Rule::Output(aspect),
        };
        self.breaks.push(Break { path: path.text(), rule, what: what.into() });
    }

    /// A break between two shapes, both named.
    fn differ(&mut self, aspect: Aspect, lesser: &Shape, greater: &Shape, path: &Path<'_>) {
        let (old, new) = match self.way {
            Way::Request => (lesser, greater),
            Way::Reply => (greater, lesser),
        };
        self.add(aspect, path, format!("it was {}, is {}", called(old), called(new)));
    }

    /// Both shapes with their references followed.
    fn resolved(&self, lesser: &'d Shape, greater: &'d Shape) -> (&'d Shape, &'d Shape) {
        let (of_lesser, of_greater) = (self.lesser, self.greater);
        let in_lesser = |name: &str| of_lesser.type_named(name).map(|named| &named.shape);
        let in_greater = |name: &str| of_greater.type_named(name).map(|named| &named.shape);
        (resolve(lesser, &in_lesser).unwrap_or(lesser), resolve(greater, &in_greater).unwrap_or(greater))
    }

    /// Tells where a value of `lesser` may be no value of `greater`.
    pub(super) fn shape(&mut self, lesser: &'d Shape, greater: &'d Shape, path: &Path<'_>) {
        let (lesser, greater) = self.resolved(lesser, greater);
        if !self.met.insert((ptr::from_ref(lesser).addr(), ptr::from_ref(greater).addr())) {
            return;
        }
        match (lesser, greater) {
            (Shape::Literal(value), _) => self.values(std::slice::from_ref(value), lesser, greater, path),
            (Shape::Enum(values), _) => self.values(values, lesser, greater, path),
            (Shape::Boolean, Shape::Boolean | Shape::Any)
            | (Shape::BigInt, Shape::BigInt | Shape::Any)
            | (Shape::Integer(_) | Shape::String(_) | Shape::Any, Shape::Any) => {}
            (Shape::Boolean, _) => {
                self.values(&[Scalar::Boolean(false), Scalar::Boolean(true)], lesser, greater, path);
            }
            (Shape::Nullable(inner), _) => self.nullable(inner, lesser, greater, path),
            (_, Shape::Nullable(inner)) => self.shape(lesser, inner, path),
            (Shape::Union { discriminator, arms }, _) => {
                for arm in arms {
                    self.arm(arm, discriminator.as_deref(), greater, path);
                }
            }
            (_, Shape::Union { .. }) => self.arm(lesser, None, greater, path),
            (Shape::Integer(own), Shape::Integer(other)) => {
                if !bounds::integers(own, other) {
                    self.differ(Aspect::Range, lesser, greater, path);
                }
            }
            (Shape::Integer(own), Shape::Number(other)) => {
                if !bounds::numbers(&bounds::as_numbers(own), other) {
                    self.differ(Aspect::Range, lesser, greater, path);
                }
            }
            (Shape::Number(own), Shape::Number(other)) => {
                if !bounds::numbers(own, other) {
                    self.differ(Aspect::Range, lesser, greater, path);
                }
            }
            (Shape::Number(own), Shape::Any) => {
                if !bounds::numbers_of_any(own) {
                    self.differ(Aspect::Range, lesser, greater, path);
                }
            }
            (Shape::String(own), Shape::String(other)) => {
                for aspect in bounds::texts(own, other) {
                    self.differ(aspect, lesser, greater, path);
                }
            }
            (Shape::BigInt, Shape::String(other)) if *other == crate::ir::model::StringBounds::default() => {}
            (
                Shape::Upload { max_size: own, content_types },
                Shape::Upload { max_size: other, content_types: taken },
            ) => {
                if !bounds::files((*own, content_types), (*other, taken)) {
                    self.add(Aspect::Upload, path, "smaller files or fewer media types are taken");
                }
            }
            _ => self.containers(lesser, greater, path),
        }
    }

    fn containers(&mut self, lesser: &'d Shape, greater: &'d Shape, path: &Path<'_>) {
        let item_path = Path::Part(path, "[]");
        let value_path = Path::Part(path, "{}");
        match (lesser, greater) {
            (
                Shape::List { item, min_items, max_items, unique },
                Shape::List { item: other, min_items: min, max_items: max, unique: differing },
            ) => {
                if !bounds::lengths((*min_items, *max_items), (*min, *max)) {
                    self.differ(Aspect::Length, lesser, greater, path);
                }
                if *differing && !(*unique && self.stay_different(item, other)) {
                    self.add(Aspect::Unique, path, "its items have to differ");
                }
                self.shape(item, other, &item_path);
            }
            (Shape::List { item, .. }, Shape::Any) => self.shape(item, greater, &item_path),
            (Shape::Tuple(items), Shape::Tuple(others)) if items.len() == others.len() => {
                for (index, (item, other)) in items.iter().zip(others).enumerate() {
                    self.shape(item, other, &Path::Part(path, &index.to_string()));
                }
            }
            (Shape::Tuple(items), Shape::List { item: other, min_items, max_items, unique }) => {
                let length = Some(items.len() as u64);
                if !bounds::lengths((length, length), (*min_items, *max_items)) {
                    self.differ(Aspect::Length, lesser, greater, path);
                }
                if *unique && items.len() > 1 {
                    self.add(Aspect::Unique, path, "its items have to differ");
                }
                for (index, item) in items.iter().enumerate() {
                    self.shape(item, other, &Path::Part(path, &index.to_string()));
                }
            }
            (Shape::Tuple(items), Shape::Any) => {
                for (index, item) in items.iter().enumerate() {
                    self.shape(item, greater, &Path::Part(path, &index.to_string()));
                }
            }
            (Shape::Map(value), Shape::Map(other)) => self.shape(value, other, &value_path),
            (Shape::Map(value), Shape::Any) => self.shape(value, greater, &value_path),
            (Shape::Struct(fields), Shape::Struct(others)) => self.fields(fields, others, path),
            (Shape::Struct(fields), Shape::Map(other)) => {
                for field in fields {
                    self.shape(&field.shape, other, &Path::Part(path, &field.name));
                }
            }
            (Shape::Struct(fields), Shape::Any) => {
                for field in fields {
                    self.shape(&field.shape, greater, &Path::Part(path, &field.name));
                }
            }
            _ => self.differ(Aspect::Type, lesser, greater, path),
        }
    }

    /// The fields of a struct, of an input, or of a context's params.
    pub(super) fn fields(&mut self, lesser: &'d [Field], greater: &'d [Field], path: &Path<'_>) {
        for field in lesser {
            let path = Path::Part(path, &field.name);
            match greater.iter().find(|other| other.name == field.name) {
                Some(other) => self.shape(&field.shape, &other.shape, &path),
                None if self.way == Way::Request => self.add(Aspect::Removed, &path, "it is no longer taken"),
                // Nobody reads what was not there.
                None => {}
            }
        }
        for other in greater {
            if !self.is_there(other) {
                continue;
            }
            let path = Path::Part(path, &other.name);
            match (lesser.iter().find(|field| field.name == other.name), self.way) {
                (Some(field), _) if self.is_there(field) => {}
                (Some(_), Way::Request) => self.add(Aspect::Required, &path, "it could be left out"),
                (Some(_), Way::Reply) => self.add(Aspect::Optional, &path, "it was always there, and may be missing"),
                (None, Way::Request) => self.add(Aspect::Added, &path, "it has to be sent, and nobody sends it yet"),
                (None, Way::Reply) => self.add(Aspect::Removed, &path, "it is no longer there"),
            }
        }
    }

    /// Whether each value has the field. Who sends may leave a default out; what is received has it filled in.
    fn is_there(&self, field: &Field) -> bool {
        match self.way {
            Way::Request => field.required && field.default.is_none(),
            Way::Reply => field.required || field.default.is_some(),
        }
    }

    fn nullable(&mut self, inner: &'d Shape, lesser: &'d Shape, greater: &'d Shape, path: &Path<'_>) {
        let taken = match greater {
            Shape::Nullable(taken) => taken,
            Shape::Any => greater,
            // What is left of it when null is gone, it may still take.
            _ if self.takes(&Scalar::Null, greater) => return self.differ(Aspect::Type, lesser, greater, path),
            _ => {
                let what = match self.way {
                    Way::Request => "null is no longer taken",
                    Way::Reply => "it may be null now",
                };
                self.add(Aspect::Null, path, what);
                greater
            }
        };
        self.shape(inner, taken, path);
    }

    /// A shape that is no union against one that is, or an arm of a union against anything. `tagged`: the field that is
    /// sure to be there, since it tells the arms of the lesser union apart.
    fn arm(&mut self, arm: &'d Shape, tagged: Option<&str>, greater: &'d Shape, path: &Path<'_>) {
        let (arm, greater) = self.resolved(arm, greater);
        let greater = match greater {
            Shape::Nullable(inner) => self.resolved(arm, inner).1,
            greater => greater,
        };
        let Shape::Union { discriminator, arms: others } = greater else { return self.shape(arm, greater, path) };
        if matches!(arm, Shape::Literal(_) | Shape::Enum(_) | Shape::Boolean) {
            return self.shape_of_values(arm, greater, path);
        }
        let own = kinds(arm);
        let others: Vec<&'d Shape> = others.iter().map(|other| self.resolved(arm, other).1).collect();
        let mut alike = others.iter().filter(|other| own.iter().all(|kind| kinds(other).contains(kind)));
        let found = match (alike.next(), alike.next(), discriminator) {
            (Some(only), None, _) => Some(*only),
            (Some(_), Some(_), Some(tag)) if own.contains(&OBJECT) => {
                return self.tagged(arm, tagged, tag, &others, greater, path);
            }
            _ => None,
        };
        match found {
            Some(found) => self.shape(arm, found, path),
            None => self.differ(Aspect::Type, arm, greater, path),
        }
    }

    /// A struct against the arms of a union of several, of which its tag chooses one.
    fn tagged(
        &mut self,
        arm: &'d Shape,
        sure: Option<&str>,
        tag: &str,
        others: &[&'d Shape],
        greater: &'d Shape,
        path: &Path<'_>,
    ) {
        let Some((field, text)) = tag_of(arm, tag, self.lesser) else {
            return self.differ(Aspect::Type, arm, greater, path);
        };
        let tag_path = Path::Part(path, tag);
        if sure != Some(tag) && !self.is_there(field) {
            self.add(Aspect::Required, &tag_path, "it has to be there, to tell what the value is");
        }
        let found = others.iter().find(|other| tag_of(other, tag, self.greater).is_some_and(|(_, own)| own == text));
        match found {
            Some(found) => self.shape(arm, found, path),
            None => self.add(Aspect::Value, &tag_path, self.gone(&Scalar::String(text.to_owned()))),
        }
    }

    /// Values that are listed, each against the other shape.
    fn values(&mut self, values: &[Scalar], lesser: &Shape, greater: &Shape, path: &Path<'_>) {
        let lost: Vec<&Scalar> = values.iter().filter(|value| !self.takes(value, greater)).collect();
        let listed = matches!(greater, Shape::Literal(_) | Shape::Enum(_));
        if lost.len() == values.len() && !listed {
            return self.differ(Aspect::Type, lesser, greater, path);
        }
        for value in lost {
            self.add(Aspect::Value, path, self.gone(value));
        }
    }

    fn shape_of_values(&mut self, lesser: &'d Shape, greater: &'d Shape, path: &Path<'_>) {
        match lesser {
            Shape::Literal(value) => self.values(std::slice::from_ref(value), lesser, greater, path),
            Shape::Enum(values) => self.values(values, lesser, greater, path),
            _ => self.values(&[Scalar::Boolean(false), Scalar::Boolean(true)], lesser, greater, path),
        }
    }

    fn gone(&self, value: &Scalar) -> String {
        match self.way {
            Way::Request => format!("{} is no longer taken", text(value)),
            Way::Reply => format!("it may be {} now", text(value)),
        }
    }

    /// Whether the shape, one of the greater document, has the value.
    fn takes(&mut self, value: &Scalar, shape: &Shape) -> bool {
        if self.program.is_none() {
            self.program = Program::new(&self.greater.types).ok();
        }
        // A document whose shapes do not compile was not read by the reader; no value is known to fit there.
        let Some(program) = &mut self.program else { return false };
        let Ok(id) = program.compile(shape) else { return false };
        program.transcode(id, text(value).as_bytes(), Direction::Input, &[], &mut Vec::new()).is_ok()
    }

    /// Whether items that differ by the one shape differ by the other. Defaults are filled in before they are compared,
    /// so other defaults may make two of them equal.
    fn stay_different(&self, lesser: &'d Shape, greater: &'d Shape) -> bool {
        self.way == Way::Reply || self.same_defaults(lesser, greater, &mut BTreeSet::new())
    }

    fn same_defaults(&self, lesser: &'d Shape, greater: &'d Shape, met: &mut BTreeSet<(usize, usize)>) -> bool {
        let (lesser, greater) = self.resolved(lesser, greater);
        if !met.insert((ptr::from_ref(lesser).addr(), ptr::from_ref(greater).addr())) {
            return true;
        }
        match (lesser, greater) {
            (Shape::Nullable(lesser), greater) => self.same_defaults(lesser, greater, met),
            (lesser, Shape::Nullable(greater)) => self.same_defaults(lesser, greater, met),
            (
                Shape::List { item: lesser, .. } | Shape::Map(lesser),
                Shape::List { item: greater, .. } | Shape::Map(greater),
            ) => self.same_defaults(lesser, greater, met),
            (Shape::Tuple(lesser), Shape::Tuple(greater)) => {
                lesser.iter().zip(greater).all(|(lesser, greater)| self.same_defaults(lesser, greater, met))
            }
            (Shape::Struct(lesser), Shape::Struct(greater)) => {
                lesser.len() == greater.len()
                    && lesser.iter().zip(greater).all(|(lesser, greater)| {
                        (&lesser.name, &lesser.default) == (&greater.name, &greater.default)
                            && self.same_defaults(&lesser.shape, &greater.shape, met)
                    })
            }
            // Arms of unions, and kinds that do not match, are not followed.
            (lesser, greater) => is_scalar(lesser) && is_scalar(greater),
        }
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Integer(_)
            | Shape::BigInt
            | Shape::Number(_)
            | Shape::Boolean
            | Shape::String(_)
            | Shape::Literal(_)
            | Shape::Enum(_)
            | Shape::Any
    )
}

/// The field that tells what a struct is, and the text that it always has.
fn tag_of<'d>(shape: &'d Shape, tag: &str, document: &'d Document) -> Option<(&'d Field, &'d str)> {
    let Shape::Struct(fields) = shape else { return None };
    let field = fields.iter().find(|field| field.name == tag)?;
    let lookup = |name: &str| document.type_named(name).map(|named| &named.shape);
    match resolve(&field.shape, &lookup)? {
        Shape::Literal(Scalar::String(text)) => Some((field, text)),
        _ => None,
    }
}

/// A value as canonical JSON.
fn text(value: &Scalar) -> String {
    match value {
        Scalar::Null => "null".to_owned(),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::String(text) => string(text),
    }
}

/// A shape in a few words.
fn called(shape: &Shape) -> String {
    match shape {
        Shape::List { min_items: None, max_items: None, .. } => "a list".to_owned(),
        Shape::List { min_items, max_items, .. } => {
            let of = |bound: &Option<u64>| bound.map_or_else(|| "any number".to_owned(), |bound| bound.to_string());
            format!("a list of {} to {} items", min_items.unwrap_or(0), of(max_items))
        }
        Shape::Tuple(items) => format!("a tuple of {}", items.len()),
        Shape::Map(_) => "a map".to_owned(),
        Shape::Struct(_) => "a struct".to_owned(),
        Shape::Nullable(inner) => format!("{} or null", called(inner)),
        Shape::Union { .. } => "a union".to_owned(),
        Shape::Ref(name) => name.clone(),
        Shape::Upload { .. } => "a file".to_owned(),
        scalar => format!("`{}`", one_line(scalar)),
    }
}
