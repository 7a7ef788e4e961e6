//! Reads a document from KDL 2, strictly: an unknown node, property, argument or version is refused by name, with its
//! line and column. What [`kdl_write`](crate::ir::kdl_write) writes reads back as the same document.

mod character;
mod deferred;
mod form;
mod function;
mod node;
mod shape;
mod syntax;
#[cfg(test)]
mod tests;
mod word;

use std::fmt;

use crate::ir::kdl_read::deferred::Deferred;
use crate::ir::kdl_read::form::{Form, Source};
use crate::ir::kdl_read::node::Node;
use crate::ir::model::{Document, TypeDefinition, VERSION};

/// Why a text is not a document of this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KdlError {
    /// The line, from 1.
    pub line: usize,
    /// The column in code points, from 1.
    pub column: usize,
    /// What is wrong there, and where it helps, what to do.
    pub problem: String,
}

impl fmt::Display for KdlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}: {}", self.line, self.column, self.problem)
    }
}

impl std::error::Error for KdlError {}

/// The document that the KDL text describes. Groups and fields may stand in any order; they are sorted.
///
/// Every promise of the model that lies within the document is checked: names are unique, references to types resolve,
/// the arms of unions can be told apart. That the contexts and functions it names exist is not: an excerpt is a
/// document too.
pub fn read(text: &str) -> Result<Document, KdlError> {
    let source = Source::new(text);
    let nodes = syntax::nodes(source)?;
    let (head, nodes) = match nodes.as_slice() {
        [head, nodes @ ..] if head.name == "mizan" => (head, nodes),
        [first, ..] => return Err(source.error_at(first, "the document must begin with \"mizan version=1\"")),
        [] => return Err(source.error(0, "the document is empty: it must begin with \"mizan version=1\"")),
    };
    check_version(source, head)?;

    let mut deferred = Deferred::new(source);
    let mut document = Document::default();
    for node in nodes {
        match &*node.name {
            "type" => document.types.push(type_definition(source, node, &mut deferred)?),
            "function" => document.functions.push(function::function(source, node, &mut deferred)?),
            "context" => document.contexts.push(function::context(source, node, &mut deferred)?),
            other => {
                let problem = format!("there is no node {other:?} in a document; it has type, function, context");
                return Err(source.error_at(node, problem));
            }
        }
    }
    document.types.sort_by(|a, b| a.name.cmp(&b.name));
    document.functions.sort_by(|a, b| a.name.cmp(&b.name));
    document.contexts.sort_by(|a, b| a.name.cmp(&b.name));
    refuse_repeated_names(source, nodes)?;
    deferred.check(&document)?;
    Ok(document)
}

fn check_version(source: Source<'_>, head: &Node<'_>) -> Result<(), KdlError> {
    let mut form = Form::open(source, head)?;
    let version = form.property_integer::<u32>("version", "a whole number")?;
    match version {
        Some(VERSION) => form.close(),
        Some(newer) if newer > VERSION => {
            Err(form.error(format!("this document is version {newer}; this Mizan reads version {VERSION}: update it")))
        }
        Some(other) => Err(form.error(format!("there is no version {other} of this document"))),
        None => Err(form.error("\"mizan\" must say its version: \"mizan version=1\"")),
    }
}

fn type_definition(
    source: Source<'_>,
    node: &Node<'_>,
    deferred: &mut Deferred<'_>,
) -> Result<TypeDefinition, KdlError> {
    let mut form = Form::open(source, node)?;
    let name = form.text("its name")?;
    if !is_identifier(&name) {
        return Err(form.error(format!("{name:?} is no name of a type: it needs letters, digits and underscores")));
    }
    let doc = form.property_text("doc")?;
    let shape = shape::shape(source, form.only_child("one shape")?, deferred)?;
    deferred.definition(name.clone(), form.offset());
    form.close()?;
    Ok(TypeDefinition { name, doc, shape })
}

/// Two nodes of one kind under one name; the later one is at fault.
fn refuse_repeated_names(source: Source<'_>, nodes: &[Node<'_>]) -> Result<(), KdlError> {
    let mut seen = std::collections::BTreeSet::new();
    for node in nodes {
        let argument = node.entries.iter().find(|entry| entry.name.is_none());
        let name = argument.and_then(|entry| entry.value.as_text()).unwrap_or_default();
        if !seen.insert((&node.name, name)) {
            return Err(source.error_at(node, format!("the {} {name:?} is given twice", node.name)));
        }
    }
    Ok(())
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}
