//! The origin cache by itself, a step at a time: what the schedules of `pins/` play. An application has its own
//! ([`crate::origin`]), and nothing that is served comes through here.

use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mizan_runtime::{CacheConfig, Keyspace, Loaded, Purged, RedisConfig, StoreConfig, Tag};
use pyo3::exceptions::{PyTimeoutError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// A cache of one process.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Cache {
    inner: mizan_runtime::Cache,
}

/// What a reader that missed may fill, once.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Fill {
    held: Mutex<Option<mizan_runtime::Fill>>,
}

/// A hold on tags, to be lifted once.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Hold {
    held: Mutex<Option<mizan_runtime::Hold>>,
}

fn take<T>(held: &Mutex<Option<T>>) -> PyResult<T> {
    let taken = held.lock().unwrap_or_else(PoisonError::into_inner).take();
    taken.ok_or_else(|| PyValueError::new_err("it was used before"))
}

fn seconds(seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|error| PyValueError::new_err(error.to_string()))
}

#[pymethods]
#[expect(clippy::needless_pass_by_value, reason = "arguments from Python are owned")]
impl Cache {
    /// `room` are the bytes of a memory store; `patience` the seconds that a Redis may take for an answer.
    #[new]
    #[pyo3(signature = (store, secret, *, room, prefix, patience))]
    fn new(store: &str, secret: Vec<u8>, room: u64, prefix: &str, patience: f64) -> PyResult<Self> {
        let patience = seconds(patience)?;
        let store = match store {
            "memory" => StoreConfig::Memory { bytes: room },
            url => StoreConfig::Redis(RedisConfig {
                prefix: prefix.to_owned(),
                connect: patience,
                operation: patience,
                ..RedisConfig::new(url)
            }),
        };
        let inner = mizan_runtime::Cache::new(&CacheConfig::new(store, secret));
        Ok(Self { inner: inner.map_err(|error| PyValueError::new_err(error.to_string()))? })
    }

    /// The body that was kept, what may be filled, or `None` where nothing may be kept now.
    fn load<'py>(
        &self,
        py: Python<'py>,
        context: String,
        entry: String,
        tags: Vec<String>,
        patience: f64,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let patience = seconds(patience)?;
        let loaded = py.detach(|| {
            let (sender, receiver) = channel();
            self.inner.load_then(Keyspace { context, entry, tags }, move |loaded| drop(sender.send(loaded)));
            receiver.recv_timeout(patience)
        });
        match loaded.map_err(|_| PyTimeoutError::new_err("another reader is filling it"))? {
            Loaded::Hit(entry) => Ok(Some(PyBytes::new(py, &entry.body).into_any())),
            Loaded::Miss(fill) => Ok(Some(Bound::new(py, Fill { held: Mutex::new(Some(fill)) })?.into_any())),
            Loaded::Uncached(_) => Ok(None),
        }
    }

    /// Keeps a body for so many seconds; whether it is kept.
    fn store(&self, py: Python<'_>, fill: &Fill, body: &[u8], ttl: f64) -> PyResult<bool> {
        let (fill, ttl) = (take(&fill.held)?, seconds(ttl)?);
        Ok(py.detach(|| self.inner.store(fill, body, ttl)))
    }

    /// Gives a fill up.
    fn abandon(&self, fill: &Fill) -> PyResult<()> {
        self.inner.abandon(take(&fill.held)?);
        Ok(())
    }

    /// Holds tags, each a context and a tag, for so many seconds at most.
    fn hold(&self, py: Python<'_>, tags: Vec<Tag>, limit: f64) -> PyResult<Hold> {
        let limit = seconds(limit)?;
        let hold = py.detach(|| self.inner.hold(&tags, limit));
        Ok(Hold { held: Mutex::new(Some(hold)) })
    }

    /// Removes what has one of the tags, then lifts the hold; whether the store took it.
    #[pyo3(signature = (tags, hold=None))]
    fn purge(&self, py: Python<'_>, tags: Vec<Tag>, hold: Option<&Hold>) -> PyResult<bool> {
        let hold = hold.map(|hold| take(&hold.held)).transpose()?;
        Ok(py.detach(|| self.inner.purge(&tags, hold)) == Purged::Done)
    }

    /// Lifts a hold.
    fn lift(&self, py: Python<'_>, hold: &Hold) -> PyResult<()> {
        let hold = take(&hold.held)?;
        py.detach(|| self.inner.lift(hold));
        Ok(())
    }

    /// The store loses an entry; whether it answered.
    fn evict_entry(&self, py: Python<'_>, context: String, entry: String, tags: Vec<String>) -> bool {
        py.detach(|| self.inner.evict_entry(&Keyspace { context, entry, tags }))
    }

    /// The store loses a tag's generation; whether it answered.
    fn evict_generation(&self, py: Python<'_>, context: &str, tag: &str) -> bool {
        py.detach(|| self.inner.evict_generation(context, tag))
    }

    /// The store loses a context's epoch; whether it answered.
    fn evict_epoch(&self, py: Python<'_>, context: &str) -> bool {
        py.detach(|| self.inner.evict_epoch(context))
    }

    /// The store loses everything; whether it answered.
    fn restart(&self, py: Python<'_>) -> bool {
        py.detach(|| self.inner.restart())
    }
}
