//! Typed server functions, the contexts that they read, and the clients that follow.
//!
//! ```
//! use mizan::{Error, Mizan, State};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! struct Profile {
//!     user_id: i64,
//!     name: String,
//! }
//!
//! #[derive(Clone)]
//! struct Names(Vec<String>);
//!
//! /// Who a user is.
//! #[mizan::client(context = "user")]
//! async fn user_profile(State(names): State<Names>, user_id: i64) -> Result<Profile, Error> {
//!     let name = usize::try_from(user_id).ok().and_then(|index| names.0.get(index));
//!     let name = name.ok_or_else(|| Error::not_found("There is no such user."))?.clone();
//!     Ok(Profile { user_id, name })
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mizan = Mizan::builder().state(Names(vec!["Ada".to_owned()])).function(user_profile).build()?;
//! assert!(mizan.ir().contains("function \"user_profile\""));
//! # Ok(()) }
//! ```
//!
//! A function stays what it is: `user_profile(State(names), 0).await` runs it, without a server. Its types are those that
//! serde reads and writes and schemars describes. An adapter (`mizan-axum`, `tauri-plugin-mizan`) carries requests to
//! [`Mizan::handle`] and its replies back.
#![deny(missing_docs)]

/// The page about it, whose code is run as documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

// What the macros expand to names this crate; so do the functions of its own.
extern crate self as mizan;

#[doc(hidden)]
pub mod __private;
mod big_int;
mod builder;
mod call;
mod context;
mod declaration;
mod document;
mod error;
mod errors;
mod extract;
mod finite;
mod handle;
mod identity;
mod invalidation;
mod misfit;
mod options;
mod protection;
mod registration_error;
mod reply;
mod request;
mod response;
mod schema;
mod token_functions;
mod type_names;
mod upload;

pub use big_int::{BigInt, NoInteger};
pub use builder::{Builder, Mizan};
pub use call::Call;
pub use context::{Context, Target};
pub use declaration::Function;
pub use error::{Error, ErrorKind, Place};
pub use errors::Errors;
pub use extract::{Extension, FromCall, State};
pub use identity::{Identity, Proof};
pub use invalidation::{Params, invalidate, invalidate_where};
pub use mizan_macros::{Errors, client};
pub use options::{Auth, Caching, Limits};
pub use protection::{Cache, Tokens};
pub use registration_error::RegistrationError;
pub use request::{Request, Secure};
pub use response::Response;
pub use upload::Upload;

/// The crates whose types stand in this interface.
pub use {bytes, http, schemars, serde};

/// What most functions return: a value, or [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
