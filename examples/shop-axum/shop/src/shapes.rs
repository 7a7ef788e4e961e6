//! What the shop's functions return, as the page sees it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

/// A line of the list of customers.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CustomerEntry {
    pub(crate) customer_id: i64,
    pub(crate) name: String,
    pub(crate) city: String,
}

/// Who a customer is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Profile {
    pub(crate) customer_id: i64,
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) member_since: NaiveDate,
    /// The sum of all orders, in euro.
    pub(crate) spent: Decimal,
}

/// A line of a customer's orders.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OrderEntry {
    pub(crate) order_id: i64,
    pub(crate) product: String,
    pub(crate) quantity: i64,
    /// In euro.
    pub(crate) total: Decimal,
    pub(crate) note: String,
    pub(crate) ordered_on: NaiveDate,
}

/// Something to order.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProductEntry {
    pub(crate) product_id: i64,
    pub(crate) name: String,
    /// For one piece, in euro.
    pub(crate) price: Decimal,
    pub(crate) stock: i64,
}

/// Cents as euro with two digits after the point.
pub(crate) fn euro(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}
