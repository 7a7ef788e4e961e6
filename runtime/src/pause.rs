//! Named points at which tests stop a load, a store or a purge. Without the feature `pause-points` there is nothing here
//! but the names.

/// A place in an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(not(feature = "pause-points"), allow(unreachable_pub))]
pub enum Point {
    /// Nothing is read yet.
    BeforeLoad,
    /// Generations are missing, and none is created yet.
    BeforeGenerations,
    /// The caller is about to hear what the store has; its functions have not run.
    AfterLoad,
    /// The functions have run; nothing is stored yet.
    BeforeStore,
    /// The mutation has run; nothing is purged yet.
    BeforePurge,
}

#[cfg(feature = "pause-points")]
pub use gates::{Gates, Pauses};

#[cfg(feature = "pause-points")]
mod gates {
    use std::collections::{HashMap, HashSet};
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::time::{Duration, Instant};

    use super::Point;

    /// What is called at each point, on the thread that reached it.
    #[derive(Clone)]
    pub struct Pauses(Arc<dyn Fn(Point) + Send + Sync>);

    impl Pauses {
        /// Calls this at each point.
        pub fn new(reached: impl Fn(Point) + Send + Sync + 'static) -> Self {
            Self(Arc::new(reached))
        }

        pub(crate) fn reach(&self, point: Point) {
            (self.0)(point);
        }
    }

    /// A gate at each point. All are open; a closed one stops everybody until it is opened.
    #[derive(Clone, Default)]
    pub struct Gates(Arc<(Mutex<State>, Condvar)>);

    #[derive(Default)]
    struct State {
        closed: HashSet<Point>,
        waiting: HashMap<Point, usize>,
    }

    impl Gates {
        /// Open gates.
        #[must_use]
        pub fn new() -> Self {
            Self::default()
        }

        /// What a cache is told to stop at them.
        #[must_use]
        pub fn pauses(&self) -> Pauses {
            let gates = self.clone();
            Pauses::new(move |point| gates.pass(point))
        }

        /// Closes the gate at a point.
        pub fn close(&self, point: Point) {
            self.state().closed.insert(point);
        }

        /// Opens it; whoever waits there goes on.
        pub fn open(&self, point: Point) {
            self.state().closed.remove(&point);
            self.0.1.notify_all();
        }

        /// Waits until somebody stands at the gate; whether that was in time.
        #[must_use]
        pub fn reached(&self, point: Point, limit: Duration) -> bool {
            let until = Instant::now() + limit;
            let mut state = self.state();
            while state.waiting.get(&point).is_none_or(|count| *count == 0) {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                state = self.0.1.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            }
            true
        }

        fn pass(&self, point: Point) {
            let mut state = self.state();
            if !state.closed.contains(&point) {
                return;
            }
            *state.waiting.entry(point).or_default() += 1;
            self.0.1.notify_all();
            while state.closed.contains(&point) {
                state = self.0.1.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            *state.waiting.entry(point).or_default() -= 1;
        }

        fn state(&self) -> MutexGuard<'_, State> {
            self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }
}
