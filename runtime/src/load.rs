//! A load, from the first look to what its caller hears.
//!
//! ```text
//! look ─► held? uncached ─► generations missing? create them, look again ─► entry of this stamp? hit
//!      ─► else a fill: join the flight of this stamp, or lead it (and take the lease, where there are leases)
//! ```

use std::sync::Arc;

use mizan_core::cache::entry::{Entry, Stamp};

use crate::Keyspace;
use crate::cache::Inner;
use crate::fill::Fill;
use crate::flight::{FlightKey, Landing, Waiter};
use crate::metrics::count;
use crate::pause::Point;
use crate::random;
use crate::store::{Fault, Look};

/// What a load found.
#[derive(Debug)]
pub enum Loaded {
    /// The bundle.
    Hit(Arc<Entry>),
    /// Nothing that is current: run the functions, and store what they gave.
    Miss(Fill),
    /// Run the functions, and store nothing.
    Uncached(Reason),
}

/// Why a load is not cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A mutation that touches the bundle is running, or died.
    Held,
    /// The store is away, slow, full, or waits for its epochs to be rotated.
    Unavailable,
    /// Another load had the right to fill and did not come back in time.
    Leased,
}

pub(crate) type Then = Box<dyn FnOnce(Loaded) + Send>;

/// Loads; `then` is called once, whatever happens.
pub(crate) fn load(inner: &Arc<Inner>, key: &Arc<Keyspace>, then: Then) {
    if !inner.store.ready() {
        return uncached(inner, Reason::Unavailable, then);
    }
    let held = Arc::clone(inner);
    let looked = Arc::clone(key);
    inner.store.look(key, Box::new(move |look| judge(&held, looked, look, true, then)));
}

/// What follows from a look. Generations that are missing are created once: where the second look misses some as well,
/// the store does not take them.
fn judge(inner: &Arc<Inner>, key: Arc<Keyspace>, look: Result<Look, Fault>, first: bool, then: Then) {
    let look = match look {
        Ok(look) if look.held => return uncached(inner, Reason::Held, then),
        Ok(look) => look,
        Err(Fault) => return uncached(inner, Reason::Unavailable, then),
    };
    let Some(stamp) = look.stamp() else {
        let candidates = random::generations(key.tags.len() + 1).filter(|_| first);
        let Some(candidates) = candidates else { return uncached(inner, Reason::Unavailable, then) };
        let held = Arc::clone(inner);
        return inner.pause_then(Point::BeforeGenerations, move || {
            let (judging, created) = (Arc::clone(&held), Arc::clone(&key));
            let again = Box::new(move |look| judge(&judging, created, look, false, then));
            held.store.create(&key, candidates, again);
        });
    };
    match look.entry {
        Some(entry) if entry.stamp == stamp => hit(inner, entry, then),
        _ => fill(inner, key, stamp, then),
    }
}

fn fill(inner: &Arc<Inner>, key: Arc<Keyspace>, stamp: Stamp, then: Then) {
    let flight = FlightKey { entry: key.entry.clone(), stamp };
    let (held, waited, stamp) = (Arc::clone(inner), Arc::clone(&key), flight.stamp.clone());
    let wait = |then: Then| -> Waiter {
        Box::new(move |landing| match landing {
            Landing::Filled(entry) => {
                count(&held.counters.joined);
                then(Loaded::Hit(entry));
            }
            Landing::Abandoned => miss(&held, Fill::new(&held, waited, stamp, false), then),
        })
    };
    let Some(then) = inner.flights.join(&flight, then, wait) else { return };
    let lead = Fill::new(inner, key, flight.stamp.clone(), true);
    match inner.lease_name(&flight) {
        None => miss(inner, lead, then),
        Some(name) => leased(inner, lead, &name, then),
    }
}

/// A flight's leader asks whether another process fills already.
fn leased(inner: &Arc<Inner>, mut lead: Fill, name: &str, then: Then) {
    let (held, key, lease) = (Arc::clone(inner), Arc::clone(&lead.key), name.to_owned());
    let answered = move |answer: Result<bool, Fault>| match answer {
        Ok(true) => {
            lead.lease = Some(lease);
            miss(&held, lead, then);
        }
        Ok(false) => await_other(&held, lead, then),
        Err(Fault) => uncached(&held, Reason::Unavailable, then),
    };
    inner.store.lease(&key, name, Box::new(answered));
}

/// Another process fills: its entry is this flight's, if it comes.
fn await_other(inner: &Arc<Inner>, mut lead: Fill, then: Then) {
    let held = Arc::clone(inner);
    let key = Arc::clone(&lead.key);
    let stamp = lead.stamp.clone();
    let came = move |look: Result<Look, Fault>| {
        let entry = look.ok().and_then(|look| {
            let current = look.stamp().as_ref() == Some(&lead.stamp) && !look.held;
            look.entry.filter(|entry| current && entry.stamp == lead.stamp)
        });
        match entry {
            Some(entry) => {
                lead.land(&Landing::Filled(Arc::clone(&entry)));
                hit(&held, entry, then);
            }
            None => uncached(&held, Reason::Leased, then),
        }
    };
    inner.store.wait(&key, stamp, Box::new(came));
}

fn miss(inner: &Inner, fill: Fill, then: Then) {
    count(&inner.counters.misses);
    then(Loaded::Miss(fill));
}

fn hit(inner: &Inner, entry: Arc<Entry>, then: Then) {
    count(&inner.counters.hits);
    then(Loaded::Hit(entry));
}

fn uncached(inner: &Inner, reason: Reason, then: Then) {
    count(match reason {
        Reason::Held => &inner.counters.held,
        Reason::Unavailable => &inner.counters.unavailable,
        Reason::Leased => &inner.counters.leased,
    });
    then(Loaded::Uncached(reason));
}
