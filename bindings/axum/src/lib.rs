//! Serves an application of [`mizan`] as part of an axum router.
//!
//! ```no_run
//! use axum::Router;
//! use mizan::Mizan;
//!
//! /// Say hello.
//! #[mizan::client]
//! async fn hello(name: String) -> String {
//!     format!("Hello {name}")
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let mizan = Mizan::builder().function(hello).build()?;
//!     let app: Router = Router::new().nest("/api/mizan", mizan_axum::router(mizan));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
//!     axum::serve(listener, app).await?;
//!     Ok(())
//! }
//! ```
//!
//! What layers around the router leave in a request's extensions (a session, a user) is there for `identify`, guards and
//! functions: [`mizan::Request::extension`]. Replies go out as the core made them.
#![deny(missing_docs)]

mod body;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, NestedPath, OriginalUri};
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{Method, Request, Response};
use axum::routing::any;
use mizan::Mizan;
use mizan::bytes::Bytes;

pub use mizan;

/// The routes of the protocol: `call/`, `ctx/…`, `session/`, and `ir/` where that is switched on.
///
/// It is nested at the application's base, which is `/api/mizan` where nothing else is said ([`mizan::Builder::base`]), and
/// may be nested deeper. Axum's `nest` leaves one path to the application's own fallback, the base with a slash and nothing
/// after it; `nest_service` does not. Serving alone, it answers below the base, and everything else with `NOT_FOUND`.
pub fn router<S: Clone + Send + Sync + 'static>(mizan: Mizan) -> Router<S> {
    let served = Served { mizan, warned: Arc::default() };
    let answer = move |request: Request<Body>| served.clone().answer(request);
    // A fallback would be lost where a router is nested twice.
    Router::new().route("/", any(answer.clone())).route("/{*path}", any(answer))
}

#[derive(Clone)]
struct Served {
    mizan: Mizan,
    /// Whether the log has been told that the base is another.
    warned: Arc<AtomicBool>,
}

impl Served {
    async fn answer(self, request: Request<Body>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        if let Ok(nested) = NestedPath::from_request_parts(&mut parts, &()).await {
            self.compare(nested.as_str());
            let original = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
            parts.uri = below(self.mizan.base(), nested.as_str(), original);
        }
        // Of other methods no body is read.
        let body = if parts.method == Method::POST {
            let limit = self.mizan.body_limit(parts.headers.get(axum::http::header::CONTENT_TYPE));
            body::read(body, limit).await
        } else {
            Bytes::new()
        };
        self.mizan.handle(Request::from_parts(parts, body)).await.map(Body::from)
    }

    /// The edge manifest and the cookie of `session/` name the base.
    fn compare(&self, nested: &str) {
        let base = self.mizan.base();
        if nested != base && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "mizan",
                "the router is nested at {nested:?}, and the application's base is {base:?}: say `.base({nested:?})`"
            );
        }
    }
}

/// The URI below the application's base. Nesting took the path of the nest away, and a slash that it should not have.
fn below(base: &str, nested: &str, original: &Uri) -> Uri {
    let raw = original.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut rest = raw;
    // A nest may have params in its path, so what is left out is as many parts as it has.
    for _ in nested.matches('/') {
        let part = rest.strip_prefix('/').unwrap_or(rest);
        rest = part.find(['/', '?']).and_then(|end| part.get(end..)).unwrap_or_default();
    }
    let mut parts = original.clone().into_parts();
    parts.path_and_query = format!("{base}{rest}").parse().ok();
    Uri::from_parts(parts).unwrap_or_default()
}
