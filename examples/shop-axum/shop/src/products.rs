//! What there is to order: the context `products`, and the mutation that orders.

use chrono::{NaiveDate, Utc};
use mizan::{Context, Error, Result, State};
use sqlx::SqliteConnection;

use crate::customers::{CUSTOMER, find_customer};
use crate::database::Database;
use crate::shapes::{OrderEntry, ProductEntry, euro};

pub(crate) const PRODUCTS: Context = Context::new("products");

/// How an order can be refused.
#[derive(mizan::Errors)]
pub(crate) enum OrderError {
    /// There are fewer pieces than were asked for.
    #[mizan(status = 409, message = "Only {available} left.")]
    OutOfStock { available: i64 },
    #[mizan(transparent)]
    Other(Error),
}

/// What there is to order, and how much of it.
#[mizan::client(context = PRODUCTS)]
pub(crate) async fn product_list(State(database): State<Database>) -> Result<Vec<ProductEntry>> {
    let rows: Vec<(i64, String, i64, i64)> =
        sqlx::query_as("SELECT id, name, price_cents, stock FROM product ORDER BY id").fetch_all(&database).await?;
    let entry = |(product_id, name, cents, stock)| ProductEntry { product_id, name, price: euro(cents), stock };
    Ok(rows.into_iter().map(entry).collect())
}

/// Order some pieces of a product for a customer.
#[mizan::client(affects = [CUSTOMER, PRODUCTS])]
pub(crate) async fn place_order(
    State(database): State<Database>,
    customer_id: i64,
    product_id: i64,
    #[schemars(range(min = 1, max = 20))] quantity: i64,
    #[mizan(default)]
    #[schemars(length(max = 60))]
    note: String,
) -> Result<OrderEntry, OrderError> {
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await.map_err(Error::from)?;
    find_customer(&mut transaction, customer_id).await?;
    let product = find_product(&mut transaction, product_id).await?;
    if product.cursed {
        return Err(Error::internal("the idol stirred, and the warehouse fell silent").into());
    }
    if product.stock < quantity {
        return Err(OrderError::OutOfStock { available: product.stock });
    }
    let ordered_on = Utc::now().date_naive();
    let total_cents = quantity * product.price_cents;
    let purchase = Purchase { customer_id, product_id, quantity, total_cents, note: &note, ordered_on };
    let order_id = purchase.keep(&mut transaction).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(OrderEntry { order_id, product: product.name, quantity, total: euro(total_cents), note, ordered_on })
}

struct Product {
    name: String,
    price_cents: i64,
    stock: i64,
    cursed: bool,
}

async fn find_product(connection: &mut SqliteConnection, product_id: i64) -> Result<Product> {
    let row: Option<(String, i64, i64, bool)> =
        sqlx::query_as("SELECT name, price_cents, stock, cursed FROM product WHERE id = ?")
            .bind(product_id)
            .fetch_optional(connection)
            .await?;
    let (name, price_cents, stock, cursed) = row.ok_or_else(|| Error::invalid("product_id", "is not for sale"))?;
    Ok(Product { name, price_cents, stock, cursed })
}

struct Purchase<'a> {
    customer_id: i64,
    product_id: i64,
    quantity: i64,
    total_cents: i64,
    note: &'a str,
    ordered_on: NaiveDate,
}

impl Purchase<'_> {
    /// Takes the pieces and writes the order down; its id.
    async fn keep(&self, connection: &mut SqliteConnection) -> Result<i64> {
        sqlx::query("UPDATE product SET stock = stock - ? WHERE id = ?")
            .bind(self.quantity)
            .bind(self.product_id)
            .execute(&mut *connection)
            .await?;
        let (order_id,): (i64,) = sqlx::query_as(
            "INSERT INTO purchase (customer_id, product_id, quantity, total_cents, note, ordered_on)
             VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(self.customer_id)
        .bind(self.product_id)
        .bind(self.quantity)
        .bind(self.total_cents)
        .bind(self.note)
        .bind(self.ordered_on)
        .fetch_one(connection)
        .await?;
        Ok(order_id)
    }
}
