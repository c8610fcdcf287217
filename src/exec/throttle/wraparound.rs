//! How far the database is from running out of transaction ids.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Reading, Signal};
use crate::db::{Statement, statement};

/// The age of the oldest transaction id of the database. Each batch takes an id, and work from the vacuum that frees them.
pub(super) struct Wraparound {
    limit: u32,
    asked_for: bool,
}

impl Wraparound {
    pub fn new(limit: u32, asked_for: bool) -> Self {
        Self { limit, asked_for }
    }
}

impl Signal for Wraparound {
    fn key(&self) -> &'static str {
        "wraparound_age"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        false
    }

    fn query(&self) -> Statement<'_> {
        statement("SELECT age(d.datfrozenxid) FROM pg_database d WHERE d.datname = current_database()")
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let age: i32 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        let why = format!("the oldest transaction id is {age} transactions old, {} are allowed", self.limit);
        Ok(Reading::level(f64::from(age), f64::from(self.limit), why))
    }
}
