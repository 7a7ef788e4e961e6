//! What both sides answer from, as types; `apps/data.py` has written it as JSON, whose path `BENCH_DATA` names.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The lengths that a name may have, in characters.
pub(crate) const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;

pub(crate) static DATA: LazyLock<Data> = LazyLock::new(|| {
    let path = std::env::var("BENCH_DATA").expect("BENCH_DATA names the data");
    serde_json::from_slice(&std::fs::read(path).expect("the data are there"))
        .expect("the data are as they were written")
});

#[derive(Deserialize)]
pub(crate) struct Data {
    pub(crate) profile: Profile,
    pub(crate) notices: Vec<Notice>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
pub(crate) struct Renamed {
    pub(crate) user_id: i32,
    pub(crate) name: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Item {
    sku: String,
    title: String,
    quantity: i32,
}

#[expect(clippy::struct_field_names, reason = "the data have these names")]
#[derive(Deserialize, Serialize, JsonSchema)]
struct Order {
    order_id: i32,
    placed: String,
    total: f64,
    paid: bool,
    items: Vec<Item>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
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

#[expect(clippy::struct_field_names, reason = "the data have these names")]
#[derive(Deserialize, Serialize, JsonSchema)]
pub(crate) struct Notice {
    notice_id: i32,
    text: String,
    seen: bool,
}
