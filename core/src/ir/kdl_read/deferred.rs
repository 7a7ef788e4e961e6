//! What can only be checked when every type has been read: references, nesting of null, unions. Each with its place.

use crate::ir::kdl_read::KdlError;
use crate::ir::kdl_read::form::Source;
use crate::ir::model::{Document, Scalar, Shape};
use crate::ir::union::{self, Lookup};

/// The checks put off, in the order of the text.
pub(super) struct Deferred<'d> {
    source: Source<'d>,
    definitions: Vec<(String, usize)>,
    references: Vec<(String, usize)>,
    nullables: Vec<(Shape, usize)>,
    unions: Vec<(Option<String>, Vec<Shape>, usize)>,
}

impl<'d> Deferred<'d> {
    pub(super) fn new(source: Source<'d>) -> Self {
        Self { source, definitions: Vec::new(), references: Vec::new(), nullables: Vec::new(), unions: Vec::new() }
    }

    /// A named type was read.
    pub(super) fn definition(&mut self, name: String, offset: usize) {
        self.definitions.push((name, offset));
    }

    /// A `ref` was read.
    pub(super) fn reference(&mut self, name: String, offset: usize) {
        self.references.push((name, offset));
    }

    /// A `nullable` of that shape was read.
    pub(super) fn nullable(&mut self, inner: &Shape, offset: usize) {
        self.nullables.push((inner.clone(), offset));
    }

    /// A `union` was read.
    pub(super) fn union(&mut self, discriminator: Option<&String>, arms: &[Shape], offset: usize) {
        self.unions.push((discriminator.cloned(), arms.to_vec(), offset));
    }

    pub(super) fn check(&self, document: &Document) -> Result<(), KdlError> {
        let lookup = |name: &str| document.type_named(name).map(|definition| &definition.shape);
        for (name, offset) in &self.references {
            if lookup(name).is_none() {
                return Err(self.source.error(*offset, format!("there is no type {name:?} in this document")));
            }
        }
        for (name, offset) in &self.definitions {
            if union::leads_to_itself(name, &lookup) {
                let problem = format!("the type {name:?} is nothing but itself: a value of it would never end");
                return Err(self.source.error(*offset, problem));
            }
        }
        for (inner, offset) in &self.nullables {
            if is_nullable(inner, &lookup) {
                return Err(self.source.error(*offset, "what is in \"nullable\" can be null already: leave one out"));
            }
        }
        self.unions.iter().try_for_each(|(discriminator, arms, offset)| {
            judge(discriminator.as_deref(), arms, &lookup).map_err(|problem| self.source.error(*offset, problem))
        })
    }
}

fn is_nullable<'t>(shape: &'t Shape, lookup: &Lookup<'t>) -> bool {
    match union::resolve(shape, lookup) {
        Some(Shape::Nullable(_)) => true,
        Some(Shape::Literal(value)) => *value == Scalar::Null,
        _ => false,
    }
}

fn judge<'t>(discriminator: Option<&str>, arms: &'t [Shape], lookup: &Lookup<'t>) -> Result<(), String> {
    for (index, arm) in arms.iter().enumerate() {
        let nested = match union::resolve(arm, lookup) {
            Some(Shape::Union { .. }) => "a union itself: write its arms in its place",
            Some(Shape::Nullable(_)) => "nullable: make the whole union nullable",
            _ => continue,
        };
        return Err(format!("arm {} of the union is {nested}", index + 1));
    }
    let tags = union::tags(arms, lookup).map_err(|clash| format!("{}: {}", clash.problem(arms), clash.help()))?;
    match discriminator {
        Some(name) if tags.contains(&name) => Ok(()),
        Some(name) => Err(format!("{name:?} is no discriminator of this union: {}", wanted(&tags))),
        None if tags.is_empty() => Ok(()),
        None => Err(format!("the union needs its discriminator: {}", wanted(&tags))),
    }
}

fn wanted(tags: &[&str]) -> String {
    match tags {
        [] => "fewer than two of its arms are objects".to_owned(),
        tags => format!("{} has another literal in each object arm", tags.join(" or ")),
    }
}
