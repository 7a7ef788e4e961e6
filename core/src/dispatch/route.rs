//! Which of the protocol's routes a path and a method are (HTTP-1 to HTTP-3).

use std::borrow::Cow;

use crate::error::code::{ErrorCode, ErrorReply};
use crate::registry::Application;
use crate::registry::pages::{self, Found, Page};

/// A route of the protocol, with its method checked.
#[derive(Debug)]
pub(super) enum Route<'a> {
    Call,
    Bundle {
        context: &'a str,
        /// Whether only the headers are wanted.
        head: bool,
        /// Whether the path ended in a slash.
        slash: bool,
    },
    Session {
        /// Whether only the headers are wanted.
        head: bool,
    },
    Ir,
    /// A page outside the base.
    Page {
        page: &'a Page,
        /// What its path says, as query text.
        params: Vec<u8>,
    },
}

/// A refusal, and the methods that the route takes where it is about those.
pub(super) type Refused = (ErrorReply, Option<Cow<'static, str>>);

const READ: &str = "GET, HEAD";
const CALL: &str = "POST";

impl Application {
    /// Whether the path, at or below the base, is one that no page has (PAGE-2). It is for a framework that looks for pages
    /// before it looks for the base.
    #[must_use]
    pub fn reserves(&self, path: &str) -> bool {
        pages::is_protocol(self.base(), path)
    }

    /// Whether the path is the protocol's to answer. Every other path is the framework's.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        path.strip_prefix(self.base()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || pages::has(self.pages(), path)
    }
}

pub(super) fn find<'a>(app: &'a Application, method: &str, path: &'a str) -> Result<Route<'a>, Refused> {
    let not_found = || (ErrorReply::new(ErrorCode::NotFound), None);
    if !app.reserves(path) {
        match pages::find(app.pages(), method, path) {
            Found::Page(page, params) => return Ok(Route::Page { page, params }),
            Found::Methods(methods) => return Err(wrong_method(methods.join(", ").into())),
            Found::Nothing => {}
        }
    }
    let rest = path.strip_prefix(app.base()).and_then(|rest| rest.strip_prefix('/')).ok_or_else(not_found)?;
    let (rest, slash) = rest.strip_suffix('/').map_or((rest, false), |rest| (rest, true));
    match rest.split_once('/') {
        None if rest == "call" => only(method, &["POST"], CALL).map(|()| Route::Call),
        None if rest == "session" => {
            only(method, &["GET", "HEAD"], READ).map(|()| Route::Session { head: method == "HEAD" })
        }
        None if rest == "ir" && app.exposes_ir() => only(method, &["GET", "HEAD"], READ).map(|()| Route::Ir),
        Some(("ctx", context)) if app.context_index(context).is_some() => {
            only(method, &["GET", "HEAD"], READ).map(|()| Route::Bundle { context, head: method == "HEAD", slash })
        }
        _ => Err(not_found()),
    }
}

fn only(method: &str, allowed: &[&str], allow: &'static str) -> Result<(), Refused> {
    if allowed.contains(&method) { Ok(()) } else { Err(wrong_method(allow.into())) }
}

fn wrong_method(allow: Cow<'static, str>) -> Refused {
    (ErrorReply::new(ErrorCode::MethodNotAllowed), Some(allow))
}
