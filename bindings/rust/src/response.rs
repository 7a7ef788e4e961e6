//! The response that the function of a page answers with (PAGE-6).

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

/// A whole response, for a page that is no JSON: a form that redirects, a download, a page.
///
/// A function that returns one has a `route`, and no call reaches it. What it affects is said in the response's header.
///
/// ```
/// use mizan::{Request, Response, http};
///
/// /// Put a word on the list.
/// #[mizan::client(route = "/words/:word", methods = ["POST"])]
/// async fn add_word(word: String, request: Request) -> Response {
///     println!("{word}: {} bytes of notes", request.body().len());
///     Response::see_other("/words")
/// }
///
/// /// All of them.
/// #[mizan::client(route = "/words.txt")]
/// fn words() -> Response {
///     http::Response::builder().header("content-type", "text/plain").body("ebb\ntide\n").unwrap_or_default().into()
/// }
/// ```
#[derive(Debug)]
pub struct Response(pub(crate) http::Response<Bytes>);

impl Response {
    /// Sends the browser there with a `GET`; for the answer to a form. A location that no header may hold is the root.
    #[must_use]
    pub fn see_other(location: &str) -> Self {
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = StatusCode::SEE_OTHER;
        let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, location);
        Self(response)
    }
}

impl<B: Into<Bytes>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        Self(response.map(Into::into))
    }
}
