//! JSON texts, and values against a JSON Schema, for Python.

use mizan_core::compatibility;
use mizan_core::error::detail::PathPart;
use mizan_core::ir::compiled::{CompiledSchema, SchemaError};
use mizan_core::ir::{kdl_read, kdl_write};
use mizan_core::value::canonical::{self, Numbers};
use mizan_core::value::json;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::refusal::refused;

/// The canonical form of a JSON text (VALUE-1).
#[pyfunction]
pub(crate) fn canonical_json<'py>(py: Python<'py>, text: &[u8], numbers: &str) -> PyResult<Bound<'py, PyBytes>> {
    let numbers = match numbers {
        "any" => Numbers::Any,
        "float" => Numbers::Float,
        other => return Err(PyValueError::new_err(format!("numbers are \"any\" or \"float\", not {other:?}"))),
    };
    let canonical = canonical::canonicalize(text, numbers).map_err(refused)?;
    Ok(PyBytes::new(py, &canonical))
}

/// Refuses what is not JSON as the protocol reads it (VALUE-8).
#[pyfunction]
pub(crate) fn check_json(text: &[u8]) -> PyResult<()> {
    json::check(text).map_err(refused)
}

/// The IR of a KDL text, written again.
#[pyfunction]
pub(crate) fn rewrite_ir(text: &str) -> PyResult<String> {
    let document = kdl_read::read(text).map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(kdl_write::write(&document))
}

/// The changes from one IR to another that break deployed clients: rule, path, and what has changed.
#[pyfunction]
pub(crate) fn find_breaks(old: &str, new: &str) -> PyResult<Vec<(&'static str, String, String)>> {
    let read = |text| kdl_read::read(text).map_err(|error| PyValueError::new_err(error.to_string()));
    let breaks = compatibility::check(&read(old)?, &read(new)?);
    Ok(breaks.into_iter().map(|found| (found.rule.name(), found.path, found.what)).collect())
}

/// A JSON Schema, compiled.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Schema {
    compiled: CompiledSchema,
    root: Vec<PathPart>,
}

#[pymethods]
impl Schema {
    #[new]
    fn new(schema: &[u8], role: &str) -> PyResult<Self> {
        let schema = json::parse(schema).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let compile = |compile: fn(&mizan_core::value::Value) -> Result<CompiledSchema, SchemaError>, root: &[&str]| {
            let compiled = compile(&schema).map_err(|error| PyValueError::new_err(error.to_string()))?;
            Ok(Self { compiled, root: root.iter().map(|part| PathPart::Key((*part).to_owned())).collect() })
        };
        match role {
            "input" => compile(CompiledSchema::input, &["args"]),
            "params" => compile(CompiledSchema::params, &["params"]),
            "output" => compile(CompiledSchema::output, &[]),
            other => Err(PyValueError::new_err(format!("a role is input, params or output, not {other:?}"))),
        }
    }

    /// The canonical form of a JSON text.
    fn read<'py>(&self, py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let canonical = self.compiled.transcode(text, &self.root).map_err(refused)?;
        Ok(PyBytes::new(py, &canonical))
    }

    /// Canonical JSON of query text.
    fn query<'py>(&self, py: Python<'py>, query: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let canonical = self.compiled.query(query, &self.root).map_err(refused)?;
        Ok(PyBytes::new(py, &canonical))
    }
}
