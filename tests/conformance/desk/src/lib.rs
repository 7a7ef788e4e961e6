//! The desk of the conformance board in Rust: what its hosts serve, each by its adapter.

mod contexts;
mod functions;
mod models;
mod mutations;
mod people;
pub mod seen;
mod store;
mod switches;
mod variants;

use std::time::Duration;

use mizan::{Cache, Mizan, RegistrationError, Tokens};

use crate::store::Desk;
use crate::switches::{broken, variant};

/// The desk, as the environment asks for it.
pub fn desk() -> Result<Mizan, RegistrationError> {
    let store = std::env::var("MIZAN_CACHE").unwrap_or_default();
    let cache = match store.as_str() {
        "" | "memory" => Cache::memory(),
        url => Cache::redis(url).timeout(Duration::from_secs(5)),
    };
    let mut builder = Mizan::builder()
        .state(Desk::default())
        .identify(people::identify)
        .guard("in_hours", people::in_hours)
        .cache(cache)
        .tokens(tokens())
        .expose_ir(true);
    if broken("origins") {
        builder = builder.trusted_origin("https://evil.test");
    }
    builder = contexts::register(builder);
    builder = functions::register(builder);
    builder = mutations::register(builder);
    if variant("peeking") {
        builder = variants::register_peeking(builder);
    }
    if variant("asking") {
        builder = variants::register_asking(builder);
    }
    if variant("paged") {
        builder = variants::register_paged(builder);
    }
    builder.build()
}

/// What the commands `ir`, `manifest` and `openapi` of a host print.
#[must_use]
pub fn printed(mizan: &Mizan, command: &str) -> Option<String> {
    match command {
        "ir" => Some(mizan.ir().to_owned()),
        "manifest" => Some(mizan.manifest() + "\n"),
        "openapi" => Some(mizan.openapi("Mizan") + "\n"),
        _ => None,
    }
}

fn tokens() -> Tokens {
    let mut functions = Vec::new();
    if !broken("mwt-functions") {
        functions.push("mwt_obtain");
    }
    if !broken("jwt-functions") {
        functions.extend(["jwt_obtain", "jwt_refresh", "jwt_revoke"]);
    }
    Tokens::new()
        .mwt(!broken("mwt"))
        .access(!broken("jwt"))
        .functions(functions)
        .find(|sub| async move { Ok(Some(people::find(&sub))) })
        .permissions(|sub| async move {
            Ok((!broken("mwt-rights")).then(|| people::permissions_of(&sub).map(str::to_owned).collect()))
        })
}
