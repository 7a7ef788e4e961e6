//! The functions and the page as one application: real files as they are, and the page for every address that it routes
//! itself.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mizan_axum::mizan::Mizan;
use tower_http::services::{ServeDir, ServeFile};

/// Where `npm run build` in examples/shop/web leaves its files.
pub(crate) const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shop/web/dist");

/// The functions, and the page from this folder under everything else.
pub(crate) fn app(mizan: Mizan, folder: &Path) -> Router {
    Router::new()
        .nest_service("/api/mizan", mizan_axum::router(mizan))
        .nest_service("/assets", ServeDir::new(folder.join("assets")))
        .route_service("/icon.svg", ServeFile::new(folder.join("icon.svg")))
        .fallback(get(page))
        .with_state(folder.join("index.html"))
}

async fn page(State(file): State<PathBuf>, uri: Uri) -> Response {
    // A name with a dot is a file that is not there, not an address of the page.
    if uri.path().contains('.') {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::fs::read(file).await {
        Ok(text) => {
            // The page names its scripts by their content; it alone must be asked for again.
            let fields = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            ];
            (fields, text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
