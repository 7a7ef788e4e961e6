//! Why no client is generated: what is wrong, where, and what to do about it.

use std::fmt;

use crate::places::Place;

/// One reason why an application has no client in some language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where the function at fault stands on the server, where that is known.
    pub place: Option<Place>,
    /// The function, type or context at fault, by its name in the IR.
    pub subject: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(formatter, "{place}: ")?;
        }
        write!(formatter, "{}: {}\n  help: {}", self.subject, self.problem, self.help)
    }
}

impl std::error::Error for Refusal {}
