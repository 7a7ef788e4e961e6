//! What is wrong with a registration, told so that its author can mend it.

use std::fmt;

/// Where something was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file, as the adapter names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The function or context that it is about.
    pub name: Option<String>,
    /// Where that was declared.
    pub source: Option<Source>,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(formatter, "{}:{}: ", source.file, source.line)?;
        }
        if let Some(name) = &self.name {
            write!(formatter, "{name}: ")?;
        }
        write!(formatter, "{}", self.problem)?;
        if !self.help.is_empty() {
            write!(formatter, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Why an application does not build: every problem that was found, in the order of declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    /// The problems; never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(formatter)?;
            }
            write!(formatter, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildError {}

/// `"a"`, `"a" or "b"`, `"a", "b" or "c"`.
#[must_use]
pub(super) fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
