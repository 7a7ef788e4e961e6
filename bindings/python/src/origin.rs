//! The steps of an exchange that the runtime takes: looking a bundle up, keeping it, holding and removing tags.
//!
//! None of them makes Python wait. What cannot be answered at once is posted to a mailbox later, by whichever thread has
//! the answer; the exchange takes it from there when its host comes back.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use mizan_core::dispatch;
use mizan_core::dispatch::{Holding, Loading, Purging, Storing};
use mizan_runtime::{Cache, Fill, Hold, Keyspace, Loaded, Purged};
use pyo3::prelude::*;

/// What came of a step.
pub(crate) enum Arrived {
    Loaded(Loaded),
    Held(Hold),
    Purged(Purged),
}

/// Where an answer is left, and who is told of it.
#[derive(Default)]
pub(crate) struct Mailbox {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    Empty,
    /// This is called when an answer is there.
    Expected(Py<PyAny>),
    Arrived(Arrived),
}

impl Mailbox {
    fn post(&self, arrived: Arrived) {
        let before = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *state, State::Arrived(arrived))
        };
        self.arrived.notify_all();
        // The lock is free again: whoever is called may look into the mailbox.
        if let State::Expected(wake) = before {
            Python::attach(|py| {
                if let Err(error) = wake.call0(py) {
                    error.write_unraisable(py, None);
                }
            });
        }
    }

    /// The answer, if it is there.
    pub(crate) fn take(&self) -> Option<Arrived> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::take(&mut *state) {
            State::Arrived(arrived) => Some(arrived),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Has `wake` called when the answer is there, on whatever thread; returns true, and calls nothing, if it is already.
    pub(crate) fn expect(&self, wake: Py<PyAny>) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Arrived(_)) {
            return true;
        }
        *state = State::Expected(wake);
        false
    }

    /// Waits for the answer.
    pub(crate) fn wait(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |state: &mut State| !matches!(state, State::Arrived(_));
        drop(self.arrived.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner));
    }
}

/// What the runtime holds for one exchange.
#[derive(Default)]
pub(crate) struct Origin {
    mailbox: Option<Arc<Mailbox>>,
    fill: Option<Fill>,
    hold: Option<Hold>,
}

impl Origin {
    /// Where an answer is still to come.
    pub(crate) fn mailbox(&self) -> Option<&Arc<Mailbox>> {
        self.mailbox.as_ref()
    }

    fn expect(&mut self) -> Arc<Mailbox> {
        let mailbox = Arc::<Mailbox>::default();
        self.mailbox = Some(Arc::clone(&mailbox));
        mailbox
    }

    pub(crate) fn load(&mut self, cache: &Cache, loading: &Loading) {
        let Loading { context, entry, tags } = loading.clone();
        let mailbox = self.expect();
        cache.load_then(Keyspace { context, entry, tags }, move |loaded| mailbox.post(Arrived::Loaded(loaded)));
    }

    pub(crate) fn hold(&mut self, cache: &Cache, holding: &Holding) {
        let tags: Vec<_> = holding.tags.iter().map(|tag| (tag.context.clone(), tag.tag.clone())).collect();
        let limit = Duration::from_millis(u64::from(holding.limit_ms));
        let mailbox = self.expect();
        cache.hold_then(&tags, limit, move |hold| mailbox.post(Arrived::Held(hold)));
    }

    pub(crate) fn purge(&mut self, cache: &Cache, purging: &Purging) {
        let tags: Vec<_> = purging.tags.iter().map(|tag| (tag.context.clone(), tag.tag.clone())).collect();
        // A hold that is dropped runs out by itself.
        let hold = self.hold.take().filter(|_| purging.release);
        let mailbox = self.expect();
        cache.purge_then(&tags, hold, move |purged| mailbox.post(Arrived::Purged(purged)));
    }

    /// Keeps a bundle; nobody waits for it.
    pub(crate) fn store(&mut self, cache: &Cache, storing: &Storing) {
        if let Some(fill) = self.fill.take() {
            cache.store_then(fill, &storing.body, Duration::from_secs(u64::from(storing.ttl)), drop);
        }
    }

    /// Hands an answer that has come to the core. Returns whether one had.
    pub(crate) fn deliver(&mut self, core: &mut dispatch::Exchange) -> bool {
        let Some(arrived) = self.mailbox.as_ref().and_then(|mailbox| mailbox.take()) else { return false };
        self.mailbox = None;
        match arrived {
            Arrived::Loaded(Loaded::Hit(entry)) => {
                core.loaded(dispatch::Loaded::Hit { body: entry.body.clone(), etag: entry.etag.clone() });
            }
            Arrived::Loaded(Loaded::Miss(fill)) => {
                self.fill = Some(fill);
                core.loaded(dispatch::Loaded::Missed);
            }
            Arrived::Loaded(Loaded::Uncached(_)) => core.loaded(dispatch::Loaded::Uncached),
            Arrived::Held(hold) => {
                self.hold = Some(hold);
                core.held();
            }
            Arrived::Purged(purged) => core.purged(purged == Purged::Done),
        }
        true
    }
}
