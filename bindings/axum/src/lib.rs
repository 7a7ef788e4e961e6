//! Serves an application of [`mizan`] as part of an axum router ([`routes`]), or before one ([`layer()`]).
//!
//! ```no_run
//! use axum::Router;
//! use mizan_axum::mizan::{self, Mizan};
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
//!     let app: Router = mizan_axum::routes(mizan);
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
//!     axum::serve(listener, app).await?;
//!     Ok(())
//! }
//! ```
//!
//! The crate `mizan` is re-exported, and the attribute finds it here: no other dependency is needed.
//!
//! What layers around the router leave in a request's extensions (a session, a user) is there for `identify`, guards and
//! functions: [`mizan::Request::extension`]. Replies go out as the core made them.
#![deny(missing_docs)]

mod body;
mod layer;

/// The pages about it, whose code is run as documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/axum.md")]
#[doc = include_str!("../README.md")]
struct Pages;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{NestedPath, OriginalUri};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{Method, Request, Response};
use axum::routing::{any, any_service};
use mizan::Mizan;
use mizan::bytes::Bytes;
use tower_service::Service;

pub use layer::{MizanLayer, MizanService, layer};
pub use mizan;
/// What puts a [`layer()`] in front of a service, as tower has it.
pub use tower_layer::Layer;

/// All that an application answers: the protocol at its base, and the pages of its functions. It is merged where the
/// application's paths begin.
pub fn routes<S: Clone + Send + Sync + 'static>(mizan: Mizan) -> Router<S> {
    let base = mizan.base().to_owned();
    let pages = pages(&mizan);
    if base.is_empty() { pages.fallback_service(router(mizan)) } else { pages.merge(below_prefix(&base, mizan)) }
}

/// The routes of the protocol: `call/`, `ctx/…`, `session/`, and `ir/` where that is switched on.
///
/// It is nested at the application's base, which is `/api/mizan` where nothing else is said ([`mizan::Builder::base`]), and
/// may be nested deeper. Axum's `nest` leaves one path to the application's own fallback, the base with a slash and nothing
/// after it; `nest_service` does not. Serving alone, it answers below the base, and everything else with `NOT_FOUND`.
pub fn router<S: Clone + Send + Sync + 'static>(mizan: Mizan) -> Router<S> {
    below_prefix("", mizan)
}

/// The protocol below a path of the router's own, which no request's URI loses.
fn below_prefix<S: Clone + Send + Sync + 'static>(prefix: &str, mizan: Mizan) -> Router<S> {
    // Axum finds a path of fixed text without keeping what stands in it.
    let bundles = mizan.contexts().map(|context| format!("{prefix}/ctx/{context}/"));
    let fixed: Vec<String> = bundles.chain([format!("{prefix}/call/"), format!("{prefix}/session/")]).collect();
    let served = Served(Arc::new(Shared { mizan, prefix: prefix.to_owned(), warned: AtomicBool::new(false) }));
    let answer = Answering(move |request| served.clone().answer(request));
    let router =
        if prefix.is_empty() { Router::new() } else { Router::new().route(prefix, any_service(answer.clone())) };
    let router = fixed.iter().fold(router, |router, path| router.route(path, any_service(answer.clone())));
    // A fallback would be lost where a router is nested twice.
    let beyond = [format!("{prefix}/"), format!("{prefix}/{{*path}}")];
    beyond.iter().fold(router, |router, path| router.route(path, any_service(answer.clone())))
}

/// The pages of the application's functions, which stand outside the base; merged where their paths begin.
///
/// A page has its path with every method, so that the protocol answers those that no function does.
pub fn pages<S: Clone + Send + Sync + 'static>(mizan: &Mizan) -> Router<S> {
    // Two functions may share a path, and call its params otherwise.
    let paths: BTreeSet<String> = mizan.pages().map(pattern).collect();
    let mut router = Router::new();
    for path in paths {
        let mizan = mizan.clone();
        let page = move |request: Request<Body>| {
            let (parts, body) = request.into_parts();
            answer(mizan.clone(), parts, body, true)
        };
        router = router.route(&path, any(page));
    }
    router
}

/// The path of a page as axum writes it, each param named by its place.
fn pattern(path: &str) -> String {
    let part = |(index, part): (usize, &str)| {
        if part.starts_with(':') { format!("{{part_{index}}}") } else { part.to_owned() }
    };
    path.split('/').enumerate().map(part).collect::<Vec<_>>().join("/")
}

/// What answers the protocol's paths.
#[derive(Clone)]
struct Served(Arc<Shared>);

struct Shared {
    mizan: Mizan,
    /// The path that it has in its router, beyond that of a nest.
    prefix: String,
    /// Whether the log has been told that the base is another.
    warned: AtomicBool,
}

/// A service whose future is not in a box: axum puts it in one. A handler would be cloned more often.
#[derive(Clone)]
struct Answering<F>(F);

impl<F, R> Service<Request<Body>> for Answering<F>
where
    F: FnMut(Request<Body>) -> R,
    R: Future<Output = Result<Response<Body>, Infallible>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = R;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> R {
        (self.0)(request)
    }
}

impl Served {
    fn answer(self, request: Request<Body>) -> impl Future<Output = Result<Response<Body>, Infallible>> + Send {
        let (mut parts, body) = request.into_parts();
        if let Some(nested) = parts.extensions.get::<NestedPath>() {
            let nested = nested.as_str();
            let original = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
            parts.uri = self.0.whole(nested, original);
        }
        let reads = has_body(&parts.method);
        answer(self.0.mizan.clone(), parts, body, reads)
    }
}

/// Whether the body of a request for the protocol's own paths counts: of other methods none is read.
fn has_body(method: &Method) -> bool {
    *method == Method::POST
}

/// The reply; where `reads`, the body counts.
///
/// Not an async function, whose future has room for its parameters twice: an allocator is slow with what is larger than a
/// kilobyte, and each request has one.
#[expect(clippy::manual_async_fn, reason = "see above")]
fn answer(
    mizan: Mizan,
    parts: Parts,
    body: Body,
    reads: bool,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + Send {
    async move {
        let body = if reads {
            let limit = mizan.body_limit(parts.headers.get(CONTENT_TYPE));
            match body::read(body, limit).await {
                Ok(body) => body,
                Err(_) => return Ok(mizan.refuse_broken_body().map(Body::from)),
            }
        } else {
            Bytes::new()
        };
        Ok(mizan.handle(Request::from_parts(parts, body)).await.map(Body::from))
    }
}

impl Shared {
    /// The URI below the application's base, of a request that came through a nest.
    fn whole(&self, nested: &str, original: &Uri) -> Uri {
        let base = self.mizan.base();
        if self.prefix.is_empty() && nested == base {
            // Where no part of the nest is a param, the path is the client's own.
            let below_base = original.path().strip_prefix(base);
            if below_base.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                return original.clone();
            }
            return below(base, nested, original);
        }
        let nested = format!("{nested}{}", self.prefix);
        self.compare(&nested);
        below(base, &nested, original)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_on_its_way_in_less_than_a_kilobyte() {
        let mizan = Mizan::builder().build().expect("it can be served");
        let (parts, body) = Request::new(Body::empty()).into_parts();
        let size = size_of_val(&answer(mizan, parts, body, true));
        assert!(size < 1000, "{size} bytes");
    }
}
