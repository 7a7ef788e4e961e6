//! Where in arguments the values are that Python has no objects for, although they are valid: the year 0, or more days
//! than a `timedelta` holds.
//!
//! Whoever makes arguments learns of the first of them only, and not where it is. What is made here are places.

use mizan_core::error::detail::PathPart;
use mizan_core::ir::model::Format;
use mizan_core::ir::program::{Builder, Key, ListKind};
use mizan_core::value::json::JsonError;
use pyo3::exceptions::{PyArithmeticError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::Objects;

/// Finds those places, by trying.
pub(crate) struct Places<'py, 'k> {
    pub py: Python<'py>,
    pub objects: Objects<'py, 'k>,
}

impl<'py> Places<'py, '_> {
    fn tried(&self, made: PyResult<Bound<'py, PyAny>>) -> PyResult<Vec<Place>> {
        match made {
            Ok(_) => Ok(Vec::new()),
            Err(error) if is_beyond(self.py, &error) => Ok(vec![Vec::new()]),
            Err(error) => Err(error),
        }
    }
}

/// Whether Python says that it cannot hold a value.
pub(crate) fn is_beyond(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyArithmeticError>(py)
}

/// The innermost part first.
type Place = Vec<PathPart>;

impl Builder for Places<'_, '_> {
    type Value = Vec<Place>;
    /// How many items there were, and the places in them.
    type List = (usize, Vec<Place>);
    type Object = Vec<Place>;
    type Error = PyErr;

    fn null(&mut self) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn boolean(&mut self, _value: bool) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn integer(&mut self, _value: i64) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn bigint(&mut self, _digits: &str) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn number(&mut self, _value: f64) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn string(&mut self, text: &str, format: Option<Format>) -> PyResult<Vec<Place>> {
        let made = self.objects.string(text, format);
        self.tried(made)
    }

    fn list(&mut self, _kind: ListKind) -> PyResult<Self::List> {
        Ok((0, Vec::new()))
    }

    fn push(&mut self, (count, places): &mut Self::List, item: Vec<Place>) -> PyResult<()> {
        add(places, item, || PathPart::Index(*count));
        *count += 1;
        Ok(())
    }

    fn finish_list(&mut self, (_, places): Self::List) -> PyResult<Vec<Place>> {
        Ok(places)
    }

    fn object(&mut self) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn member(&mut self, places: &mut Vec<Place>, key: Key<'_>, value: Vec<Place>) -> PyResult<()> {
        add(places, value, || PathPart::Key(key.text.to_owned()));
        Ok(())
    }

    fn finish_object(&mut self, places: Vec<Place>) -> PyResult<Vec<Place>> {
        Ok(places)
    }

    fn file(&mut self, _index: usize) -> PyResult<Vec<Place>> {
        Ok(Vec::new())
    }

    fn unreadable(&mut self, error: JsonError) -> PyErr {
        PyValueError::new_err(error.to_string())
    }
}

fn add(places: &mut Vec<Place>, inner: Vec<Place>, part: impl Fn() -> PathPart) {
    places.extend(inner.into_iter().map(|mut place| {
        place.push(part());
        place
    }));
}
