//! The handle to a frozen application.

use std::sync::{Arc, LazyLock, OnceLock};

use mizan_core::error::detail::PathPart;
use mizan_core::ir::program::Direction;
use mizan_core::{manifest, openapi, registry};
use mizan_runtime::{Deployment, Options, Store, Tokens};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::arguments::{self, Keys, Positions};
use crate::encode::Encoder;
use crate::exchange::Exchange;
use crate::headers::Headers;
use crate::identity::Keyrings;
use crate::invalidation;
use crate::plan::Plan;
use crate::refusal::refused;
use crate::token_desk::TokenDesk;

/// A frozen, validated application.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Application {
    frozen: Arc<Frozen>,
}

/// What every exchange of an application reads.
pub(crate) struct Frozen {
    pub deployment: Deployment,
    pub keys: Keys,
    /// Of each function that takes its arguments by position.
    pub positions: Vec<OnceLock<Positions>>,
    pub headers: Headers,
}

impl Frozen {
    /// What was declared.
    pub(crate) const fn core(&self) -> &Arc<registry::Application> {
        self.deployment.application()
    }
}

impl Application {
    fn core(&self) -> &Arc<registry::Application> {
        self.frozen.core()
    }
}

#[pymethods]
impl Application {
    #[new]
    #[pyo3(signature = (
        document, *, keyrings=None, mwt=false, access=false, token_functions=vec![], finds=false, audience="mizan",
        leeway=30, has_sessions=false, csrf=None, trusted_origins=vec![], store=None, store_bytes=None, prefix=None,
        timeout=None, patience=None, lease=None, text_headers=false
    ))]
    #[expect(clippy::too_many_arguments, reason = "flat scalars cross the boundary")]
    #[expect(clippy::fn_params_excessive_bools, reason = "each is an option by its own name")]
    fn new(
        py: Python<'_>,
        document: &[u8],
        keyrings: Option<&Keyrings>,
        mwt: bool,
        access: bool,
        token_functions: Vec<String>,
        finds: bool,
        audience: &str,
        leeway: u32,
        has_sessions: bool,
        csrf: Option<bool>,
        trusted_origins: Vec<String>,
        store: Option<&str>,
        store_bytes: Option<u64>,
        prefix: Option<String>,
        timeout: Option<f64>,
        patience: Option<f64>,
        lease: Option<f64>,
        text_headers: bool,
    ) -> PyResult<Self> {
        let store = store.map(|url| {
            let usual = Store::new(url);
            Store {
                bytes: store_bytes.unwrap_or(usual.bytes),
                prefix: prefix.unwrap_or_else(|| usual.prefix.clone()),
                timeout: timeout.unwrap_or(usual.timeout),
                patience: patience.unwrap_or(usual.patience),
                lease,
                ..usual
            }
        });
        let tokens = Tokens { mwt, access, audience: audience.to_owned(), leeway, functions: token_functions, finds };
        let options = Options {
            keyrings: keyrings.map(|keyrings| keyrings.rings().clone()),
            tokens: Some(tokens),
            has_sessions,
            csrf,
            trusted_origins,
            store,
        };
        // A large application takes a while to build, and building needs nothing of Python's.
        let deployment = py
            .detach(|| Deployment::build(document, &options))
            .map_err(|problem| PyValueError::new_err(problem.to_string()))?;
        let deployment = deployment.reading();
        let core = deployment.application();
        let keys = Keys::of(core.program());
        let positions = core.document().functions.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { frozen: Arc::new(Frozen { deployment, keys, positions, headers: Headers::new(text_headers) }) })
    }

    /// The names of the functions, in the order of their indexes.
    fn functions(&self) -> Vec<&str> {
        self.core().document().functions.iter().map(|function| function.name.as_str()).collect()
    }

    /// The IR as KDL.
    fn ir(&self) -> &str {
        self.core().ir()
    }

    /// The edge manifest, canonical JSON.
    fn manifest(&self) -> String {
        manifest::of_application(self.core())
    }

    /// The `OpenAPI` 3.1 export, canonical JSON.
    #[pyo3(signature = (title=openapi::TITLE))]
    fn openapi(&self, title: &str) -> String {
        openapi::of_application(self.core(), title)
    }

    /// The first 16 hexadecimal digits of the IR's SHA-256.
    fn digest(&self) -> &str {
        self.core().digest()
    }

    /// The IR with a comment line for each function that says where it was declared.
    fn ir_with_sources(&self) -> String {
        self.core().ir_with_sources()
    }

    /// The most bytes of a body of that type that are read.
    #[pyo3(signature = (content_type=None))]
    fn body_limit(&self, content_type: Option<&[u8]>) -> u32 {
        self.core().body_limit(content_type)
    }

    /// Whether a function takes files.
    fn takes_uploads(&self) -> bool {
        self.core().takes_uploads()
    }

    /// Whether no page has that path, since it is at or below the base.
    fn reserves(&self, path: &str) -> bool {
        self.core().reserves(path)
    }

    /// Whether the protocol answers that raw path.
    fn owns(&self, path: &str) -> bool {
        self.core().owns(path)
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
        invalidation::scope(py, self.core(), function, args, sub)
    }

    /// The tags of the bundle with these params, an object as JSON.
    #[pyo3(signature = (context, params, sub=None))]
    fn tags(&self, context: &str, params: &[u8], sub: Option<&str>) -> PyResult<Vec<String>> {
        invalidation::tags(self.core(), context, params, sub)
    }

    /// The arguments of a function from the JSON text of their object, checked, as Python's own objects.
    fn arguments<'py>(&self, py: Python<'py>, function: u32, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        static ROOT: LazyLock<[PathPart; 1]> = LazyLock::new(|| [PathPart::Key("args".to_owned())]);
        let core = self.core();
        let function = function as usize;
        let (_, frozen) = core.function(function).ok_or_else(|| PyIndexError::new_err(function))?;
        if let Some(arguments) = arguments::read(py, &self.frozen, function, text) {
            return Ok(arguments);
        }
        let mut canonical = Vec::new();
        core.program()
            .transcode(frozen.input, text, Direction::Input, ROOT.as_slice(), &mut canonical)
            .map_err(refused)?;
        // Text alone has no files.
        let made = arguments::decode(py, &self.frozen, function, &canonical, None)?;
        made.map_err(|_| PyValueError::new_err("an argument is beyond what Python can hold"))
    }

    /// Has the arguments of a function handed over as a tuple, in the order of these names, from now on; whether they are
    /// the names of its input.
    #[expect(clippy::needless_pass_by_value, reason = "a list of Python's is only read as a vector")]
    fn positional(&self, function: usize, names: Vec<String>) -> PyResult<bool> {
        let core = self.core();
        let (_, frozen) = core.function(function).ok_or_else(|| PyIndexError::new_err(function))?;
        let found = Positions::new(core.program(), frozen.input, &names);
        Ok(found.zip(self.frozen.positions.get(function)).is_some_and(|(found, place)| place.set(found).is_ok()))
    }

    /// What prints the results of a function: by the description where it goes with the function's shape, and otherwise
    /// with `general`.
    fn encoder(&self, function: usize, description: &Bound<'_, PyAny>, general: Py<PyAny>) -> PyResult<Encoder> {
        let core = self.core();
        let (_, frozen) = core.function(function).ok_or_else(|| PyIndexError::new_err(function))?;
        let plan = Plan::new(core.program(), frozen.output, description);
        Ok(Encoder::new(&self.frozen, frozen.output, plan, general))
    }

    /// What hands tokens out; `None` where no function does.
    fn token_desk(&self) -> Option<TokenDesk> {
        self.frozen.deployment.token_desk().cloned().map(TokenDesk::new)
    }

    /// Begins to answer a request; what is to be done first.
    #[pyo3(signature = (method, path, query, headers, body, nonce, now, secure, uncached=false, varies=false, random=None))]
    #[expect(clippy::too_many_arguments, reason = "they are one request, and an object for it would have to be built")]
    fn open<'py>(
        &self,
        py: Python<'py>,
        method: &str,
        path: &str,
        query: &[u8],
        headers: &Bound<'py, PyAny>,
        body: &Bound<'py, PyBytes>,
        nonce: u64,
        now: u64,
        secure: bool,
        uncached: bool,
        varies: bool,
        random: Option<[u8; 16]>,
    ) -> PyResult<(Bound<'py, Exchange>, Bound<'py, PyTuple>)> {
        Exchange::open(
            py,
            &self.frozen,
            method,
            path,
            query,
            headers,
            body,
            nonce,
            now,
            secure,
            uncached,
            varies,
            random,
        )
    }
}
