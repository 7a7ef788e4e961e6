//! The second pass: with every type read, unions are made flat, null is lifted out of them, and their arms are told
//! apart.

use std::collections::BTreeSet;

use crate::ir::lower::draft::{Draft, DraftUnion, union_index};
use crate::ir::lower::error::LowerError;
use crate::ir::lower::scalar::enumeration;
use crate::ir::model::{Field, Scalar, Shape};
use crate::ir::union::{self, Lookup};

/// The final shape of one that the first pass made.
pub(super) fn settle(draft: &Draft<'_>, shape: &Shape) -> Result<Shape, LowerError> {
    let inner = |shape: &Shape| settle(draft, shape);
    Ok(match shape {
        Shape::Ref(name) => match union_index(name) {
            Some(_) => alternatives(draft, shape)?,
            None => shape.clone(),
        },
        Shape::Nullable(_) => alternatives(draft, shape)?,
        Shape::List { item, min_items, max_items, unique } => {
            Shape::List { item: Box::new(inner(item)?), min_items: *min_items, max_items: *max_items, unique: *unique }
        }
        Shape::Tuple(items) => Shape::Tuple(items.iter().map(inner).collect::<Result<_, _>>()?),
        Shape::Map(value) => Shape::Map(Box::new(inner(value)?)),
        Shape::Struct(fields) => {
            let field = |field: &Field| Ok(Field { shape: inner(&field.shape)?, ..field.clone() });
            Shape::Struct(fields.iter().map(field).collect::<Result<_, LowerError>>()?)
        }
        leaf => leaf.clone(),
    })
}

/// The arms of a union while it is made flat.
#[derive(Default)]
struct Flat {
    arms: Vec<Shape>,
    nullable: bool,
    /// Where the first union among them stands, for errors.
    place: Option<usize>,
}

impl Flat {
    fn add(&mut self, arm: &Shape) {
        match arm {
            Shape::Literal(Scalar::Null) => self.nullable = true,
            arm if !self.arms.contains(arm) => self.arms.push(arm.clone()),
            _ => {}
        }
    }
}

fn alternatives(draft: &Draft<'_>, shape: &Shape) -> Result<Shape, LowerError> {
    let mut flat = Flat::default();
    expand(draft, shape, false, &mut BTreeSet::new(), &mut flat)?;
    if flat.arms.len() > 1 {
        // Only a union of several arms looks into named types; one alone keeps its name.
        flat = Flat { place: flat.place, ..Flat::default() };
        expand(draft, shape, true, &mut BTreeSet::new(), &mut flat)?;
        merge_scalars(draft, &mut flat);
    }
    let lookup = |name: &str| raw(draft, name);
    if flat.arms.iter().any(|arm| matches!(union::resolve(arm, &lookup), Some(Shape::Any))) {
        return Ok(Shape::Any);
    }
    let nullable = flat.nullable;
    let shape = match flat.arms.as_slice() {
        [] => return Ok(Shape::Literal(Scalar::Null)),
        [only] if nullable && is_nullable(draft, only) => return settle(draft, only),
        [only] => settle(draft, only)?,
        arms => Shape::Union {
            discriminator: discriminator(draft, &flat, &lookup)?,
            arms: arms.iter().map(|arm| settle(draft, arm)).collect::<Result<_, _>>()?,
        },
    };
    Ok(if nullable { Shape::Nullable(Box::new(shape)) } else { shape })
}

/// Puts the arms of nested unions in their places; with `named`, those that lie behind names too.
fn expand(
    draft: &Draft<'_>,
    shape: &Shape,
    named: bool,
    open: &mut BTreeSet<String>,
    flat: &mut Flat,
) -> Result<(), LowerError> {
    match shape {
        Shape::Nullable(inner) => {
            flat.nullable = true;
            expand(draft, inner, named, open, flat)
        }
        Shape::Ref(name) => {
            let arms = match union_index(name).map(|index| (index, draft.unions.get(index))) {
                Some((index, Some(union))) => {
                    flat.place.get_or_insert(index);
                    union.arms.as_slice()
                }
                _ if named && is_alternative(draft, shape) => match raw(draft, name) {
                    Some(target) => std::slice::from_ref(target),
                    None => return Ok(()),
                },
                _ => {
                    flat.add(shape);
                    return Ok(());
                }
            };
            if !open.insert(name.clone()) {
                return Err(endless(draft, flat, name));
            }
            arms.iter().try_for_each(|arm| expand(draft, arm, named, open, flat))?;
            open.remove(name);
            Ok(())
        }
        arm => {
            flat.add(arm);
            Ok(())
        }
    }
}

fn endless(draft: &Draft<'_>, flat: &Flat, name: &str) -> LowerError {
    let path = flat.place.and_then(|index| draft.unions.get(index)).map_or("", |union| union.path.as_str());
    let name = match union_index(name) {
        Some(_) => "the union".to_owned(),
        None => format!("the type {name:?}"),
    };
    LowerError::new(path, format!("{name} is an arm of itself"), "take that arm out")
}

/// Whether a name leads to a union or to what may be null.
fn is_alternative(draft: &Draft<'_>, shape: &Shape) -> bool {
    let lookup = |name: &str| raw(draft, name);
    match union::resolve(shape, &lookup) {
        // Without a shape, the references end in a union that is not judged yet.
        None | Some(Shape::Nullable(_) | Shape::Literal(Scalar::Null)) => true,
        Some(_) => false,
    }
}

fn is_nullable(draft: &Draft<'_>, shape: &Shape) -> bool {
    let mut flat = Flat::default();
    expand(draft, shape, true, &mut BTreeSet::new(), &mut flat).is_ok() && flat.nullable
}

/// The shape of a type as the first pass left it.
fn raw<'d>(draft: &'d Draft<'_>, name: &str) -> Option<&'d Shape> {
    draft.types.get(name)?.shape.as_ref()
}

/// Listed values that stand in several arms become one arm, in the place of the first.
fn merge_scalars(draft: &Draft<'_>, flat: &mut Flat) {
    let lists: Vec<Option<Vec<Scalar>>> = flat.arms.iter().map(|arm| listed(draft, arm)).collect();
    if lists.iter().flatten().count() < 2 {
        return;
    }
    let mut values: Vec<Scalar> = Vec::new();
    for value in lists.iter().flatten().flatten() {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    let mut merged = Some(enumeration(values));
    let arms = std::mem::take(&mut flat.arms);
    flat.arms = arms
        .into_iter()
        .zip(lists)
        .filter_map(|(arm, list)| if list.is_some() { merged.take() } else { Some(arm) })
        .collect();
}

fn listed(draft: &Draft<'_>, arm: &Shape) -> Option<Vec<Scalar>> {
    let lookup = |name: &str| raw(draft, name);
    match union::resolve(arm, &lookup)? {
        Shape::Literal(value) => Some(vec![value.clone()]),
        Shape::Enum(values) => Some(values.clone()),
        _ => None,
    }
}

fn discriminator<'d>(draft: &'d Draft<'_>, flat: &'d Flat, lookup: &Lookup<'d>) -> Result<Option<String>, LowerError> {
    match union::tags(&flat.arms, lookup) {
        Ok(tags) => Ok(tags.first().map(|&name| name.to_owned())),
        Err(clash) => {
            let place: Option<&DraftUnion> = flat.place.and_then(|index| draft.unions.get(index));
            let path = place.map_or("", |union| union.path.as_str());
            let mut error = LowerError::new(path, clash.problem(&flat.arms), clash.help());
            error.keyword = place.map(|union| union.keyword.to_owned());
            Err(error)
        }
    }
}
