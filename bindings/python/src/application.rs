//! The handle to a frozen application.

use std::sync::Arc;
use std::time::Duration;

use mizan_core::cache::key::CacheKey;
use mizan_core::dispatch::credentials::TokenRules;
use mizan_core::error::detail::PathPart;
use mizan_core::identity::keyring::Purpose;
use mizan_core::identity::origin::TrustedOrigins;
use mizan_core::ir::program::Direction;
use mizan_core::registry::{self, Secrets};
use mizan_core::{manifest, openapi};
use mizan_runtime::{Cache, CacheConfig, RedisConfig, StoreConfig};
use pyo3::exceptions::{PyConnectionError, PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::arguments::{self, Keys};
use crate::encode::Encoder;
use crate::exchange::Exchange;
use crate::headers::Headers;
use crate::identity::Keyrings;
use crate::invalidation;
use crate::plan::Plan;
use crate::refusal::refused;

/// A frozen, validated application.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Application {
    frozen: Arc<Frozen>,
}

/// What every exchange of an application reads.
pub(crate) struct Frozen {
    pub core: Arc<registry::Application>,
    pub keys: Keys,
    pub headers: Headers,
    pub cache: Option<Cache>,
}

/// Most bytes of a memory store where nothing else is said: 64 MiB.
const DEFAULT_BYTES: u64 = 64 << 20;
/// Seconds that a Redis has to answer where nothing else is said.
const TIMEOUT: f64 = 0.05;

const NO_SECRET: &str = "tokens and the token against forged requests need a secret: set MIZAN_SECRET";

fn unfit(problem: &dyn std::fmt::Display) -> PyErr {
    PyValueError::new_err(problem.to_string())
}

/// The key of the cache: the keyring's, or, for a store that dies with the process, one of its own.
fn cache_key(keyrings: Option<&Keyrings>, store: &str) -> PyResult<CacheKey> {
    match keyrings {
        Some(keyrings) => keyrings.cache_key_of(),
        None if store == "memory" => mizan_runtime::random_key()
            .map(|key| CacheKey::new(&key))
            .ok_or_else(|| unfit(&"the operating system gives no random bytes")),
        None => Err(unfit(&"cache: a store that processes share needs a secret that they share: set MIZAN_SECRET")),
    }
}

fn store_config(store: &str, bytes: u64, prefix: &str, timeout: f64, lease: Option<f64>) -> PyResult<StoreConfig> {
    if store == "memory" {
        return Ok(StoreConfig::Memory { bytes });
    }
    let time = |seconds: f64, name: &str| match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err(unfit(&format!("cache: the {name} is no time"))),
    };
    let timeout = time(timeout, "timeout")?;
    let lease = lease.map(|seconds| time(seconds, "lease")).transpose()?;
    let prefix = prefix.to_owned();
    Ok(StoreConfig::Redis(RedisConfig {
        prefix,
        lease,
        connect: timeout,
        operation: timeout,
        ..RedisConfig::new(store)
    }))
}

impl Application {
    fn store(&self) -> PyResult<&Cache> {
        self.frozen.cache.as_ref().ok_or_else(|| PyConnectionError::new_err("the application has no store"))
    }
}

#[pymethods]
impl Application {
    #[new]
    #[pyo3(signature = (
        document, *, keyrings=None, mwt=false, access=false, csrf=false, audience="mizan", leeway=30,
        trusted_origins=vec![], store=None, store_bytes=DEFAULT_BYTES, keeps_bundles=true, prefix="mizan",
        timeout=TIMEOUT, lease=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "flat scalars cross the boundary")]
    #[expect(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]
    #[expect(clippy::fn_params_excessive_bools, reason = "each is an option by its own name")]
    fn new(
        py: Python<'_>,
        document: &[u8],
        keyrings: Option<&Keyrings>,
        mwt: bool,
        access: bool,
        csrf: bool,
        audience: &str,
        leeway: u32,
        trusted_origins: Vec<String>,
        store: Option<&str>,
        store_bytes: u64,
        keeps_bundles: bool,
        prefix: &str,
        timeout: f64,
        lease: Option<f64>,
    ) -> PyResult<Self> {
        // A large application takes a while to build, and building needs nothing of Python's.
        let core = py.detach(|| registry::Application::build(document)).map_err(|error| unfit(&error))?;
        let ring = |purpose, wanted: bool| match keyrings {
            Some(keyrings) if wanted => keyrings.ring(purpose).map(|ring| Some(ring.clone())),
            None if wanted => Err(unfit(&NO_SECRET)),
            _ => Ok(None),
        };
        let mut secrets = Secrets {
            trusted_origins: TrustedOrigins::new(&trusted_origins).map_err(|error| unfit(&error))?,
            csrf: ring(Purpose::Csrf, csrf)?,
            ..Secrets::default()
        };
        if mwt || access {
            secrets.tokens = Some(TokenRules {
                mwt: ring(Purpose::Mwt, mwt)?,
                access: ring(Purpose::Access, access)?,
                audience: audience.to_owned(),
                leeway: i64::from(leeway),
            });
        }
        let cache = match store {
            None => None,
            Some(store) => {
                let key = cache_key(keyrings, store)?;
                let store = store_config(store, store_bytes, prefix, timeout, lease)?;
                let cache = Cache::new(&CacheConfig::new(store, key.sealing_key()))
                    .map_err(|error| unfit(&format!("cache: {error}")))?;
                cache.contexts(core.document().contexts.iter().map(|context| context.name.clone()).collect());
                secrets.cache = keeps_bundles.then_some(key);
                Some(cache)
            }
        };
        let keys = Keys::of(core.program());
        let core = Arc::new(core.with_secrets(secrets));
        Ok(Self { frozen: Arc::new(Frozen { core, keys, headers: Headers::default(), cache }) })
    }

    /// The names of the functions, in the order of their indexes.
    fn functions(&self) -> Vec<&str> {
        self.frozen.core.document().functions.iter().map(|function| function.name.as_str()).collect()
    }

    /// The IR as KDL.
    fn ir(&self) -> &str {
        self.frozen.core.ir()
    }

    /// The edge manifest, canonical JSON.
    fn manifest(&self) -> String {
        manifest::of_application(&self.frozen.core)
    }

    /// The `OpenAPI` 3.1 export, canonical JSON.
    #[pyo3(signature = (title=openapi::TITLE))]
    fn openapi(&self, title: &str) -> String {
        openapi::of_application(&self.frozen.core, title)
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

    /// The tags of the bundle with these params, an object as JSON.
    #[pyo3(signature = (context, params, sub=None))]
    fn tags(&self, context: &str, params: &[u8], sub: Option<&str>) -> PyResult<Vec<String>> {
        invalidation::tags(&self.frozen.core, context, params, sub)
    }

    /// The arguments of a function from the JSON text of their object, checked, as Python's own objects.
    fn arguments<'py>(&self, py: Python<'py>, function: usize, text: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let core = &self.frozen.core;
        let (_, frozen) = core.function(function).ok_or_else(|| PyIndexError::new_err(function))?;
        let root = [PathPart::Key("args".to_owned())];
        let mut canonical = Vec::new();
        core.program().transcode(frozen.input, text, Direction::Input, &root, &mut canonical).map_err(refused)?;
        // Text alone has no files.
        let files = arguments::Files { held: &[], body: &PyBytes::new(py, b"") };
        let made = arguments::decode(py, core, &self.frozen.keys, function, &canonical, &files)?;
        made.map_err(|_| PyValueError::new_err("an argument is beyond what Python can hold"))
    }

    /// What prints the results of a function: by the description where it goes with the function's shape, and otherwise
    /// with `general`.
    fn encoder(&self, function: usize, description: &Bound<'_, PyAny>, general: Py<PyAny>) -> PyResult<Encoder> {
        let core = &self.frozen.core;
        let (_, frozen) = core.function(function).ok_or_else(|| PyIndexError::new_err(function))?;
        let plan = Plan::new(core.program(), frozen.output, description);
        Ok(Encoder::new(&self.frozen, frozen.output, plan, general))
    }

    /// What is kept of a family of refresh tokens.
    fn family(&self, py: Python<'_>, name: &str) -> PyResult<Option<String>> {
        let cache = self.store()?;
        py.detach(|| cache.family(name)).map_err(|error| PyConnectionError::new_err(error.to_string()))
    }

    /// Keeps another text of a family, where what is kept is still `old`; whether it was.
    fn replace_family(&self, py: Python<'_>, name: &str, old: Option<&str>, new: &str, seconds: u64) -> PyResult<bool> {
        let cache = self.store()?;
        py.detach(|| cache.replace_family(name, old, new, Duration::from_secs(seconds)))
            .map_err(|error| PyConnectionError::new_err(error.to_string()))
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
        now: u64,
        secure: bool,
    ) -> PyResult<(Bound<'py, Exchange>, Bound<'py, PyTuple>)> {
        Exchange::open(py, &self.frozen, method, path, query, headers, body, nonce, now, secure)
    }
}
