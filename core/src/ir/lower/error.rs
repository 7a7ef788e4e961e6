//! Why a schema does not lower.

use std::fmt;

/// A schema that the IR cannot say, or that says nothing sensible. Written for the developer whose type it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerError {
    /// Where, as a JSON Pointer into the schema; empty for its root.
    pub path: String,
    /// The keyword at fault, where it is one.
    pub keyword: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub help: String,
}

impl LowerError {
    pub(super) fn new(path: &str, problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), keyword: None, problem: problem.into(), help: help.into() }
    }

    pub(super) fn at(path: &str, keyword: &str, problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { keyword: Some(keyword.to_owned()), ..Self::new(path, problem, help) }
    }
}

impl fmt::Display for LowerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the schema" } else { &self.path };
        write!(formatter, "{place}: {}\n  help: {}", self.problem, self.help)
    }
}

impl std::error::Error for LowerError {}
