//! What the shop's tables hold at first: the same rows every time.

use sqlx::SqliteConnection;

/// Ids 1 to 5: name, city, member since.
const CUSTOMERS: [(&str, &str, &str); 5] = [
    ("Ada Lovelace", "London", "2021-12-10"),
    ("Grace Hopper", "New York", "2022-12-09"),
    ("Katherine Johnson", "White Sulphur Springs", "2023-08-26"),
    ("Al-Khwārizmī", "Baghdad", "2024-03-01"),
    ("Sofja Kowalewskaja", "Moscow", "2025-01-17"),
];

/// Ids 1 to 6: name, cents, stock, whether it is cursed. One is nearly sold out.
const PRODUCTS: [(&str, i64, i64, bool); 6] = [
    ("Tea bowl", 1850, 40, false),
    ("Linen apron", 3400, 25, false),
    ("Walnut board", 5275, 12, false),
    ("Brass kettle", 8990, 2, false),
    ("Beeswax candle", 640, 150, false),
    ("Cursed idol", 99900, 13, true),
];

/// Customer, product, quantity, day, note.
const PURCHASES: [(i64, i64, i64, &str, &str); 8] = [
    (1, 1, 4, "2026-01-14", "For the reading room"),
    (2, 5, 12, "2026-01-20", ""),
    (3, 2, 1, "2026-02-02", "A gift"),
    (1, 3, 1, "2026-02-11", ""),
    (5, 1, 2, "2026-02-19", ""),
    (2, 2, 2, "2026-03-03", "One large, one small"),
    (4, 5, 6, "2026-03-08", ""),
    (1, 5, 3, "2026-03-15", ""),
];

/// Fills empty tables; the caller commits.
pub(crate) async fn seed(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for (name, city, since) in CUSTOMERS {
        sqlx::query("INSERT INTO customer (name, city, member_since) VALUES (?, ?, ?)")
            .bind(name)
            .bind(city)
            .bind(since)
            .execute(&mut *connection)
            .await?;
    }
    for (name, cents, stock, cursed) in PRODUCTS {
        sqlx::query("INSERT INTO product (name, price_cents, stock, cursed) VALUES (?, ?, ?, ?)")
            .bind(name)
            .bind(cents)
            .bind(stock)
            .bind(cursed)
            .execute(&mut *connection)
            .await?;
    }
    for (customer, product, quantity, day, note) in PURCHASES {
        sqlx::query(
            "INSERT INTO purchase (customer_id, product_id, quantity, total_cents, note, ordered_on)
             SELECT ?, id, ?2, ?2 * price_cents, ?3, ?4 FROM product WHERE id = ?5",
        )
        .bind(customer)
        .bind(quantity)
        .bind(note)
        .bind(day)
        .bind(product)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
