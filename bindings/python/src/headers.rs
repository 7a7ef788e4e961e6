//! Header fields between Python's lists of pairs and the core.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use mizan_core::dispatch::message::reads;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

/// Those of a request's fields that the core reads, in order. A field is a tuple of two `bytes`.
pub(crate) fn of_request<'py>(fields: &Bound<'py, PyList>) -> PyResult<Vec<(&'static [u8], Bound<'py, PyBytes>)>> {
    let mut held = Vec::with_capacity(4);
    for field in fields.iter() {
        let pair = field.cast_into::<PyTuple>()?;
        let name = pair.get_borrowed_item(0)?;
        if let Some(name) = reads(name.cast::<PyBytes>()?.as_bytes()) {
            held.push((name.as_bytes(), pair.get_item(1)?.cast_into::<PyBytes>()?));
        }
    }
    Ok(held)
}

/// What of the replies of one application is the same every time, as Python has it; each made when it is first sent.
#[derive(Default)]
pub(crate) struct Headers {
    /// Whether the fields of replies are text and not bytes.
    is_text: bool,
    names: Kept<&'static str, PyAny>,
    fields: Kept<(&'static str, &'static str), PyTuple>,
}

impl Headers {
    /// Those of an application whose framework takes them as text, or as bytes.
    pub(crate) fn new(is_text: bool) -> Self {
        Self { is_text, ..Self::default() }
    }

    /// The header fields of a reply, for Python.
    pub(crate) fn of_reply<'py>(
        &self,
        py: Python<'py>,
        fields: &[(&'static str, Cow<'static, str>)],
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for (name, value) in fields {
            list.append(match value {
                Cow::Borrowed(value) => self.fields.get(py, (name, value), || self.field(py, name, value))?,
                Cow::Owned(value) => self.field(py, name, value)?,
            })?;
        }
        Ok(list)
    }

    fn field<'py>(&self, py: Python<'py>, name: &'static str, value: &str) -> PyResult<Bound<'py, PyTuple>> {
        let name = self.names.get(py, name, || Ok(self.part(py, name)))?;
        (name, self.part(py, value)).into_pyobject(py)
    }

    fn part<'py>(&self, py: Python<'py>, text: &str) -> Bound<'py, PyAny> {
        if !self.is_text {
            PyBytes::new(py, text.as_bytes()).into_any()
        } else if text.is_ascii() {
            PyString::new(py, text).into_any()
        } else {
            // Each character stands for a byte, as WSGI has it.
            PyString::new(py, &text.bytes().map(char::from).collect::<String>()).into_any()
        }
    }
}

/// A few objects by what they stand for.
struct Kept<Key, Kind>(Mutex<Vec<(Key, Py<Kind>)>>);

impl<Key, Kind> Default for Kept<Key, Kind> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Key: Copy + PartialEq, Kind> Kept<Key, Kind> {
    fn get<'py>(
        &self,
        py: Python<'py>,
        key: Key,
        make: impl FnOnce() -> PyResult<Bound<'py, Kind>>,
    ) -> PyResult<Bound<'py, Kind>> {
        let found = |kept: &[(Key, Py<Kind>)]| {
            kept.iter().find(|(held, _)| *held == key).map(|(_, object)| object.bind(py).clone())
        };
        if let Some(object) = found(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(object);
        }
        // Not under the lock: making an object may collect garbage, and so run anything.
        let object = make()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found(&kept).is_none() {
            kept.push((key, object.clone().unbind()));
        }
        Ok(object)
    }
}
