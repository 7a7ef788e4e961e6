//! What functions return: a name for what has none of its own, and what decodes it.

use std::collections::BTreeMap;

use mizan_core::ir::model::{Document, Function, Shape};

use super::claims::Claims;
use super::types::TypeTable;
use crate::names::pascal;

/// The results that clients see, by function: those that they may call, and the members of contexts.
pub(crate) struct Outputs<'a>(BTreeMap<&'a str, Output<'a>>);

/// What one function returns.
pub(crate) struct Output<'a> {
    /// What values it has.
    pub(crate) shape: &'a Shape,
    /// `CatalogSearchOutput`, where an object without a name is somewhere inside.
    pub(crate) name: Option<String>,
    /// What decodes it, where a `bigint` is somewhere inside.
    pub(crate) decoder: Option<String>,
    /// The function.
    pub(crate) function: &'a Function,
}

impl Output<'_> {
    /// Whether the decoder is its own, and not that of a named type.
    pub(crate) fn has_own_decoder(&self) -> bool {
        self.decoder.is_some() && !matches!(self.shape, Shape::Ref(_))
    }
}

impl<'a> Outputs<'a> {
    /// Names what has no name, in the order of the functions.
    pub(super) fn new(document: &'a Document, table: &TypeTable<'a>, claims: &mut Claims) -> Self {
        let callable = document.functions.iter().filter(|function| !function.private);
        let members = document.contexts.iter().flat_map(|context| &context.members);
        let members = members.filter_map(|member| document.function_named(member));
        let mut outputs: BTreeMap<&str, Output<'_>> = callable
            .chain(members)
            .map(|function| {
                (function.name.as_str(), Output { shape: &function.output, name: None, decoder: None, function })
            })
            .collect();
        for (function, output) in &mut outputs {
            let stem = pascal(function);
            if has_struct(output.shape) {
                output.name = Some(claims.claim_free(&format!("{stem}Output")));
            }
            output.decoder = match output.shape {
                Shape::Ref(name) => table.decoder_of(name).map(str::to_owned),
                shape => table.holds_bigint(shape).then(|| claims.claim_free(&format!("decode{stem}"))),
            };
        }
        Self(outputs)
    }

    /// The name of what that function returns, where it needed one.
    pub(crate) fn name_of(&self, function: &Function) -> Option<&str> {
        self.0.get(function.name.as_str())?.name.as_deref()
    }

    /// What decodes what that function returns, where that is needed.
    pub(crate) fn decoder_of(&self, function: &Function) -> Option<&str> {
        self.0.get(function.name.as_str())?.decoder.as_deref()
    }

    /// All of them, sorted by function.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Output<'a>> {
        self.0.values()
    }
}

/// Whether an object without a name is somewhere inside.
fn has_struct(shape: &Shape) -> bool {
    match shape {
        Shape::Struct(fields) => !fields.is_empty(),
        Shape::List { item, .. } | Shape::Map(item) | Shape::Nullable(item) => has_struct(item),
        Shape::Tuple(shapes) | Shape::Union { arms: shapes, .. } => shapes.iter().any(has_struct),
        _ => false,
    }
}
