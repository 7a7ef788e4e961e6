//! What the benchmark's applications in Rust answer from, as types, and the same as an application of Mizan's.
//! `apps/data.py` has written the data as JSON, whose path `BENCH_DATA` names.

mod functions;

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use functions::builder;

/// The lengths that a name may have, in characters.
pub const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;

/// Who the user is.
pub static PROFILE: LazyLock<Profile> = LazyLock::new(|| read().profile);
/// What the user was sent.
pub static NOTICES: LazyLock<Vec<Notice>> = LazyLock::new(|| read().notices);

#[derive(Deserialize)]
struct Data {
    profile: Profile,
    notices: Vec<Notice>,
}

fn read() -> Data {
    let path = std::env::var("BENCH_DATA").expect("BENCH_DATA names the data");
    serde_json::from_slice(&std::fs::read(path).expect("the data are there"))
        .expect("the data are as they were written")
}

/// What a rename answers.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Deserialize, Serialize, JsonSchema)]
pub struct Renamed {
    pub user_id: i32,
    pub name: String,
}

/// Where somebody lives.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

/// A part of an order.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub struct Item {
    sku: String,
    title: String,
    quantity: i32,
}

/// What somebody bought.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub struct Order {
    order_id: i32,
    placed: String,
    total: f64,
    paid: bool,
    items: Vec<Item>,
}

/// What is known of a user.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub struct Profile {
    pub user_id: i32,
    name: String,
    email: String,
    active: bool,
    score: f64,
    referred_by: Option<i32>,
    address: Address,
    tags: Vec<String>,
    orders: Vec<Order>,
}

/// Something that a user was sent.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
pub struct Notice {
    notice_id: i32,
    text: String,
    seen: bool,
}

/// The bundle.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, Serialize)]
pub struct User<'a> {
    pub user_profile: &'a Profile,
    pub user_notices: &'a [Notice],
}

/// The bundle of the one user who is there.
pub fn user() -> User<'static> {
    User { user_profile: &PROFILE, user_notices: &NOTICES }
}
