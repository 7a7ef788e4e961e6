//! The same as an application of Mizan's. Beyond what the commands do, the reply to the rename says what it makes stale.

use mizan::{Error, Mizan};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::data::{DATA, Notice, Profile, Renamed};

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
    if user_id == DATA.profile.user_id { Ok(()) } else { Err(Error::not_found("There is no such user.")) }
}

/// Who a user is.
#[mizan::client(context = "user")]
async fn user_profile(user_id: i32) -> Result<&'static Profile, Error> {
    found(user_id).map(|()| &DATA.profile)
}

/// What a user was sent.
#[mizan::client(context = "user")]
async fn user_notices(user_id: i32) -> Result<&'static Vec<Notice>, Error> {
    found(user_id).map(|()| &DATA.notices)
}

pub(crate) fn mizan() -> Mizan {
    Mizan::builder()
        .function(rename_user)
        .function(user_profile)
        .function(user_notices)
        .build()
        .expect("it can be served")
}
