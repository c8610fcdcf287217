//! The two releases of the application: which columns each knows, and the statements it sends.

use serde::Serialize;

use super::migration;

/// A release of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Release {
    /// Release N: knows `customer`, and `amount_cents` as an integer.
    #[serde(rename = "v1")]
    Old,
    /// Release N+1: knows `customer_name`, and `amount_cents` as a bigint.
    #[serde(rename = "v2")]
    New,
}

/// The statements of a release, as it prepares them.
pub struct Statements {
    /// A new order: reference, customer, amount, status.
    pub insert: String,
    /// A new order, or changes to the one with this reference.
    pub upsert: String,
    /// Another customer: customer, id.
    pub set_customer: String,
    /// Another amount: difference, id.
    pub add_amount: String,
    /// Another status, a column that the migration doesn't touch: status, id.
    pub set_status: String,
    /// One order: id.
    pub by_id: String,
    /// A few orders: first id, last id.
    pub by_range: String,
    /// The latest orders of a customer, by index: customer.
    pub by_customer: String,
    /// The feature flag: whether the new columns are complete.
    pub flag: String,
}

impl Release {
    /// What the demo calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Old => "v1",
            Self::New => "v2",
        }
    }

    /// Its statements. The new release writes `customer_name` always and reads it only when its flag says so.
    pub fn statements(self, reads_new_column: bool) -> Statements {
        // v2 says that it wants a bigint. While the column is still an integer that means the same, and when contract
        // changes it, prepared statements go on: PostgreSQL fails those whose result changes its type.
        let (writes, number, amount) = match self {
            Self::Old => ("customer", "integer", "amount_cents"),
            Self::New => ("customer_name", "bigint", "amount_cents::bigint AS amount_cents"),
        };
        let reads = if reads_new_column { "customer_name" } else { "customer" };
        let insert = format!(
            "INSERT INTO orders (reference, {writes}, amount_cents, status) VALUES ($1, $2, CAST($3 AS {number}), $4)"
        );
        let select = format!("SELECT id, reference, {reads} AS customer, {amount}, status FROM orders");
        Statements {
            upsert: format!(
                "{insert} ON CONFLICT (reference) DO UPDATE SET {writes} = EXCLUDED.{writes}, \
                 amount_cents = EXCLUDED.amount_cents RETURNING id"
            ),
            insert: format!("{insert} RETURNING id"),
            set_customer: format!("UPDATE orders SET {writes} = $1 WHERE id = $2"),
            add_amount: format!(
                "UPDATE orders SET amount_cents = amount_cents + CAST($1 AS {number}) WHERE id = $2"
            ),
            set_status: "UPDATE orders SET status = $1 WHERE id = $2".to_owned(),
            by_id: format!("{select} WHERE id = $1"),
            by_range: format!("{select} WHERE id BETWEEN $1 AND $2 ORDER BY id"),
            by_customer: format!("{select} WHERE {reads} = $1 ORDER BY created_at DESC LIMIT 20"),
            flag: format!("SELECT midflight.readable('{}')", migration::ID),
        }
    }
}
