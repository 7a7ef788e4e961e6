//! One name, one shape: whether two readings of a type agree. Input and output schemas of one type may differ in one
//! thing, a field with a default that the output lists as required.

use crate::ir::kdl_write::one_line;
use crate::ir::model::{Field, Shape, TypeDefinition};

/// The type that both readings describe, or how they differ.
pub(super) fn merge(first: &TypeDefinition, second: &TypeDefinition) -> Result<TypeDefinition, String> {
    Ok(TypeDefinition {
        name: first.name.clone(),
        doc: first.doc.clone().or_else(|| second.doc.clone()),
        shape: shape(&first.shape, &second.shape)?,
    })
}

fn shape(first: &Shape, second: &Shape) -> Result<Shape, String> {
    Ok(match (first, second) {
        (first, second) if first == second => first.clone(),
        (Shape::Struct(first), Shape::Struct(second)) => Shape::Struct(fields(first, second)?),
        (
            Shape::List { item: one, min_items, max_items, unique },
            Shape::List { item: two, min_items: least, max_items: most, unique: distinct },
        ) if (min_items, max_items, unique) == (least, most, distinct) => {
            Shape::List { item: boxed(one, two)?, min_items: *min_items, max_items: *max_items, unique: *unique }
        }
        (Shape::Map(one), Shape::Map(two)) => Shape::Map(boxed(one, two)?),
        (Shape::Nullable(one), Shape::Nullable(two)) => Shape::Nullable(boxed(one, two)?),
        (Shape::Tuple(one), Shape::Tuple(two)) if one.len() == two.len() => Shape::Tuple(each(one, two)?),
        (Shape::Union { discriminator, arms: one }, Shape::Union { discriminator: tag, arms: two })
            if discriminator == tag && one.len() == two.len() =>
        {
            Shape::Union { discriminator: discriminator.clone(), arms: each(one, two)? }
        }
        (first, second) => return Err(format!("{} and {}", short(first), short(second))),
    })
}

fn boxed(first: &Shape, second: &Shape) -> Result<Box<Shape>, String> {
    shape(first, second).map(Box::new)
}

fn each(first: &[Shape], second: &[Shape]) -> Result<Vec<Shape>, String> {
    first.iter().zip(second).map(|(first, second)| shape(first, second)).collect()
}

fn fields(first: &[Field], second: &[Field]) -> Result<Vec<Field>, String> {
    let lone = |these: &[Field], those: &[Field]| {
        let missing = |field: &&Field| !those.iter().any(|other| other.name == field.name);
        these.iter().find(missing).map(|field| format!("only one of them has the field {:?}", field.name))
    };
    if let Some(difference) = lone(first, second).or_else(|| lone(second, first)) {
        return Err(difference);
    }
    first.iter().zip(second).map(|(first, second)| field(first, second)).collect()
}

fn field(first: &Field, second: &Field) -> Result<Field, String> {
    let named = |problem: String| format!("field {:?}: {problem}", first.name);
    let default = match (&first.default, &second.default) {
        (Some(one), Some(two)) if one != two => return Err(named(format!("default {one} and default {two}"))),
        (Some(default), None) if second.required => Some(default),
        (None, Some(default)) if first.required => Some(default),
        (None, None) if first.required != second.required => {
            return Err(named("required in one, and not in the other".to_owned()));
        }
        (Some(_), None) | (None, Some(_)) => {
            return Err(named("a default in one, and optional in the other".to_owned()));
        }
        (both, _) => both.as_ref(),
    };
    Ok(Field {
        name: first.name.clone(),
        doc: first.doc.clone().or_else(|| second.doc.clone()),
        shape: shape(&first.shape, &second.shape).map_err(named)?,
        required: first.required && second.required,
        default: default.cloned(),
        key: first.key || second.key,
    })
}

/// The shape, cut to a length that a message can carry.
fn short(shape: &Shape) -> String {
    const LENGTH: usize = 80;
    let text = one_line(shape);
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
