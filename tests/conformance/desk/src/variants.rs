//! The variants: public contexts whose functions reach for whoever asks, each in another way, and a page that takes a body.

use mizan::{Builder, Call, Context, Error, FromCall, Identity, Limits, Request};

use crate::seen;
use crate::switches::broken;

pub(crate) fn register_peeking(builder: Builder) -> Builder {
    builder.function(peek_header).function(peek_cookie).function(peek_dependency)
}

pub(crate) fn register_asking(builder: Builder) -> Builder {
    if broken("public-isolation") { builder.function(peek_kept) } else { builder.function(peek_identity) }
}

pub(crate) fn register_paged(builder: Builder) -> Builder {
    let mut limits = Limits::new();
    limits.body = Some(200);
    builder.limits(limits).function(keep_letter)
}

/// Keeps a letter under a name.
#[mizan::client(route = "/letters/:name", methods = ["POST"])]
async fn keep_letter(name: String) -> String {
    name
}

fn header(request: &Request) -> String {
    let name = request.headers().get("x-user").and_then(|name| name.to_str().ok());
    name.unwrap_or_default().to_owned()
}

/// The name in the header.
#[mizan::client(context = Context::new("peek_header").public())]
async fn peek_header(request: Request) -> String {
    if broken("public-isolation") { seen::user() } else { header(&request) }
}

/// The name in the cookie.
#[mizan::client(context = Context::new("peek_cookie").public())]
async fn peek_cookie(request: Request) -> String {
    if broken("public-isolation") { seen::user() } else { request.cookie("desk_user").unwrap_or_default().to_owned() }
}

struct User(String);

impl FromCall for User {
    async fn from_call(call: &Call) -> Result<Self, Error> {
        Ok(Self(if broken("public-isolation") { seen::user() } else { header(call.request()) }))
    }
}

/// The name that an extractor found.
#[mizan::client(context = Context::new("peek_dependency").public())]
async fn peek_dependency(#[mizan(extract)] User(user): User) -> String {
    user
}

/// The caller's name.
#[mizan::client(context = Context::new("peek_identity").public())]
async fn peek_identity(identity: Option<Identity>) -> String {
    identity.map(|identity| identity.sub).unwrap_or_default()
}

/// The name that a middleware has kept.
#[mizan::client(context = Context::new("peek_identity").public(), name = "peek_identity")]
async fn peek_kept() -> String {
    seen::user()
}
