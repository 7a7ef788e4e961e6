//! Defaults: each must fit its shape, and is written as that shape writes it, so that equal defaults are equal texts in
//! every language.

use crate::error::detail::{DetailCode, pointer};
use crate::ir::lower::draft::Draft;
use crate::ir::lower::error::LowerError;
use crate::ir::lower::settle::settle as settle_shape;
use crate::ir::model::{Field, Shape, TypeDefinition};
use crate::ir::program::{Direction, Program, Refusal};

/// Checks the defaults of a draft, within its types and its root, and rewrites them.
pub(super) fn settle(
    draft: &Draft<'_>,
    definitions: &mut [TypeDefinition],
    root: &mut Shape,
) -> Result<(), LowerError> {
    if draft.defaults.is_empty() {
        return Ok(());
    }
    // First each by itself, as the host's encoder wrote it, and without the defaults within it.
    let bare: Vec<TypeDefinition> = definitions.iter().map(without_defaults).collect();
    let mut program = Program::new(&bare).map_err(|error| LowerError::new("", error.to_string(), HELP))?;
    let mut write = |field: &Field, text: &str| {
        transcode(&mut program, &bare_shape(&field.shape), Direction::Output, text).map_err(|(problem, help)| {
            let same = |shape: &Shape| settle_shape(draft, shape).is_ok_and(|shape| shape == field.shape);
            let place = draft.defaults.iter().find(|default| default.text == text && same(&default.shape));
            let path = place.map_or("", |default| default.path.as_str());
            LowerError::at(path, "default", format!("the default does not fit: {problem}"), help)
        })
    };
    rewrite_all(definitions, root, &mut write)?;
    // Then with all of them known, so that a default says what it leaves to the defaults within it.
    let mut program = Program::new(definitions).map_err(|error| LowerError::new("", error.to_string(), HELP))?;
    let mut write = |field: &Field, text: &str| {
        transcode(&mut program, &field.shape, Direction::Input, text)
            .map_err(|(problem, help)| LowerError::new("", format!("the default of {:?}: {problem}", field.name), help))
    };
    rewrite_all(definitions, root, &mut write)
}

const HELP: &str = "correct the default, or the type";
const LARGE: &str = "keep the default within that, or let the type be a bigint, which has no bounds";

/// The canonical text, or what is wrong with it and what to do.
fn transcode(
    program: &mut Program,
    shape: &Shape,
    direction: Direction,
    text: &str,
) -> Result<String, (String, &'static str)> {
    let id = program.compile(shape).map_err(|error| (error.to_string(), HELP))?;
    let mut canonical = Vec::new();
    program.transcode(id, text.as_bytes(), direction, &[], &mut canonical).map_err(|refusal| reason(&refusal))?;
    String::from_utf8(canonical).map_err(|error| (error.to_string(), HELP))
}

fn reason(refusal: &Refusal) -> (String, &'static str) {
    match refusal {
        Refusal::Malformed(error) => (error.to_string(), HELP),
        Refusal::BadQuery(why) => ((*why).to_owned(), HELP),
        Refusal::Invalid(details) => {
            let Some(detail) = details.first() else { return (String::new(), HELP) };
            let problem = match detail.path.as_slice() {
                [] => detail.message.clone(),
                path => format!("{}: {}", pointer(path), detail.message),
            };
            let help = if detail.code == DetailCode::IntegerRange { LARGE } else { HELP };
            (problem, help)
        }
    }
}

type Write<'w> = dyn FnMut(&Field, &str) -> Result<String, LowerError> + 'w;

fn rewrite_all(definitions: &mut [TypeDefinition], root: &mut Shape, write: &mut Write<'_>) -> Result<(), LowerError> {
    definitions.iter_mut().try_for_each(|definition| rewrite(&mut definition.shape, write))?;
    rewrite(root, write)
}

fn rewrite(shape: &mut Shape, write: &mut Write<'_>) -> Result<(), LowerError> {
    match shape {
        Shape::Struct(fields) => fields.iter_mut().try_for_each(|field| {
            if let Some(text) = field.default.take() {
                field.default = Some(write(field, &text)?);
            }
            rewrite(&mut field.shape, write)
        }),
        Shape::List { item: inner, .. } | Shape::Map(inner) | Shape::Nullable(inner) => rewrite(inner, write),
        Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => {
            shapes.iter_mut().try_for_each(|shape| rewrite(shape, write))
        }
        _ => Ok(()),
    }
}

fn without_defaults(definition: &TypeDefinition) -> TypeDefinition {
    TypeDefinition { shape: bare_shape(&definition.shape), ..definition.clone() }
}

/// The shape with no defaults in it; what had one may be left out.
fn bare_shape(shape: &Shape) -> Shape {
    let mut bare = shape.clone();
    strip(&mut bare);
    bare
}

fn strip(shape: &mut Shape) {
    match shape {
        Shape::Struct(fields) => {
            for field in fields {
                field.default = None;
                strip(&mut field.shape);
            }
        }
        Shape::List { item: inner, .. } | Shape::Map(inner) | Shape::Nullable(inner) => strip(inner),
        Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => shapes.iter_mut().for_each(strip),
        _ => {}
    }
}
