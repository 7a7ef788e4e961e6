//! The threads of this process: one that does the I/O, and one that calls back.
//!
//! They start with the first operation that needs them. A process that was forked has none of its parent's threads: it
//! starts its own, and leaves what it inherited as it is.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};

struct Threads {
    process: u32,
    io: Handle,
    callbacks: Sender<Box<dyn FnOnce() + Send>>,
}

static THREADS: Mutex<Option<Threads>> = Mutex::new(None);

thread_local! {
    static DOES_IO: Cell<bool> = const { Cell::new(false) };
}

/// The I/O thread of this process. `None` where the system gives no more threads.
pub(crate) fn handle() -> Option<Handle> {
    with(|threads| threads.io.clone())
}

/// Calls back without keeping the I/O thread: at once on any other thread, else on the thread for callbacks. What it
/// calls may wait for an interpreter's lock, and nobody's deadline may wait for that.
pub(crate) fn call_back(job: Box<dyn FnOnce() + Send>) {
    if !DOES_IO.get() {
        return quietly(job);
    }
    let sender = with(|threads| threads.callbacks.clone());
    if let Some(Err(mpsc::SendError(job))) = sender.map(|sender| sender.send(job)) {
        quietly(job);
    }
}

/// Whether this is the I/O thread.
#[cfg(feature = "pause-points")]
pub(crate) fn is_here() -> bool {
    DOES_IO.get()
}

/// Calls what is not ours to judge: a panic of it ends here.
pub(crate) fn quietly(job: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(job));
}

fn with<T>(read: impl FnOnce(&Threads) -> T) -> Option<T> {
    let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if threads.as_ref().is_none_or(|threads| threads.process != process) {
        let started = start(process)?;
        // A parent's handle is not dropped: it would wake a thread that is not here.
        std::mem::forget(threads.replace(started));
    }
    threads.as_ref().map(read)
}

fn start(process: u32) -> Option<Threads> {
    let runtime = Builder::new_current_thread().enable_io().enable_time().build().ok()?;
    let io = runtime.handle().clone();
    let named = |name: &str| thread::Builder::new().name(name.to_owned());
    named("mizan-io")
        .spawn(move || {
            DOES_IO.set(true);
            runtime.block_on(std::future::pending::<()>());
        })
        .ok()?;
    let (callbacks, jobs) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    named("mizan-callbacks").spawn(move || jobs.into_iter().for_each(quietly)).ok()?;
    Some(Threads { process, io, callbacks })
}
