//! The first step of an async function, taken by its caller: most functions end in it, and then nothing but the text of
//! the result is made for Python.
//!
//! The second `unsafe` of this crate. Python's own way to send to a coroutine is by a method, which tells a result by
//! raising it.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::iterator::PySendResult;
use pyo3::types::{PyDict, PyIterator, PyList, PyTuple, PyType};

use crate::encode::Encoder;

/// Calls one async function.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Runner {
    function: Py<PyAny>,
    /// None where there is more to be told of a result than its text.
    encoder: Option<Py<Encoder>>,
    /// Makes a coroutine of anything else that can be awaited.
    awaited: Py<PyAny>,
    /// Says where what it names by `invalidate()` goes.
    announce: Py<PyAny>,
}

/// A function that has taken its first step, and of which more is to be told than the text of its result.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Begun {
    /// Its coroutine; None where it has returned.
    running: Option<Py<PyAny>>,
    /// What the coroutine waits for, or the result.
    value: Py<PyAny>,
}

// Methods, since Python copies what PyO3 writes down of plain members, and nobody frees it.
#[pymethods]
impl Begun {
    #[getter]
    fn running(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.running.as_ref().map(|running| running.clone_ref(py))
    }

    #[getter]
    fn value(&self, py: Python<'_>) -> Py<PyAny> {
        self.value.clone_ref(py)
    }
}

#[pymethods]
impl Runner {
    #[new]
    fn new(function: Py<PyAny>, encoder: Option<Py<Encoder>>, awaited: Py<PyAny>, announce: Py<PyAny>) -> Self {
        Self { function, encoder, awaited, announce }
    }

    /// Calls the function, and lets it run to where it first waits: the text of its result as [`Encoder`] prints it, or
    /// `Begun` where it waits or has named something, which goes into `changes`, and where it has no encoder. Whatever it
    /// raises, this raises.
    fn begin<'py>(
        &self,
        py: Python<'py>,
        arguments: &Bound<'py, PyAny>,
        changes: &Bound<'py, PyList>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.announce.bind(py).call1((changes,))?;
        let function = self.function.bind(py);
        let mut called = match arguments.cast_exact::<PyTuple>() {
            Ok(positions) => function.call1(positions)?,
            Err(_) => function.call((), Some(arguments.cast::<PyDict>()?))?,
        };
        if !is_coroutine(&called)? {
            called = self.awaited.bind(py).call1((called,))?;
        }
        let begun = match send_none(&called)? {
            PySendResult::Next(pending) => Begun { running: Some(called.unbind()), value: pending.unbind() },
            PySendResult::Return(result) => match &self.encoder {
                Some(encoder) if changes.is_empty() => return encoder.get().encode(py, &result),
                _ => Begun { running: None, value: result.unbind() },
            },
        };
        Ok(Bound::new(py, begun)?.into_any())
    }
}

fn is_coroutine(called: &Bound<'_, PyAny>) -> PyResult<bool> {
    static COROUTINE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = called.py();
    let class = COROUTINE.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("types")?.getattr(intern!(py, "CoroutineType"))?.cast_into::<PyType>()?.unbind())
    })?;
    Ok(called.get_type_ptr() == class.as_ptr().cast())
}

/// Lets a coroutine take a step.
fn send_none<'py>(coroutine: &Bound<'py, PyAny>) -> PyResult<PySendResult<'py>> {
    // SAFETY: `send` takes whatever Python's own `PyIter_Send` takes, and so a coroutine, which is no iterator.
    #[expect(unsafe_code, reason = "see above")]
    let sendable = unsafe { coroutine.cast_unchecked::<PyIterator>() };
    sendable.send(&coroutine.py().None().into_bound(coroutine.py()))
}
