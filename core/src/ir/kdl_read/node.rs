//! The tree of a KDL text: every part with its place, and its text borrowed where the source has it as it is.

use std::borrow::Cow;

/// One node.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) name: Cow<'t, str>,
    /// Where the name begins, in bytes.
    pub(super) offset: usize,
    /// Whether a type annotation stands before the name.
    pub(super) annotated: bool,
    /// Arguments and properties, in the order of the text.
    pub(super) entries: Vec<Entry<'t>>,
    /// The nodes of the block, where there is one.
    pub(super) children: Option<Vec<Self>>,
}

/// An argument or a property.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// The name of a property; an argument has none.
    pub(super) name: Option<Cow<'t, str>>,
    pub(super) value: Value<'t>,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
    /// Whether a type annotation stands before the value.
    pub(super) annotated: bool,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value<'t> {
    Null,
    Boolean(bool),
    Integer(i128),
    Float(f64),
    Text(Cow<'t, str>),
}

impl Value<'_> {
    /// The text of a value that is text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
