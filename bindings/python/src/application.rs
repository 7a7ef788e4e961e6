//! The handle to a frozen application.

use std::sync::Arc;

use mizan_core::registry;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::arguments::Keys;
use crate::exchange::Exchange;
use crate::invalidation;

/// A frozen, validated application.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Application {
    frozen: Arc<Frozen>,
}

/// What every exchange of an application reads.
pub(crate) struct Frozen {
    pub core: Arc<registry::Application>,
    pub keys: Keys,
}

#[pymethods]
impl Application {
    #[new]
    fn new(py: Python<'_>, document: &[u8]) -> PyResult<Self> {
        // A large application takes a while to build, and building needs nothing of Python's.
        match py.detach(|| registry::Application::build(document)) {
            Ok(core) => {
                let keys = Keys::of(core.program());
                Ok(Self { frozen: Arc::new(Frozen { core: Arc::new(core), keys }) })
            }
            Err(error) => Err(PyValueError::new_err(error.to_string())),
        }
    }

    /// The names of the functions, in the order of their indexes.
    fn functions(&self) -> Vec<&str> {
        self.frozen.core.document().functions.iter().map(|function| function.name.as_str()).collect()
    }

    /// The IR as KDL.
    fn ir(&self) -> &str {
        self.frozen.core.ir()
    }

    /// The first 16 hexadecimal digits of the IR's SHA-256.
    fn digest(&self) -> &str {
        self.frozen.core.digest()
    }

    /// The IR with a comment line for each function that says where it was declared.
    fn ir_with_sources(&self) -> String {
        self.frozen.core.ir_with_sources()
    }

    /// The most bytes of a body of that type that are read.
    #[pyo3(signature = (content_type=None))]
    fn body_limit(&self, content_type: Option<&[u8]>) -> u32 {
        self.frozen.core.body_limit(content_type)
    }

    /// Whether a function takes files.
    fn takes_uploads(&self) -> bool {
        self.frozen.core.takes_uploads()
    }

    /// Whether the protocol answers that raw path.
    fn owns(&self, path: &str) -> bool {
        self.frozen.core.owns(path)
    }

    /// What a call makes stale by what its function affects, as a JSON list.
    #[pyo3(signature = (function, args, sub=None))]
    fn scope<'py>(
        &self,
        py: Python<'py>,
        function: &str,
        args: &[u8],
        sub: Option<&str>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        invalidation::scope(py, &self.frozen.core, function, args, sub)
    }

    /// Begins to answer a request; what is to be done first.
    #[expect(clippy::too_many_arguments, reason = "they are one request, and an object for it would have to be built")]
    fn open<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        path: &str,
        query: &[u8],
        headers: &Bound<'py, PyList>,
        body: &Bound<'py, PyBytes>,
        nonce: u64,
    ) -> PyResult<(Bound<'py, Exchange>, Bound<'py, PyTuple>)> {
        let held =
            headers.iter().map(|pair| pair.extract()).collect::<PyResult<Vec<(Bound<'_, _>, Bound<'_, _>)>>>()?;
        Exchange::open(py, &self.frozen, method, path, query, &held, body, nonce)
    }
}
