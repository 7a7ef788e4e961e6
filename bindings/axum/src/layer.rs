//! The protocol in front of a service, before any router looks for a route.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{Request, Response};
use futures_util::future::{BoxFuture, Either};
use mizan::Mizan;
use tower_layer::Layer;
use tower_service::Service;

/// Puts the application in front of a service: what is the protocol's, the base and the pages, is answered at once, and all
/// else goes to the service.
///
/// It answers what [`routes`](crate::routes) does, and costs less: a router looks for a route, notes which one it was, and
/// hands the request from box to box. Layers of the router are not around it; those that functions need are put around the
/// whole. Where the base is empty, every path is the protocol's. A path with params in front of the base needs a router, and
/// [`router`](crate::router) nested in it.
///
/// ```no_run
/// use axum::extract::Request;
/// use axum::routing::get;
/// use axum::{Router, ServiceExt};
/// use mizan_axum::Layer;
/// use mizan_axum::mizan::{self, Mizan};
///
/// #[mizan::client]
/// async fn hello(name: String) -> String {
///     format!("Hello {name}")
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let router: Router = Router::new().route("/health", get(async || "fine"));
///     let app = mizan_axum::layer(Mizan::builder().function(hello).build()?).layer(router);
///     let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
///     axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await?;
///     Ok(())
/// }
/// ```
#[must_use]
pub fn layer(mizan: Mizan) -> MizanLayer {
    MizanLayer(mizan)
}

/// Of [`layer`].
#[derive(Debug, Clone)]
pub struct MizanLayer(Mizan);

impl<S> Layer<S> for MizanLayer {
    type Service = MizanService<S>;

    fn layer(&self, inner: S) -> MizanService<S> {
        MizanService { mizan: self.0.clone(), inner }
    }
}

/// A service with the application in front of it: [`layer`].
#[derive(Debug, Clone)]
pub struct MizanService<S> {
    mizan: Mizan,
    inner: S,
}

impl<S> Service<Request<Body>> for MizanService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Either<BoxFuture<'static, Result<Response<Body>, Infallible>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let is_page = !self.mizan.reserves(path);
        if is_page && !self.mizan.owns(path) {
            return Either::Right(self.inner.call(request));
        }
        let reads = is_page || crate::has_body(request.method());
        let mizan = self.mizan.clone();
        let (parts, body) = request.into_parts();
        Either::Left(Box::pin(crate::answer(mizan, parts, body, reads)))
    }
}
