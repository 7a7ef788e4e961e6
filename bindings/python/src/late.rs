//! What changes when nobody waits for it any more: a function that ends late, a transaction that commits (STORE-7).

use pyo3::prelude::*;

use crate::exchange::owned_lines;
use crate::outcome::invalidations;

/// What it may still change.
#[pyclass(module = "mizan._core", frozen)]
pub(crate) struct Late {
    held: mizan_runtime::Late,
}

impl Late {
    pub(crate) const fn new(held: mizan_runtime::Late) -> Self {
        Self { held }
    }
}

#[pymethods]
impl Late {
    /// It has ended, and had named these targets: what it may have changed is taken away. Lines to log.
    fn ended(&self, py: Python<'_>, targets: &Bound<'_, PyAny>) -> Vec<(bool, String)> {
        let announced = invalidations(targets);
        let late = self.held.clone();
        owned_lines(&py.detach(move || late.ended(&announced)))
    }
}

/// What a request takes away once a transaction is committed.
#[pyclass(module = "mizan._core", frozen)]
pub(crate) struct Deferred {
    held: mizan_runtime::Deferred,
}

impl Deferred {
    pub(crate) const fn new(held: mizan_runtime::Deferred) -> Self {
        Self { held }
    }
}

#[pymethods]
impl Deferred {
    /// Whether there is nothing to take away, so far.
    fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// It is committed: what it changed is taken away; whether that is gone.
    fn purge(&self, py: Python<'_>) -> bool {
        py.detach(|| self.held.purge())
    }
}
