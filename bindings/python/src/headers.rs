//! Header fields between Python's objects and the core.

use std::sync::{Mutex, OnceLock, PoisonError};

use mizan_core::dispatch::message::{FieldValue, READ, reads};
use pyo3::prelude::*;
use pyo3::sync::OnceLockExt;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

/// The value of a request's field.
pub(crate) enum Value<'py> {
    Bytes(Bound<'py, PyBytes>),
    Ascii(Bound<'py, PyString>),
}

impl Value<'_> {
    pub(crate) fn as_bytes(&self) -> PyResult<&[u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.as_bytes()),
            Self::Ascii(text) => Ok(text.to_str()?.as_bytes()),
        }
    }
}

/// Those of a request's fields that the core reads.
type Held<'py> = Vec<(&'static [u8], Value<'py>)>;

/// Those of a list, in order. A field is a tuple of two `bytes`.
fn of_list<'py>(fields: &Bound<'py, PyList>) -> PyResult<Held<'py>> {
    let mut held = Vec::with_capacity(4);
    for field in fields.iter() {
        let pair = field.cast_into::<PyTuple>()?;
        let name = pair.get_borrowed_item(0)?;
        if let Some(name) = reads(name.cast::<PyBytes>()?.as_bytes()) {
            held.push((name.as_bytes(), Value::Bytes(pair.get_item(1)?.cast_into::<PyBytes>()?)));
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
    /// The keys under which WSGI has the fields of a request.
    keys: OnceLock<[Py<PyString>; READ.len()]>,
}

impl Headers {
    /// Those of an application whose framework takes them as text, or as bytes.
    pub(crate) fn new(is_text: bool) -> Self {
        Self { is_text, ..Self::default() }
    }

    /// Those of a request's fields that the core reads, from a list of pairs, or from an environment as WSGI has it.
    pub(crate) fn of_request<'py>(&self, fields: &Bound<'py, PyAny>) -> PyResult<Held<'py>> {
        match fields.cast::<PyDict>() {
            Ok(environ) => self.of_environ(environ),
            Err(_) => of_list(fields.cast::<PyList>()?),
        }
    }

    fn of_environ<'py>(&self, environ: &Bound<'py, PyDict>) -> PyResult<Held<'py>> {
        let py = environ.py();
        let keys =
            self.keys.get_or_init_py_attached(py, || READ.map(|name| PyString::intern(py, &key_of(name)).unbind()));
        let mut held = Vec::with_capacity(4);
        for (name, key) in READ.iter().zip(keys) {
            let Some(Ok(value)) = environ.get_item(key)?.map(Bound::cast_into::<PyString>) else { continue };
            // What a server says itself may be empty for want of it. An empty token is one that is not valid (AUTH-9).
            if value.len()? == 0 && is_of_server(name) {
                continue;
            }
            let value = match value.to_str() {
                Ok(text) if text.is_ascii() => Value::Ascii(value),
                // Each character stands for a byte, as WSGI has it.
                _ => Value::Bytes(value.call_method1("encode", ("latin-1", "replace"))?.cast_into::<PyBytes>()?),
            };
            held.push((name.as_bytes(), value));
        }
        Ok(held)
    }

    /// The header fields of a reply, for Python.
    pub(crate) fn of_reply<'py>(
        &self,
        py: Python<'py>,
        fields: &[(&'static str, FieldValue)],
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for (name, value) in fields {
            list.append(match value {
                FieldValue::Static(value) => self.fields.get(py, (name, value), || self.field(py, name, value))?,
                value => self.field(py, name, value)?,
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

/// Whether WSGI has that field without the mark of those that a client sent.
fn is_of_server(name: &str) -> bool {
    name.starts_with("content-")
}

/// The key under which WSGI has a field.
fn key_of(name: &str) -> String {
    let key = name.to_ascii_uppercase().replace('-', "_");
    if is_of_server(name) { key } else { format!("HTTP_{key}") }
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
