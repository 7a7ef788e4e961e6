//! What tells the arms of a union apart: the kind of the JSON value, or a tag, a field that has another literal text in
//! every object arm.

use std::collections::BTreeSet;

use crate::ir::model::{Field, Scalar, Shape};

/// Finds the shape of a named type.
pub(crate) type Lookup<'t> = dyn Fn(&str) -> Option<&'t Shape> + 't;

/// The shape itself, references followed; nothing where a name is unknown or leads only back to itself.
pub(crate) fn resolve<'t>(shape: &'t Shape, lookup: &Lookup<'t>) -> Option<&'t Shape> {
    let mut seen = BTreeSet::new();
    let mut shape = shape;
    while let Shape::Ref(name) = shape {
        if !seen.insert(name) {
            return None;
        }
        shape = lookup(name)?;
    }
    Some(shape)
}

/// Whether a type can be followed back to itself without passing into a list, a map or a field: no value of it would end.
pub(crate) fn leads_to_itself(name: &str, lookup: &Lookup<'_>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Shape> = lookup(name).into_iter().collect();
    while let Some(shape) = open.pop() {
        match shape {
            Shape::Ref(next) if next == name => return true,
            Shape::Ref(next) if seen.insert(next) => open.extend(lookup(next)),
            Shape::Nullable(inner) => open.push(inner),
            Shape::Union { arms, .. } => open.extend(arms),
            _ => {}
        }
    }
    false
}

/// Why arms cannot be told apart; the numbers are places in the list of arms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clash {
    /// Both have values of this JSON kind.
    Kind { kind: &'static str, first: usize, second: usize },
    /// Both are objects, and no field is a tag in all object arms.
    NoTag { first: usize, second: usize },
    /// The arm has no kind of its own: a file.
    File { arm: usize },
}

impl Clash {
    /// What is wrong with these arms, in a sentence without a full stop.
    pub(crate) fn problem(&self, arms: &[Shape]) -> String {
        let arm = |index: usize| match arms.get(index) {
            Some(Shape::Ref(name)) => format!("{} ({name})", index + 1),
            _ => (index + 1).to_string(),
        };
        match *self {
            Self::Kind { kind, first, second } => {
                let (first, second) = (arm(first), arm(second));
                format!("ambiguous union: arms {first} and {second} both have values that are JSON {kind}s")
            }
            Self::NoTag { first, second } => {
                let (first, second) = (arm(first), arm(second));
                format!(
                    "ambiguous union: arms {first} and {second} are both objects, and no field tells all the object arms apart"
                )
            }
            Self::File { arm: file } => format!("arm {} is an upload, which cannot be part of a union", arm(file)),
        }
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Kind { kind: "number", .. } => "integer and number are one JSON kind: use number alone",
            Self::Kind { .. } => "keep one of the two, or wrap each in an object with a tag, such as a field \"kind\"",
            Self::NoTag { .. } => {
                "give every object arm a required field of one name, such as \"kind\", with another literal text in each"
            }
            Self::File { .. } => "take the upload as a field of its own",
        }
    }
}

/// Checks that the arms can be told apart, and gives the names of the fields that are tags, sorted: at least one where
/// two or more arms are objects, else none. An arm that does not resolve has no kinds.
pub(crate) fn tags<'t>(arms: &'t [Shape], lookup: &Lookup<'t>) -> Result<Vec<&'t str>, Clash> {
    let mut owners: Vec<(&'static str, usize)> = Vec::new();
    let mut objects = Vec::new();
    for (index, arm) in arms.iter().enumerate() {
        let Some(shape) = resolve(arm, lookup) else { continue };
        if matches!(shape, Shape::Upload { .. }) {
            return Err(Clash::File { arm: index });
        }
        for kind in kinds(shape) {
            match owners.iter().find(|(owned, _)| *owned == kind) {
                Some((_, _)) if kind == OBJECT => {}
                Some((_, first)) => return Err(Clash::Kind { kind, first: *first, second: index }),
                None => owners.push((kind, index)),
            }
            if kind == OBJECT {
                objects.push((index, shape));
            }
        }
    }
    let [(first, shape), (second, _), ..] = objects.as_slice() else { return Ok(Vec::new()) };
    let tags: Vec<&str> = fields(shape)
        .iter()
        .map(|field| field.name.as_str())
        .filter(|name| {
            let texts: Option<BTreeSet<&str>> = objects.iter().map(|(_, arm)| tag_text(arm, name, lookup)).collect();
            texts.is_some_and(|texts| texts.len() == objects.len())
        })
        .collect();
    if tags.is_empty() { Err(Clash::NoTag { first: *first, second: *second }) } else { Ok(tags) }
}

pub(crate) const OBJECT: &str = "object";

/// The JSON kinds that values of a resolved shape have.
pub(crate) fn kinds(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Integer(_) | Shape::Number(_) => vec!["number"],
        Shape::BigInt | Shape::String(_) => vec!["string"],
        Shape::Boolean => vec!["boolean"],
        Shape::Literal(value) => vec![scalar_kind(value)],
        Shape::Enum(values) => values.iter().map(scalar_kind).collect::<BTreeSet<_>>().into_iter().collect(),
        Shape::List { .. } | Shape::Tuple(_) => vec!["array"],
        Shape::Map(_) | Shape::Struct(_) => vec![OBJECT],
        Shape::Any => vec!["null", "boolean", "number", "string", "array", OBJECT],
        // An arm is none of these once a union is flat, and an upload is no JSON value.
        Shape::Nullable(_) | Shape::Union { .. } | Shape::Ref(_) | Shape::Upload { .. } => Vec::new(),
    }
}

pub(crate) fn scalar_kind(value: &Scalar) -> &'static str {
    match value {
        Scalar::Null => "null",
        Scalar::Boolean(_) => "boolean",
        Scalar::Integer(_) => "number",
        Scalar::String(_) => "string",
    }
}

fn fields(shape: &Shape) -> &[Field] {
    match shape {
        Shape::Struct(fields) => fields,
        _ => &[],
    }
}

/// The literal text of a field that is always meant to be there: required, or defaulted, as libraries write the tag of
/// a class whose constructor fills it in.
fn tag_text<'t>(arm: &'t Shape, name: &str, lookup: &Lookup<'t>) -> Option<&'t str> {
    let field = fields(arm).iter().find(|field| field.name == name)?;
    match resolve(&field.shape, lookup)? {
        Shape::Literal(Scalar::String(text)) if field.required || field.default.is_some() => Some(text),
        _ => None,
    }
}
