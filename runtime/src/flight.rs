//! Single flight: of several loads that miss the same entry under the same generations, one fills and the others wait.
//!
//! A flight goes by its entry and its stamp. A reader that comes after a purge has another stamp, and so never joins a
//! flight that began before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mizan_core::cache::entry::{Entry, Stamp};

/// How a flight ended.
#[derive(Clone)]
pub(crate) enum Landing {
    Filled(Arc<Entry>),
    Abandoned,
}

pub(crate) type Waiter = Box<dyn FnOnce(Landing) + Send>;

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct FlightKey {
    pub entry: String,
    pub stamp: Stamp,
}

#[derive(Default)]
pub(crate) struct Flights {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    /// The process that the flights are of: in a forked child nobody leads those of its parent.
    process: u32,
    flights: HashMap<FlightKey, Vec<Waiter>>,
}

impl Flights {
    /// Joins the flight of this key, as the waiter that `make` makes of `then`. Where there is none it begins one, and
    /// gives `then` back.
    pub(crate) fn join<T>(&self, key: &FlightKey, then: T, make: impl FnOnce(T) -> Waiter) -> Option<T> {
        let mut table = self.table();
        if let Some(waiters) = table.flights.get_mut(key) {
            waiters.push(make(then));
            return None;
        }
        table.flights.insert(key.clone(), Vec::new());
        Some(then)
    }

    /// Ends the flight and tells those who wait, without a lock. Only its leader does that, and once.
    pub(crate) fn land(&self, key: &FlightKey, landing: &Landing) {
        let waiters = self.table().flights.remove(key);
        for waiter in waiters.into_iter().flatten() {
            crate::io::quietly(|| waiter(landing.clone()));
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing in there can be half done.
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if table.process != process {
            table.process = process;
            // Not dropped: what its waiters hold belongs to threads that are not here.
            std::mem::forget(std::mem::take(&mut table.flights));
        }
        table
    }
}
