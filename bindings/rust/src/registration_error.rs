//! Why an application does not build.

use std::fmt;

use mizan_core::registry::{Problem, Source};

use crate::declaration::Declaration;

/// Declarations that cannot be served. The text says of each problem what, where, and what to do.
#[derive(Clone)]
pub struct RegistrationError {
    problems: Vec<String>,
}

impl RegistrationError {
    /// Every problem, each with its place and what to do about it.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    pub(crate) fn of(problems: Vec<String>) -> Self {
        Self { problems }
    }
}

/// A problem of a function, in the words that the core has for its own.
pub(crate) fn about(declaration: &Declaration, problem: impl Into<String>, help: impl Into<String>) -> String {
    let source = Source { file: declaration.file.to_owned(), line: declaration.line };
    let name = Some(declaration.name.to_owned());
    Problem { name, source: Some(source), problem: problem.into(), help: help.into() }.to_string()
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for RegistrationError {}

impl fmt::Debug for RegistrationError {
    /// As it is shown, from its own line on: this is what is printed where `main` returns it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the application does not build\n{self}")
    }
}
