//! Waking an event loop without the interpreter: whoever has an answer writes to a socket that the loop watches. To call
//! the loop instead, a thread that must not wait would have to wait for the interpreter, or hand that on to one that may.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;

#[cfg(unix)]
use self::sockets::Sockets;

/// Wakes one event loop.
#[pyclass(frozen, module = "mizan._core")]
pub(crate) struct Bell {
    held: Arc<Held>,
}

/// What its loop and those who wake it share.
pub(crate) struct Held {
    #[cfg(unix)]
    sockets: Sockets,
    /// What has been rung for and not yet been taken.
    rung: Mutex<Vec<Py<PyAny>>>,
}

impl Bell {
    pub(crate) fn held(&self) -> &Arc<Held> {
        &self.held
    }
}

impl Held {
    /// Has the loop take `what`. It never waits, and needs no interpreter.
    pub(crate) fn ring(&self, what: Py<PyAny>) {
        let is_first = {
            let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
            rung.push(what);
            rung.len() == 1
        };
        // Until the loop has taken the first one, it is on its way and takes the others with it.
        #[cfg(unix)]
        if is_first {
            self.sockets.write();
        }
        #[cfg(not(unix))]
        let _ = is_first;
    }
}

#[pymethods]
impl Bell {
    #[new]
    #[cfg(unix)]
    fn new() -> PyResult<Self> {
        Ok(Self { held: Arc::new(Held { sockets: Sockets::new()?, rung: Mutex::default() }) })
    }

    /// Loops watch no descriptors there.
    #[new]
    #[cfg(not(unix))]
    fn new() -> PyResult<Self> {
        Err(pyo3::exceptions::PyNotImplementedError::new_err("no bells on this system"))
    }

    /// What the loop is to watch: it can be read from when the bell has rung.
    #[cfg(unix)]
    fn fileno(&self) -> i32 {
        self.held.sockets.fileno()
    }

    /// What it has rung for since this was last asked.
    fn take(&self) -> Vec<Py<PyAny>> {
        // First the sockets: whoever rings after this writes to them again.
        #[cfg(unix)]
        self.held.sockets.read();
        std::mem::take(&mut *self.held.rung.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(unix)]
mod sockets {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    pub(super) struct Sockets {
        near: UnixStream,
        far: UnixStream,
    }

    impl Sockets {
        pub(super) fn new() -> io::Result<Self> {
            let (near, far) = UnixStream::pair()?;
            near.set_nonblocking(true)?;
            far.set_nonblocking(true)?;
            Ok(Self { near, far })
        }

        pub(super) fn fileno(&self) -> i32 {
            self.near.as_raw_fd()
        }

        /// Where there is no room, there is enough to read already.
        pub(super) fn write(&self) {
            let _ = (&self.far).write(&[1]);
        }

        /// What is left wakes the loop once more, for nothing.
        pub(super) fn read(&self) {
            let _ = (&self.near).read(&mut [0; 64]);
        }
    }
}
