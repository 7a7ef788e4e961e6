//! The right to fill an entry, and the flight of those who wait for it.

use std::fmt;
use std::sync::Arc;

use mizan_core::cache::entry::Stamp;

use crate::Keyspace;
use crate::cache::Inner;
use crate::flight::{FlightKey, Landing};

/// What a load that missed gives its caller: run the functions, then hand it to [`crate::Cache::store`].
///
/// Its generations were read before it came to be. Dropping it abandons the fill, and whoever waits loads for itself.
pub struct Fill {
    pub(crate) inner: Arc<Inner>,
    pub(crate) key: Arc<Keyspace>,
    pub(crate) stamp: Stamp,
    /// Whether others may wait for it.
    pub(crate) leads: bool,
    pub(crate) lease: Option<String>,
}

impl Fill {
    pub(crate) fn new(inner: &Arc<Inner>, key: Arc<Keyspace>, stamp: Stamp, leads: bool) -> Self {
        Self { inner: Arc::clone(inner), key, stamp, leads, lease: None }
    }

    /// Where it will be stored.
    #[must_use]
    pub fn key(&self) -> &Keyspace {
        &self.key
    }

    /// Ends it, with what those who wait are told.
    pub(crate) fn land(&mut self, landing: &Landing) {
        if let Some(lease) = self.lease.take() {
            self.inner.store.release(&self.key, &lease);
        }
        if std::mem::take(&mut self.leads) {
            let key = FlightKey { entry: self.key.entry.clone(), stamp: self.stamp.clone() };
            self.inner.flights.land(&key, landing);
        }
    }
}

impl Drop for Fill {
    fn drop(&mut self) {
        self.land(&Landing::Abandoned);
    }
}

impl fmt::Debug for Fill {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Fill").field("key", &self.key).field("leads", &self.leads).finish_non_exhaustive()
    }
}
