//! Checked canonical text to Python's own objects: what a function gets as its keyword arguments.

use mizan_core::dispatch::UploadedFile;
use mizan_core::dispatch::message::Failure;
use mizan_core::ir::model::Format;
use mizan_core::ir::program::{Builder, Key, ListKind, Program};
use mizan_core::registry;
use mizan_core::value::json::JsonError;
use pyo3::exceptions::{PyArithmeticError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple, PyType};

/// The keys of a program's structs as Python strings, each made when it is first met.
pub(crate) struct Keys(Vec<PyOnceLock<Py<PyString>>>);

impl Keys {
    pub(crate) fn of(program: &Program) -> Self {
        Self(std::iter::repeat_with(PyOnceLock::new).take(program.field_count()).collect())
    }

    fn get<'py>(&self, py: Python<'py>, key: Key<'_>) -> Bound<'py, PyString> {
        match key.field.and_then(|field| self.0.get(field.index())) {
            Some(known) => known.get_or_init(py, || PyString::intern(py, key.text).unbind()).bind(py).clone(),
            None => PyString::new(py, key.text),
        }
    }
}

/// The files of a call, and the body that their bytes stand in.
pub(crate) struct Files<'f, 'py> {
    pub held: &'f [UploadedFile],
    pub body: &'f Bound<'py, PyBytes>,
}

/// The arguments of a function, or why Python has no objects for them although they are valid: the year 0, or more
/// days than a `timedelta` holds.
pub(crate) fn decode<'py>(
    py: Python<'py>,
    app: &registry::Application,
    keys: &Keys,
    function: usize,
    args: &[u8],
    files: &Files<'_, 'py>,
) -> PyResult<Result<Bound<'py, PyAny>, Failure>> {
    let Some((_, frozen)) = app.function(function) else { return Ok(Err(Failure::Raised)) };
    match app.program().decode(frozen.input, args, &mut Objects { py, keys, files }) {
        Ok(arguments) => Ok(Ok(arguments)),
        Err(error) if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyArithmeticError>(py) => {
            Ok(Err(Failure::Invalid(vec![(Vec::new(), error.value(py).to_string())])))
        }
        Err(error) => Err(error),
    }
}

struct Objects<'py, 'k> {
    py: Python<'py>,
    keys: &'k Keys,
    files: &'k Files<'k, 'py>,
}

impl<'py> Objects<'py, '_> {
    fn made_by(&self, maker: Maker, text: &str) -> PyResult<Bound<'py, PyAny>> {
        maker.get(self.py)?.call1((text,))
    }
}

impl<'py> Builder for Objects<'py, '_> {
    type Value = Bound<'py, PyAny>;
    type List = (ListKind, Vec<Bound<'py, PyAny>>);
    type Object = Bound<'py, PyDict>;
    type Error = PyErr;

    fn null(&mut self) -> PyResult<Self::Value> {
        Ok(self.py.None().into_bound(self.py))
    }

    fn boolean(&mut self, value: bool) -> PyResult<Self::Value> {
        Ok(value.into_pyobject(self.py)?.to_owned().into_any())
    }

    fn integer(&mut self, value: i64) -> PyResult<Self::Value> {
        Ok(value.into_pyobject(self.py)?.into_any())
    }

    fn bigint(&mut self, digits: &str) -> PyResult<Self::Value> {
        self.made_by(Maker::Int, digits)
    }

    fn number(&mut self, value: f64) -> PyResult<Self::Value> {
        Ok(value.into_pyobject(self.py)?.into_any())
    }

    fn string(&mut self, text: &str, format: Option<Format>) -> PyResult<Self::Value> {
        match format {
            None | Some(Format::Email | Format::Uri) => Ok(PyString::new(self.py, text).into_any()),
            Some(Format::DateTime | Format::LocalDateTime) => self.made_by(Maker::DateTime, text),
            Some(Format::Date) => self.made_by(Maker::Date, text),
            Some(Format::Time) => self.made_by(Maker::Time, text),
            Some(Format::Duration) => Maker::TimeDelta.get(self.py)?.call1(duration(text).ok_or_else(beyond)?),
            Some(Format::Uuid) => self.made_by(Maker::Uuid, text),
            Some(Format::Decimal) => self.made_by(Maker::Decimal, text),
            Some(Format::Bytes) => Ok(PyBytes::new(self.py, &base64url(text).ok_or_else(beyond)?).into_any()),
        }
    }

    fn list(&mut self, kind: ListKind) -> PyResult<Self::List> {
        Ok((kind, Vec::new()))
    }

    fn push(&mut self, list: &mut Self::List, item: Self::Value) -> PyResult<()> {
        list.1.push(item);
        Ok(())
    }

    fn finish_list(&mut self, (kind, items): Self::List) -> PyResult<Self::Value> {
        match kind {
            ListKind::List => Ok(PyList::new(self.py, items)?.into_any()),
            ListKind::Tuple => Ok(PyTuple::new(self.py, items)?.into_any()),
        }
    }

    fn object(&mut self) -> PyResult<Self::Object> {
        Ok(PyDict::new(self.py))
    }

    fn member(&mut self, object: &mut Self::Object, key: Key<'_>, value: Self::Value) -> PyResult<()> {
        object.set_item(self.keys.get(self.py, key), value)
    }

    fn finish_object(&mut self, object: Self::Object) -> PyResult<Self::Value> {
        Ok(object.into_any())
    }

    fn file(&mut self, index: usize) -> PyResult<Self::Value> {
        let UploadedFile { file_name, content_type, range } = self.files.held.get(index).ok_or_else(beyond)?;
        Maker::Upload.get(self.py)?.call1((self.files.body, range.start, range.end, file_name, content_type))
    }

    fn unreadable(&mut self, error: JsonError) -> PyErr {
        PyValueError::new_err(error.to_string())
    }
}

fn beyond() -> PyErr {
    PyValueError::new_err("is beyond what Python can hold")
}

/// What makes an object, fetched from Python once.
#[derive(Clone, Copy)]
enum Maker {
    Int,
    DateTime,
    Date,
    Time,
    TimeDelta,
    Uuid,
    Decimal,
    Upload,
}

impl Maker {
    fn get(self, py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
        static INT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DATE_TIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static TIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static TIME_DELTA: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static UUID: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static UPLOAD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let (held, module, class, method) = match self {
            Self::Int => (&INT, "builtins", "int", None),
            Self::DateTime => (&DATE_TIME, "datetime", "datetime", Some("fromisoformat")),
            Self::Date => (&DATE, "datetime", "date", Some("fromisoformat")),
            Self::Time => (&TIME, "datetime", "time", Some("fromisoformat")),
            Self::TimeDelta => (&TIME_DELTA, "datetime", "timedelta", None),
            Self::Uuid => (&UUID, "uuid", "UUID", None),
            Self::Decimal => (&DECIMAL, "decimal", "Decimal", None),
            Self::Upload => (&UPLOAD, "mizan._upload", "Upload", Some("received")),
        };
        let made = held.get_or_try_init(py, || {
            let class = py.import(module)?.getattr(class)?.cast_into::<PyType>()?.into_any();
            method.map_or(Ok(class.clone()), |method| class.getattr(method)).map(Bound::unbind)
        })?;
        Ok(made.bind(py))
    }
}

/// Days, seconds and microseconds of a canonical duration, `-?P[nD][T[nH][nM][n[.f]S]]`.
fn duration(text: &str) -> Option<(i64, i64, i64)> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (mut days, mut seconds, mut micros) = (0_i64, 0_i64, 0_i64);
    let mut digits = "";
    let mut rest = text.strip_prefix('P')?;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, unit) = rest.split_at(end);
        if !number.is_empty() {
            digits = number;
        }
        let mut characters = unit.chars();
        match characters.next()? {
            'T' => {}
            'D' => days = digits.parse().ok()?,
            'H' => seconds = digits.parse::<i64>().ok()?.checked_mul(3600)?.checked_add(seconds)?,
            'M' => seconds = digits.parse::<i64>().ok()?.checked_mul(60)?.checked_add(seconds)?,
            'S' => {
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
                seconds = whole.parse::<i64>().ok()?.checked_add(seconds)?;
                micros = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
            }
            _ => return None,
        }
        rest = characters.as_str();
    }
    Some((sign * days, sign * seconds, sign * micros))
}

/// The bytes of base64url text without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let missing = 4 - group.len();
        let [_, quartet @ ..] = (bits << (6 * missing)).to_be_bytes();
        bytes.extend_from_slice(quartet.get(..3 - missing)?);
    }
    Some(bytes)
}
