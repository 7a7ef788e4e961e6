//! What every application answers from, as types; `apps/data.py` has written it as JSON, whose path `BENCH_DATA` names.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The lengths that a name may have, in characters.
pub(crate) const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;

pub(crate) static PROFILE: LazyLock<Profile> = LazyLock::new(|| read().profile);
pub(crate) static NOTICES: LazyLock<Vec<Notice>> = LazyLock::new(|| read().notices);

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

#[derive(Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Renamed {
    pub(crate) user_id: i32,
    pub(crate) name: String,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Item {
    sku: String,
    title: String,
    quantity: i32,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Order {
    order_id: i32,
    placed: String,
    total: f64,
    paid: bool,
    items: Vec<Item>,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Profile {
    pub(crate) user_id: i32,
    name: String,
    email: String,
    active: bool,
    score: f64,
    referred_by: Option<i32>,
    address: Address,
    tags: Vec<String>,
    orders: Vec<Order>,
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Type)]
pub(crate) struct Notice {
    notice_id: i32,
    text: String,
    seen: bool,
}

/// What is known of a user.
#[derive(Clone, Serialize, Type)]
pub(crate) struct User<'a> {
    pub(crate) user_profile: &'a Profile,
    pub(crate) user_notices: &'a [Notice],
}

pub(crate) fn user() -> User<'static> {
    User { user_profile: &PROFILE, user_notices: &NOTICES }
}
