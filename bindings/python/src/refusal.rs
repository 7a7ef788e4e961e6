//! How the core's refusals reach Python: one exception, with flat parts.

use mizan_core::error::code::{ErrorCode, ErrorReply};
use mizan_core::error::detail::Detail;
use mizan_core::ir::program::Refusal;
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

create_exception!(
    mizan._core,
    Refused,
    PyException,
    "An input that the core refuses: its code, JSON of its details, and a message."
);

/// The exception for a refused input.
pub(crate) fn refused(refusal: impl Into<Refusal>) -> PyErr {
    let reply = ErrorReply::from(refusal.into());
    let details = (!reply.details.is_empty()).then(|| {
        let mut out = Vec::new();
        Detail::write_list(&reply.details, &mut out);
        out
    });
    Python::attach(|py| {
        Refused::new_err((reply.code, details.map(|details| PyBytes::new(py, &details).unbind()), None::<&str>))
    })
}

/// The exception for a code that says all.
pub(crate) fn refused_with(code: ErrorCode) -> PyErr {
    Refused::new_err((code.name(), None::<Py<PyBytes>>, None::<&str>))
}
