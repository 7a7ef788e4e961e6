//! Text to Python's own objects: what a function gets as its arguments, by name or by position. [`read`] checks it on the
//! way, [`decode`] has it checked and canonical.

use std::sync::OnceLock;

use mizan_core::dispatch::UploadedFile;
use mizan_core::dispatch::message::Failure;
use mizan_core::ir::model::Format;
use mizan_core::ir::program::{Builder, FieldId, Key, ListKind, Outline, Program, ShapeId, finish_by_member};
use mizan_core::value::json::JsonError;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::application::Frozen;
use crate::beyond::{Places, is_beyond};

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

/// The fields of a function's input in the order of its signature, each with its index in the input: its arguments go by
/// position, since Python finds those faster than names.
pub(crate) struct Positions(Vec<(FieldId, usize)>);

impl Positions {
    /// A field is looked for along the signature, which would take long in a longer one.
    const MOST: usize = 16;

    /// None where the names are not just those of the fields, or too many.
    pub(crate) fn new(program: &Program, input: ShapeId, names: &[String]) -> Option<Self> {
        let Outline::Struct(fields) = program.outline(input) else { return None };
        if names.len() != fields.len() || names.len() > Self::MOST {
            return None;
        }
        let mut order = Vec::with_capacity(names.len());
        for name in names {
            let (index, field) = fields.iter().enumerate().find(|(_, field)| field.name == name)?;
            let place = (field.id, index);
            if order.contains(&place) {
                return None;
            }
            order.push(place);
        }
        Some(Self(order))
    }

    fn of(&self, field: Option<FieldId>) -> Option<usize> {
        self.0.iter().position(|(known, _)| Some(*known) == field)
    }
}

/// The files of a call, and the body that their bytes stand in.
#[derive(Clone, Copy)]
pub(crate) struct Files<'f, 'py> {
    pub held: &'f [UploadedFile],
    pub body: &'f Bound<'py, PyBytes>,
}

/// The arguments of a function from the text of their object as it came, a tuple where it takes them by position and a
/// dictionary otherwise; none where the core has to look at them first, or Python has no objects for them.
pub(crate) fn read<'py>(py: Python<'py>, app: &Frozen, function: usize, text: &[u8]) -> Option<Bound<'py, PyAny>> {
    let core = app.core();
    let (_, frozen) = core.function(function)?;
    core.program().read(frozen.input, text, &mut Objects::new(py, app, function, None)).ok()
}

/// The same from canonical text that was checked; or where Python has no objects for them although they are valid: the
/// year 0, or more days than a `timedelta` holds.
pub(crate) fn decode<'py>(
    py: Python<'py>,
    app: &Frozen,
    function: usize,
    args: &[u8],
    files: Option<Files<'_, 'py>>,
) -> PyResult<Result<Bound<'py, PyAny>, Failure>> {
    let core = app.core();
    let Some((_, frozen)) = core.function(function) else { return Ok(Err(Failure::Raised)) };
    let objects = || Objects::new(py, app, function, files);
    match core.program().decode(frozen.input, args, &mut objects()) {
        Ok(arguments) => Ok(Ok(arguments)),
        Err(error) if is_beyond(py, &error) => {
            let places = core.program().decode(frozen.input, args, &mut Places { py, objects: objects() })?;
            // What Python says of it is for no caller to read.
            let detail = |place: Vec<_>| (place.into_iter().rev().collect(), BEYOND.to_owned());
            Ok(Err(Failure::Invalid(places.into_iter().map(detail).collect())))
        }
        Err(error) => Err(error),
    }
}

const BEYOND: &str = "is beyond what the server can hold";

/// Makes the objects.
pub(crate) struct Objects<'py, 'k> {
    py: Python<'py>,
    keys: &'k Keys,
    /// None where there are none.
    files: Option<Files<'k, 'py>>,
    /// None once the first object has been begun, which is that of the arguments.
    positions: Option<&'k Positions>,
}

/// So many digits Python reads whatever it is set to.
const SHORT_DIGITS: usize = 640;

/// An object that is being filled.
pub(crate) enum Members<'py, 'k> {
    Named(Bound<'py, PyDict>),
    Placed(&'k Positions, Vec<Option<Bound<'py, PyAny>>>),
}

impl<'py, 'k> Objects<'py, 'k> {
    fn new(py: Python<'py>, app: &'k Frozen, function: usize, files: Option<Files<'k, 'py>>) -> Self {
        let positions = app.positions.get(function).and_then(OnceLock::get);
        Self { py, keys: &app.keys, files, positions }
    }

    fn made_by(&self, maker: Maker, text: &str) -> PyResult<Bound<'py, PyAny>> {
        maker.get(self.py)?.call1((text,))
    }
}

impl<'py, 'k> Builder for Objects<'py, 'k> {
    type Value = Bound<'py, PyAny>;
    type List = (ListKind, Vec<Bound<'py, PyAny>>);
    type Object = Members<'py, 'k>;
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
        // Python refuses long texts, as they take it long: they have a way of their own.
        self.made_by(if digits.len() > SHORT_DIGITS { Maker::LongInt } else { Maker::Int }, digits)
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
        match self.positions.take() {
            Some(positions) => Ok(Members::Placed(positions, Vec::new())),
            None => Ok(Members::Named(PyDict::new(self.py))),
        }
    }

    fn member(&mut self, object: &mut Self::Object, key: Key<'_>, value: Self::Value) -> PyResult<()> {
        match object {
            Members::Named(members) => members.set_item(self.keys.get(self.py, key), value),
            Members::Placed(positions, values) => {
                values.resize(positions.0.len(), None);
                let place = positions.of(key.field).and_then(|place| values.get_mut(place));
                *place.ok_or_else(misplaced)? = Some(value);
                Ok(())
            }
        }
    }

    fn finish_object(&mut self, object: Self::Object) -> PyResult<Self::Value> {
        match object {
            Members::Named(members) => Ok(members.into_any()),
            Members::Placed(positions, values) => {
                if values.len() != positions.0.len() || values.iter().any(Option::is_none) {
                    return Err(misplaced());
                }
                Ok(PyTuple::new(self.py, values)?.into_any())
            }
        }
    }

    fn finish_struct<'n>(
        &mut self,
        object: Self::Object,
        keys: impl Iterator<Item = Key<'n>>,
        members: &mut [Option<Self::Value>],
    ) -> PyResult<Self::Value> {
        if let Members::Placed(positions, _) = &object {
            if members.iter().any(Option::is_none) {
                return Err(misplaced());
            }
            let placed = positions.0.iter().map(|(_, index)| members.get_mut(*index).and_then(Option::take));
            return Ok(PyTuple::new(self.py, placed)?.into_any());
        }
        finish_by_member(self, object, keys, members)
    }

    fn file(&mut self, index: usize) -> PyResult<Self::Value> {
        let files = self.files.as_ref().ok_or_else(beyond)?;
        let UploadedFile { file_name, content_type, range } = files.held.get(index).ok_or_else(beyond)?;
        Maker::Upload.get(self.py)?.call1((files.body, range.start, range.end, file_name, content_type))
    }

    fn unreadable(&mut self, error: JsonError) -> PyErr {
        PyValueError::new_err(error.to_string())
    }
}

/// No checked text gives this: it has each field once, those with defaults too.
fn misplaced() -> PyErr {
    PyRuntimeError::new_err("the arguments are not those of the signature")
}

fn beyond() -> PyErr {
    PyValueError::new_err(BEYOND)
}

/// What makes an object, fetched from Python once.
#[derive(Clone, Copy)]
enum Maker {
    Int,
    LongInt,
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
        static LONG_INT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DATE_TIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static TIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static TIME_DELTA: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static UUID: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        static UPLOAD: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let (held, module, name, method) = match self {
            Self::Int => (&INT, "builtins", "int", None),
            Self::LongInt => (&LONG_INT, "mizan._integers", "read_integer", None),
            Self::DateTime => (&DATE_TIME, "datetime", "datetime", Some("fromisoformat")),
            Self::Date => (&DATE, "datetime", "date", Some("fromisoformat")),
            Self::Time => (&TIME, "datetime", "time", Some("fromisoformat")),
            Self::TimeDelta => (&TIME_DELTA, "datetime", "timedelta", None),
            Self::Uuid => (&UUID, "uuid", "UUID", None),
            Self::Decimal => (&DECIMAL, "decimal", "Decimal", None),
            Self::Upload => (&UPLOAD, "mizan._upload", "Upload", Some("received")),
        };
        let made = held.get_or_try_init(py, || {
            let made_by = py.import(module)?.getattr(name)?;
            method.map_or(Ok(made_by.clone()), |method| made_by.getattr(method)).map(Bound::unbind)
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
