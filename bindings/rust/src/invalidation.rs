//! What a running function says it changed, beyond what it declared (SCOPE-7).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mizan_core::invalidation::scope::Invalidation;
use mizan_runtime::Late;
use serde::Serialize;
use serde_json::{Map, Value};
use tokio::task::futures::TaskLocalFuture;

use crate::context::Target;
use crate::finite;
use crate::handle::write_log;

tokio::task_local! {
    /// The list of the function that runs here.
    static ANNOUNCED: Announced;
}

/// What one function said, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Announced(Arc<Said>);

#[derive(Debug, Default)]
struct Said {
    targets: Mutex<Vec<Invalidation>>,
    thread: Mutex<Thread>,
}

/// How far a function is that runs on a thread, which cannot be stopped.
#[derive(Debug, Default)]
enum Thread {
    #[default]
    Nothing,
    Runs,
    /// Nobody waits for it any more (STORE-7).
    Outlives(Late),
}

impl Announced {
    /// The list of the function that runs here, or one that nobody reads.
    pub(crate) fn current() -> Self {
        ANNOUNCED.try_with(Clone::clone).unwrap_or_default()
    }

    /// The function with its list.
    pub(crate) fn around<F: Future>(&self, running: F) -> TaskLocalFuture<Self, F> {
        ANNOUNCED.scope(self.clone(), running)
    }

    /// From here on the function runs on a thread, or will: nothing can stop it.
    pub(crate) fn goes_to_a_thread(&self) {
        *self.thread() = Thread::Runs;
    }

    /// Runs a sync function on this thread, whether or not somebody waits for its end.
    pub(crate) fn around_sync<T>(&self, run: impl FnOnce() -> T) -> T {
        // Also where it panics.
        let _ended = Ended(self.clone());
        ANNOUNCED.sync_scope(self.clone(), run)
    }

    /// Nobody waits for the function any more. If it runs on a thread, what it may still change is taken away when it ends.
    pub(crate) fn left(&self, late: impl FnOnce() -> Option<Late>) {
        let mut thread = self.thread();
        if matches!(*thread, Thread::Runs)
            && let Some(late) = late()
        {
            *thread = Thread::Outlives(late);
        }
    }

    /// What has been named until now. It stays: a function on a thread may end after it was looked at, and so may the request
    /// of one that has ended.
    pub(crate) fn named(&self) -> Vec<Invalidation> {
        self.targets().clone()
    }

    fn add(&self, invalidation: Invalidation) {
        self.targets().push(invalidation);
    }

    fn targets(&self) -> MutexGuard<'_, Vec<Invalidation>> {
        self.0.targets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn thread(&self) -> MutexGuard<'_, Thread> {
        self.0.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When dropped, the function on this thread has ended.
struct Ended(Announced);

impl Drop for Ended {
    fn drop(&mut self) {
        let thread = std::mem::take(&mut *self.0.thread());
        if let Thread::Outlives(late) = thread {
            write_log(late.ended(&self.0.named()));
        }
    }
}

/// Params by name, which narrow a target: [`params!`](crate::params).
#[derive(Debug, Clone, Default)]
pub struct Params {
    members: Map<String, Value>,
}

impl Params {
    /// Without any.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more. A value that has no form in JSON narrows nothing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let text = serde_json::to_vec(&value).unwrap_or_default();
        if finite::check(&value, &text).is_ok()
            && let Ok(value) = serde_json::from_slice(&text)
        {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn into_text(self) -> Option<Vec<u8>> {
        (!self.members.is_empty()).then(|| Value::Object(self.members).to_string().into_bytes())
    }
}

/// [`Params`] by name: `params! { project_id: project.id }`.
#[macro_export]
macro_rules! params {
    ($($name:ident : $value:expr),* $(,)?) => {
        $crate::Params::new()$(.with(stringify!($name), &$value))*
    };
}

/// Says that a target changed: a context, one of its members, or the name of either.
///
/// It belongs inside a function that Mizan runs, sync or async; if that function fails, it invalidates nothing. Where
/// nobody called over Mizan, as in a plain call of the function from a test, there is nobody to tell. A task that the
/// function spawns is not the function.
pub fn invalidate(target: impl Into<Target>) {
    invalidate_where(target, Params::new());
}

/// Says that a target changed where its params are these.
///
/// ```
/// # #[mizan::client(context = "project")]
/// # async fn project_tasks(project_id: i64) -> Vec<String> { vec![] }
/// #[mizan::client(affects = project_tasks)]
/// async fn move_tasks(project_id: i64, to: i64) {
///     // …
///     mizan::invalidate_where(project_tasks, mizan::params! { project_id: to });
/// }
/// ```
pub fn invalidate_where(target: impl Into<Target>, params: Params) {
    let name = target.into().name().to_owned();
    Announced::current().add(Invalidation { name, params: params.into_text() });
}
