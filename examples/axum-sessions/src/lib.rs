//! Signing in on axum: the application keeps sessions with tower-sessions, and Mizan asks it who is calling.
//!
//! The layer leaves a [`Session`] in each request. `identify` reads it, where that matters; the functions that sign in and
//! out change it. A secret switches the protection against forged requests on, which binds its token to the session.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use mizan_axum::mizan::{self, Context, Error, Extension, Identity, Mizan, RegistrationError, Request, Result, State};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

/// Where the session has the name of whoever signed in.
const USER: &str = "user";

/// Names and passwords; an application has its own, and keeps no password as it is.
const PEOPLE: [(&str, &str); 2] = [("ada", "difference"), ("grace", "compiler")];

const ME: Context = Context::new("me").by_identity();

#[derive(Clone, Default)]
struct Notes(Arc<Mutex<BTreeMap<String, Vec<String>>>>);

impl Notes {
    fn of<T>(&self, user: &str, look: impl FnOnce(&mut Vec<String>) -> T) -> T {
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(user.to_owned()).or_default())
    }
}

/// Who is signed in.
#[mizan::client(context = ME)]
async fn whoami(identity: Option<Identity>) -> Option<String> {
    identity.map(|identity| identity.sub)
}

/// Their notes.
#[mizan::client(context = ME, auth = "authenticated")]
async fn notes(State(notes): State<Notes>, identity: Identity) -> Vec<String> {
    notes.of(&identity.sub, |notes| notes.clone())
}

/// Write one more.
#[mizan::client(affects = notes, auth = "authenticated")]
async fn add_note(
    State(notes): State<Notes>,
    identity: Identity,
    #[schemars(length(min = 1, max = 200))] text: String,
) -> usize {
    notes.of(&identity.sub, |notes| {
        notes.push(text);
        notes.len()
    })
}

/// Sign in.
#[mizan::client(affects = ME)]
async fn sign_in(Extension(session): Extension<Session>, name: String, password: String) -> Result<()> {
    if !PEOPLE.contains(&(name.as_str(), password.as_str())) {
        return Err(Error::invalid("password", "is not the one of that name"));
    }
    // A session that somebody else may have planted becomes another one.
    session.cycle_id().await?;
    session.insert(USER, name).await?;
    Ok(())
}

/// Sign out.
#[mizan::client(affects = ME)]
async fn sign_out(Extension(session): Extension<Session>) -> Result<()> {
    session.flush().await?;
    Ok(())
}

/// Who asks, by the session of the request.
async fn identify(request: Request) -> Result<Option<Identity>> {
    let Some(session) = request.extension::<Session>() else { return Ok(None) };
    let Some(user) = session.get::<String>(USER).await? else { return Ok(None) };
    let identity = Identity::new(user);
    Ok(Some(match session.id() {
        Some(id) => identity.session(id.to_string()),
        None => identity,
    }))
}

/// The application. Its secret has at least 32 bytes; `secure` says whether browsers reach it over TLS alone.
///
/// # Errors
///
/// A secret that is too short.
pub fn app(secret: &str, secure: bool) -> std::result::Result<Router, RegistrationError> {
    let mizan = Mizan::builder()
        .state(Notes::default())
        .function(whoami)
        .function(notes)
        .function(add_note)
        .function(sign_in)
        .function(sign_out)
        .identify(identify)
        .secret(secret)
        .build()?;
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(secure);
    Ok(mizan_axum::routes(mizan).layer(sessions))
}
