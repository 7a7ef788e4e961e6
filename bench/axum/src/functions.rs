//! Mizan on Axum.

use axum::Router;
use mizan_axum::mizan::{Cache, Mizan};
use mizan_axum::{Layer, MizanService};
use mizan_bench_answers::builder;

/// The application; `kept` has bundles kept in memory.
fn mizan(kept: bool) -> Mizan {
    let mut builder = builder().secret("a secret of the benchmark's own, 32");
    if kept {
        builder = builder.cache(Cache::memory());
    }
    builder.build().expect("it can be served")
}

/// Its routes in a router.
pub(crate) fn router(kept: bool) -> Router {
    mizan_axum::routes(mizan(kept))
}

/// The application in front of a router.
pub(crate) fn in_front(kept: bool) -> MizanService<Router> {
    mizan_axum::layer(mizan(kept)).layer(Router::new())
}
