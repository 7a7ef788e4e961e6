//! Mizan on Axum.

use axum::Router;
use mizan_axum::mizan::Cache;
use mizan_bench_answers::builder;

/// The application; `kept` has bundles kept in memory.
pub(crate) fn router(kept: bool) -> Router {
    let mut builder = builder().secret("a secret of the benchmark's own, 32");
    if kept {
        builder = builder.cache(Cache::memory());
    }
    mizan_axum::routes(builder.build().expect("it can be served"))
}
