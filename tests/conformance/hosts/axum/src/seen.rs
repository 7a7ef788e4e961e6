//! What a careless application keeps of a request outside of its arguments; a switch has functions look at it.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use crate::switches::broken;

tokio::task_local! {
    static HEADERS: HeaderMap;
}

/// Whether a switch needs the headers kept.
pub(crate) fn is_kept() -> bool {
    broken("unkeyed-inputs") || broken("public-isolation")
}

/// Keeps the headers of a request while it is answered.
pub(crate) async fn keep(request: Request, next: Next) -> Response {
    HEADERS.scope(request.headers().clone(), next.run(request)).await
}

fn header(name: &str) -> Option<String> {
    HEADERS.try_with(|headers| Some(headers.get(name)?.to_str().ok()?.to_owned())).ok()?
}

/// The language that the request asks for.
pub(crate) fn language() -> String {
    header("accept-language").unwrap_or_default()
}

/// The name in the request's header.
pub(crate) fn user() -> String {
    header("x-user").unwrap_or_else(|| "nobody".to_owned())
}
