//! The request, as functions, guards and whoever finds out who asks see it.

use std::any::Any;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};

use crate::builder::Mizan;

/// A request. Cheap to clone; all clones are one request.
///
/// Members of a public context see neither its headers nor its extensions, and of its URI the path and the query alone:
/// shared caches keep what they return for everybody, so what one caller sent must not be in it.
#[derive(Debug, Clone)]
pub struct Request(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    body: Bytes,
    mizan: Mizan,
}

impl Request {
    pub(crate) fn new(parts: Parts, body: Bytes, mizan: &Mizan) -> Self {
        Self(Arc::new(Inner { parts, body, mizan: mizan.clone() }))
    }

    /// The application that answers it.
    pub(crate) fn mizan(&self) -> &Mizan {
        &self.0.mizan
    }

    /// The same request without what could tell who asks, nor at which of the server's names.
    pub(crate) fn without_caller(&self) -> Self {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        parts.method = self.method().clone();
        parts.uri = self.uri().path_and_query().map(|target| Uri::from(target.clone())).unwrap_or_default();
        parts.version = self.0.parts.version;
        Self::new(parts, Bytes::new(), &self.0.mizan)
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.parts.method
    }

    /// The URI, as the adapter got it.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.0.parts.uri
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.parts.headers
    }

    /// What layers in front of the application left for it, such as a session.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.0.parts.extensions
    }

    /// What a layer left of that type.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.extensions().get()
    }

    /// What the application was given of that type: [`crate::Builder::state`].
    #[must_use]
    pub fn state<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.mizan.0.states.get()
    }

    /// The value of the cookie of that name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers().get_all(http::header::COOKIE).iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// What came as its body, whole; for the function of a page, which reads it itself.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }
}

/// Left in the extensions of a request, it says that the request came over TLS: an adapter cannot see what a proxy in
/// front of it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secure;
