//! The shop in Rust: its functions on Mizan and sqlx, whatever serves them.
//!
//! `examples/shop-axum` serves them over HTTP. The functions are those of `examples/shop`, and so is the IR that clients
//! are generated from, byte for byte.

mod customers;
mod database;
mod products;
mod seed;
mod shapes;

use mizan::{Builder, Mizan};

pub use database::{Database, open};

/// The shop's functions on that database; what else an application has is for its server to say.
pub fn functions(database: Database) -> Builder {
    Mizan::builder()
        .state(database)
        .function(customers::customer_list)
        .function(customers::customer_profile)
        .function(customers::customer_orders)
        .function(customers::rename_customer)
        .function(products::product_list)
        .function(products::place_order)
}
