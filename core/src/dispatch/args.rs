//! The args of one function of a request: as they came, and as they are once they have been checked.

use std::borrow::Cow;

use crate::registry::{Application, FrozenFunction};

#[derive(Debug, Clone)]
pub(super) enum Args {
    /// As they came. Where the function runs on them, its host has checked them as it read them.
    Raw(Vec<u8>),
    /// Canonical JSON, checked.
    Canonical(Vec<u8>),
}

impl Args {
    pub(super) const fn is_raw(&self) -> bool {
        matches!(self, Self::Raw(_))
    }

    /// The text.
    pub(super) const fn text(&self) -> &Vec<u8> {
        match self {
            Self::Raw(text) | Self::Canonical(text) => text,
        }
    }

    /// The same, no longer kept here.
    pub(super) fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Raw(text) | Self::Canonical(text) => std::mem::take(text),
        }
    }

    /// Canonical JSON with what narrows the targets of the function, if not with all args.
    pub(super) fn narrowing(&self, app: &Application, function: &FrozenFunction) -> Cow<'_, [u8]> {
        match self {
            Self::Canonical(text) => Cow::Borrowed(text),
            Self::Raw(_) if function.narrowing.is_empty() => Cow::Borrowed(b"{}"),
            Self::Raw(text) => Cow::Owned(app.program().project(function.input, text, &function.narrowing)),
        }
    }
}
