//! What an application reads, compared with the ledger.

use std::sync::atomic::Ordering;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::ledger::Order;
use super::release::{Release, Statements};
use super::shared::{Shared, Tally};
use super::writer::failed;

/// How many statements apart the new release asks its feature flag.
const FLAG_EVERY: u32 = 20;

/// Reads in the name of a release.
pub struct Reader {
    release: Release,
    sql: Statements,
    reads_new_column: bool,
    sent: u32,
}

impl Reader {
    /// A reader that has read nothing. It reads the old column until the flag tells otherwise.
    pub fn new(release: Release) -> Self {
        Self { release, sql: release.statements(false), reads_new_column: false, sent: 0 }
    }

    /// Sends one statement and compares each row that it gives.
    ///
    /// # Errors
    /// What the database says. A row that differs is counted instead.
    pub async fn read(
        &mut self,
        conn: &mut PgConnection,
        shared: &Shared,
        tally: &mut Tally,
    ) -> Result<(), String> {
        self.sent += 1;
        if self.release == Release::New && !self.reads_new_column && self.sent.is_multiple_of(FLAG_EVERY) {
            return self.ask_flag(conn, shared).await;
        }
        let (asked_at, id, expected) = {
            let ledger = shared.ledger();
            let id = ledger.pick();
            (ledger.now(), id, ledger.seen(id, ledger.now()))
        };
        let (sql, rows) = match (fastrand::u8(0..10), expected) {
            (0, Some(order)) => {
                (&self.sql.by_customer, fetch(conn, &self.sql.by_customer, &order.customer).await)
            }
            (1..4, _) => (&self.sql.by_range, self.range(conn, id).await),
            _ => (&self.sql.by_id, fetch(conn, &self.sql.by_id, id).await),
        };
        let rows = rows.map_err(|error| failed(&error, sql))?;
        let ledger = shared.ledger();
        if *sql == self.sql.by_id && rows.is_empty() {
            tally.differs(format!("{} found no order {id}", self.release.name()));
        }
        for row in &rows {
            let (id, found) = self.order(row).map_err(|error| failed(&error, sql))?;
            let Some(expected) = ledger.seen(id, asked_at) else { continue };
            tally.compared += 1;
            if found != expected {
                tally.differs(format!(
                    "{} read order {id} as {found:?}; written was {expected:?}",
                    self.release.name()
                ));
            }
        }
        Ok(())
    }

    /// Switches reads to the new column once midflight says that it is complete.
    async fn ask_flag(&mut self, conn: &mut PgConnection, shared: &Shared) -> Result<(), String> {
        let sql = &self.sql.flag;
        let asked = sqlx::query(AssertSqlSafe(sql.as_str())).fetch_one(conn).await;
        let readable: bool = asked.and_then(|row| row.try_get(0)).map_err(|error| failed(&error, sql))?;
        if readable {
            self.reads_new_column = true;
            self.sql = self.release.statements(true);
            shared.flag_seen.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn range(&self, conn: &mut PgConnection, id: i64) -> Result<Vec<PgRow>, sqlx::Error> {
        let query = sqlx::query(AssertSqlSafe(self.sql.by_range.as_str()));
        query.bind(id).bind(id + 9).fetch_all(conn).await
    }

    fn order(&self, row: &PgRow) -> Result<(i64, Order), sqlx::Error> {
        let amount_cents = match self.release {
            Release::Old => row.try_get::<i32, _>("amount_cents")?.into(),
            Release::New => row.try_get("amount_cents")?,
        };
        let (reference, customer, status) =
            (row.try_get("reference")?, row.try_get("customer")?, row.try_get("status")?);
        Ok((row.try_get("id")?, Order { reference, customer, amount_cents, status }))
    }
}

async fn fetch<'q, T>(conn: &mut PgConnection, sql: &'q str, key: T) -> Result<Vec<PgRow>, sqlx::Error>
where
    T: sqlx::Encode<'q, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + 'q,
{
    sqlx::query(AssertSqlSafe(sql)).bind(key).fetch_all(conn).await
}
