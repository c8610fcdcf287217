//! What an application writes, noted in the ledger.

use std::sync::atomic::Ordering;

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::ledger::{Order, STATUSES};
use super::release::{Release, Statements};
use super::shared::Shared;
use crate::db::explain;

/// Writes in the name of a release.
pub struct Writer {
    release: Release,
    sql: Statements,
    made: u64,
}

impl Writer {
    /// A writer that has written nothing.
    pub fn new(release: Release) -> Self {
        Self { release, sql: release.statements(false), made: 0 }
    }

    /// Sends one statement.
    ///
    /// # Errors
    /// What the database says, or that another number of rows than one was written.
    pub async fn write(&mut self, conn: &mut PgConnection, shared: &Shared) -> Result<(), String> {
        match fastrand::u8(0..20) {
            0..4 => self.insert(conn, shared).await,
            kind => self.change(conn, shared, kind).await,
        }
    }

    async fn insert(&mut self, conn: &mut PgConnection, shared: &Shared) -> Result<(), String> {
        self.made += 1;
        let wide = shared.wide.load(Ordering::Relaxed);
        let order = Order {
            reference: format!("{}-{}", self.release.name(), self.made),
            customer: customer(),
            amount_cents: amount(wide),
            status: status().to_owned(),
        };
        let sql = if fastrand::bool() { &self.sql.insert } else { &self.sql.upsert };
        let id = send(conn, sql, &order).await?;
        shared.ledger().inserted(id, self.release, order);
        Ok(())
    }

    /// Changes a row that nobody else is changing.
    async fn change(&mut self, conn: &mut PgConnection, shared: &Shared, kind: u8) -> Result<(), String> {
        let wide = shared.wide.load(Ordering::Relaxed);
        let (id, before) = loop {
            let mut ledger = shared.ledger();
            let id = ledger.pick();
            if let Some(order) = ledger.claim(id, self.release) {
                break (id, order);
            }
        };
        let sent = self.update(conn, kind, id, before, wide).await;
        shared.ledger().settle(id, self.release, sent.as_ref().ok().cloned());
        sent.map(drop)
    }

    async fn update(
        &self,
        conn: &mut PgConnection,
        kind: u8,
        id: i64,
        before: Order,
        wide: bool,
    ) -> Result<Order, String> {
        let sql = &self.sql;
        let (statement, order) = match kind {
            4..9 => (&sql.set_customer, Order { customer: customer(), ..before }),
            9..14 => (&sql.add_amount, Order { amount_cents: before.amount_cents + amount(wide), ..before }),
            14..17 => (&sql.set_status, Order { status: status().to_owned(), ..before }),
            _ => {
                let order = Order { customer: customer(), amount_cents: amount(wide), ..before };
                let found = send(conn, &sql.upsert, &order).await?;
                return if found == id { Ok(order) } else { Err(format!("upsert of {id} wrote {found}")) };
            }
        };
        let query = sqlx::query(AssertSqlSafe(statement.as_str()));
        let query = match kind {
            4..9 => query.bind(&order.customer),
            9..14 => query.bind(order.amount_cents - before.amount_cents),
            _ => query.bind(&order.status),
        };
        match query.bind(id).execute(conn).await {
            Ok(done) if done.rows_affected() == 1 => Ok(order),
            Ok(done) => Err(format!("{} rows changed, not 1, by: {statement}", done.rows_affected())),
            Err(error) => Err(failed(&error, statement)),
        }
    }
}

/// Sends an INSERT that returns the id.
async fn send(conn: &mut PgConnection, sql: &str, order: &Order) -> Result<i64, String> {
    let query = sqlx::query(AssertSqlSafe(sql));
    let query =
        query.bind(&order.reference).bind(&order.customer).bind(order.amount_cents).bind(&order.status);
    let row = query.fetch_one(conn).await.map_err(|error| failed(&error, sql))?;
    row.try_get(0).map_err(|error| failed(&error, sql))
}

/// An error and the statement that met it.
pub fn failed(error: &sqlx::Error, sql: &str) -> String {
    format!("{}; the statement: {sql}", explain(error))
}

fn customer() -> String {
    format!("Customer {}", fastrand::u16(0..2000))
}

fn status() -> &'static str {
    STATUSES[fastrand::usize(0..STATUSES.len())]
}

/// An amount; a wide one is beyond what an integer holds.
fn amount(wide: bool) -> i64 {
    let small = fastrand::i64(1..100_000);
    if wide { 3_000_000_000 + small } else { small }
}
