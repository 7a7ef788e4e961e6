//! The shop's tables, in a file of `SQLite`.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};

use crate::seed::seed;

/// The connections that functions take as their state.
pub type Database = SqlitePool;

/// Prices are whole cents, so that no sum is ever rounded. Ordering what is cursed makes the server fail, so that a page can
/// show what it does then.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS customer (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        city TEXT NOT NULL,
        member_since TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS product (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        price_cents INTEGER NOT NULL,
        stock INTEGER NOT NULL CHECK (stock >= 0),
        cursed BOOLEAN NOT NULL DEFAULT FALSE
    );
    CREATE TABLE IF NOT EXISTS purchase (
        id INTEGER PRIMARY KEY,
        customer_id INTEGER NOT NULL REFERENCES customer (id),
        product_id INTEGER NOT NULL REFERENCES product (id),
        quantity INTEGER NOT NULL,
        total_cents INTEGER NOT NULL,
        note TEXT NOT NULL,
        ordered_on TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS purchase_of ON purchase (customer_id);
";

/// The database in this file; a new one is created and seeded.
///
/// # Errors
///
/// What `SQLite` says of the file.
pub async fn open(file: &Path) -> Result<Database, sqlx::Error> {
    // Readers do not wait for the one that writes, and writers wait for each other.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true);
    let database = SqlitePool::connect_with(options).await?;
    sqlx::raw_sql(TABLES).execute(&database).await?;
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await?;
    let (customers,): (i64,) = sqlx::query_as("SELECT count(*) FROM customer").fetch_one(&mut *transaction).await?;
    if customers == 0 {
        seed(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(database)
}
