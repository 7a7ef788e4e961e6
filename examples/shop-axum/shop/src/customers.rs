//! Who orders: the contexts `customers` and `customer`, and the mutation that renames.

use chrono::NaiveDate;
use mizan::{Context, Error, Result, State};
use sqlx::SqliteConnection;

use crate::database::Database;
use crate::shapes::{CustomerEntry, OrderEntry, Profile, euro};

pub(crate) const CUSTOMERS: Context = Context::new("customers");
pub(crate) const CUSTOMER: Context = Context::new("customer");

/// How a name can be refused.
#[derive(mizan::Errors)]
pub(crate) enum RenameError {
    #[mizan(status = 409, message = "Another customer is called {name}.")]
    NameTaken {
        taken_by: i64,
        // It stands in the message alone.
        #[serde(skip)]
        name: String,
    },
    #[mizan(transparent)]
    Other(Error),
}

/// Everybody, by name.
#[mizan::client(context = CUSTOMERS)]
pub(crate) async fn customer_list(State(database): State<Database>) -> Result<Vec<CustomerEntry>> {
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT id, name, city FROM customer ORDER BY name").fetch_all(&database).await?;
    Ok(rows.into_iter().map(|(customer_id, name, city)| CustomerEntry { customer_id, name, city }).collect())
}

/// Who a customer is, and what they spent so far.
#[mizan::client(context = CUSTOMER)]
pub(crate) async fn customer_profile(State(database): State<Database>, customer_id: i64) -> Result<Profile> {
    profile_of(&mut *database.acquire().await?, customer_id).await
}

/// What a customer ordered, the latest first.
#[mizan::client(context = CUSTOMER)]
pub(crate) async fn customer_orders(State(database): State<Database>, customer_id: i64) -> Result<Vec<OrderEntry>> {
    let mut connection = database.acquire().await?;
    find_customer(&mut connection, customer_id).await?;
    let rows: Vec<(i64, String, i64, i64, String, NaiveDate)> = sqlx::query_as(
        "SELECT purchase.id, product.name, quantity, total_cents, note, ordered_on
         FROM purchase JOIN product ON product.id = product_id WHERE customer_id = ? ORDER BY purchase.id DESC",
    )
    .bind(customer_id)
    .fetch_all(&mut *connection)
    .await?;
    let entry = |(order_id, product, quantity, cents, note, ordered_on)| {
        let total = euro(cents);
        OrderEntry { order_id, product, quantity, total, note, ordered_on }
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Give a customer another name, which nobody else may have.
#[mizan::client(affects = [CUSTOMER, CUSTOMERS])]
pub(crate) async fn rename_customer(
    State(database): State<Database>,
    customer_id: i64,
    #[schemars(length(min = 2, max = 40))] name: String,
) -> Result<Profile, RenameError> {
    // Nobody takes the name between the look and the change.
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await.map_err(Error::from)?;
    find_customer(&mut transaction, customer_id).await?;
    if !name.chars().any(char::is_alphabetic) {
        return Err(Error::invalid("name", "must have a letter").into());
    }
    if let Some(taken_by) = namesake(&mut transaction, customer_id, &name).await? {
        return Err(RenameError::NameTaken { taken_by, name });
    }
    let profile = rename(&mut transaction, customer_id, &name).await?;
    transaction.commit().await.map_err(Error::from)?;
    Ok(profile)
}

/// Somebody else of that name.
async fn namesake(connection: &mut SqliteConnection, customer_id: i64, name: &str) -> Result<Option<i64>> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT id FROM customer WHERE name = ? AND id <> ?")
        .bind(name)
        .bind(customer_id)
        .fetch_optional(connection)
        .await?;
    Ok(found.map(|(id,)| id))
}

async fn rename(connection: &mut SqliteConnection, customer_id: i64, name: &str) -> Result<Profile> {
    sqlx::query("UPDATE customer SET name = ? WHERE id = ?")
        .bind(name)
        .bind(customer_id)
        .execute(&mut *connection)
        .await?;
    profile_of(connection, customer_id).await
}

/// Refuses a customer that is not there with the protocol's own 404.
pub(crate) async fn find_customer(connection: &mut SqliteConnection, customer_id: i64) -> Result<()> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT id FROM customer WHERE id = ?").bind(customer_id).fetch_optional(connection).await?;
    found.map(|_| ()).ok_or_else(missing)
}

/// A customer's row, and the sum of the orders, as the page sees them.
async fn profile_of(connection: &mut SqliteConnection, customer_id: i64) -> Result<Profile> {
    let row: Option<(String, String, NaiveDate, i64)> = sqlx::query_as(
        "SELECT name, city, member_since,
                (SELECT coalesce(sum(total_cents), 0) FROM purchase WHERE customer_id = customer.id)
         FROM customer WHERE id = ?",
    )
    .bind(customer_id)
    .fetch_optional(connection)
    .await?;
    let (name, city, member_since, cents) = row.ok_or_else(missing)?;
    Ok(Profile { customer_id, name, city, member_since, spent: euro(cents) })
}

fn missing() -> Error {
    Error::not_found("There is no such customer.")
}
