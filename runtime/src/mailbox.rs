//! Where an answer is left by one thread for another.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::io;

type Wake = Box<dyn FnOnce() + Send>;

/// A place for one answer, and whom to tell of it.
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

enum State<T> {
    Empty,
    /// This is called when an answer is there, by the thread that leaves it where it may be.
    Expected(Wake, Place),
    Arrived(T),
}

/// Where a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the thread that leaves the answer, whichever that is: the call waits for nothing.
    Here,
    /// On a thread that may wait.
    Anywhere,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State::Empty), arrived: Condvar::new() }
    }
}

impl<T> std::fmt::Debug for Mailbox<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Mailbox(…)")
    }
}

impl<T> Mailbox<T> {
    pub(crate) fn post(&self, arrived: T) {
        let before = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *state, State::Arrived(arrived))
        };
        self.arrived.notify_all();
        // The lock is free again: whoever is called may look into the mailbox.
        match before {
            State::Expected(wake, Place::Here) => io::quietly(wake),
            State::Expected(wake, Place::Anywhere) => io::call_back(wake),
            State::Empty | State::Arrived(_) => {}
        }
    }

    /// The answer, if it is there.
    pub(crate) fn take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::Empty) {
            State::Arrived(arrived) => Some(arrived),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Has `wake` called when the answer is there; returns true, and calls nothing, if it is already.
    pub(crate) fn expect(&self, wake: Wake, place: Place) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Arrived(_)) {
            return true;
        }
        *state = State::Expected(wake, place);
        false
    }

    /// Waits for the answer.
    pub(crate) fn wait(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |state: &mut State<T>| !matches!(state, State::Arrived(_));
        drop(self.arrived.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner));
    }
}
