//! What a careless application keeps of a request outside of its arguments; a switch has functions look at it.

use std::sync::{Mutex, PoisonError};

use mizan::http::HeaderMap;

use crate::switches::broken;

static HEADERS: Mutex<Option<HeaderMap>> = Mutex::new(None);

/// Whether a switch needs the headers kept.
#[must_use]
pub fn is_kept() -> bool {
    broken("unkeyed-inputs") || broken("public-isolation")
}

/// Keeps the headers of a request that is about to be answered: probes ask one thing at a time.
pub fn keep(headers: &HeaderMap) {
    *HEADERS.lock().unwrap_or_else(PoisonError::into_inner) = Some(headers.clone());
}

fn header(name: &str) -> Option<String> {
    let headers = HEADERS.lock().unwrap_or_else(PoisonError::into_inner);
    Some(headers.as_ref()?.get(name)?.to_str().ok()?.to_owned())
}

/// The language that the request asks for.
pub(crate) fn language() -> String {
    header("accept-language").unwrap_or_default()
}

/// The name in the request's header.
pub(crate) fn user() -> String {
    header("x-user").unwrap_or_else(|| "nobody".to_owned())
}
