//! Targets and their header, for Python.

use mizan_core::cache::tags::of_bundle;
use mizan_core::error::code::ErrorCode;
use mizan_core::error::detail::PathPart;
use mizan_core::invalidation::header_parse::{self, Purge};
use mizan_core::invalidation::scope::{self, Computed};
use mizan_core::invalidation::target::{Target, normalize};
use mizan_core::invalidation::{header_format, target_json};
use mizan_core::ir::program::Direction;
use mizan_core::registry::Application;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyBytesMethods};

use crate::refusal::{refused, refused_with};

/// The value of `X-Mizan-Invalidate` for a JSON list of targets (HDR-1 to HDR-5).
#[pyfunction]
pub(crate) fn format_targets(targets: &[u8]) -> PyResult<String> {
    let targets = target_json::read(targets).map_err(|_| refused_with(ErrorCode::BadRequest))?;
    Ok(header_format::format(&normalize(targets)))
}

/// The targets of the header's field lines as a JSON list; `None` for everything (HDR-7). What is no RFC 9651 List is
/// refused, and whoever asked must then purge everything (HDR-6).
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "a list of Python's is only read as a vector")]
pub(crate) fn parse_targets<'py>(
    py: Python<'py>,
    lines: Vec<Bound<'py, PyBytes>>,
) -> PyResult<Option<Bound<'py, PyBytes>>> {
    let lines: Vec<&[u8]> = lines.iter().map(PyBytesMethods::as_bytes).collect();
    match header_parse::parse(&lines) {
        Ok(Purge::Targets(targets)) => Ok(Some(written(py, &targets))),
        Ok(Purge::Everything) => Ok(None),
        Err(_) => Err(refused_with(ErrorCode::BadRequest)),
    }
}

/// What a call of the function makes stale by what it affects (SCOPE-1 to SCOPE-5), as a JSON list.
pub(crate) fn scope<'py>(
    py: Python<'py>,
    app: &Application,
    function: &str,
    args: &[u8],
    sub: Option<&str>,
) -> PyResult<Bound<'py, PyBytes>> {
    let index = app.function_index(function).ok_or_else(|| refused_with(ErrorCode::NotFound))?;
    let (_, frozen) = app.function(index).ok_or_else(|| refused_with(ErrorCode::NotFound))?;
    let root = [PathPart::Key("args".to_owned())];
    let mut canonical = Vec::new();
    app.program().transcode(frozen.input, args, Direction::Input, &root, &mut canonical).map_err(refused)?;
    Ok(written(py, &scope::scope(app, index, &canonical, sub, &Computed::default()).targets))
}

/// The tags of the origin cache that a bundle stands under (STORE-4), in order.
pub(crate) fn tags(app: &Application, context: &str, params: &[u8], sub: Option<&str>) -> PyResult<Vec<String>> {
    let index = app.context_index(context).ok_or_else(|| refused_with(ErrorCode::NotFound))?;
    let (context, frozen) = app.context(index).ok_or_else(|| refused_with(ErrorCode::NotFound))?;
    let root = [PathPart::Key("params".to_owned())];
    let mut canonical = Vec::new();
    app.program().transcode(frozen.params, params, Direction::Input, &root, &mut canonical).map_err(refused)?;
    Ok(of_bundle(context, frozen, &canonical, sub))
}

fn written<'py>(py: Python<'py>, targets: &[Target]) -> Bound<'py, PyBytes> {
    let mut out = Vec::new();
    target_json::write(targets, &mut out);
    PyBytes::new(py, &out)
}
