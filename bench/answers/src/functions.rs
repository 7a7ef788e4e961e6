//! The application. Beyond what those by hand do, the reply to the rename says what it makes stale.

use mizan::{Builder, Error, Mizan};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{NOTICES, Notice, PROFILE, Profile, Renamed};

/// What somebody may be called.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Name(#[schemars(length(min = 2, max = 40))] String);

/// Rename a user.
#[mizan::client(affects = "user")]
async fn rename_user(user_id: i32, name: Name) -> Renamed {
    Renamed { user_id, name: name.0 }
}

fn found(user_id: i32) -> Result<(), Error> {
    if user_id == PROFILE.user_id { Ok(()) } else { Err(Error::not_found("There is no such user.")) }
}

/// Who a user is.
#[mizan::client(context = "user")]
async fn user_profile(user_id: i32) -> Result<&'static Profile, Error> {
    found(user_id).map(|()| &*PROFILE)
}

/// What a user was sent.
#[mizan::client(context = "user")]
async fn user_notices(user_id: i32) -> Result<&'static Vec<Notice>, Error> {
    found(user_id).map(|()| &*NOTICES)
}

/// The functions, declared.
pub fn builder() -> Builder {
    Mizan::builder().function(rename_user).function(user_profile).function(user_notices)
}
