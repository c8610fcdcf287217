//! Whether autovacuum works on the table.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Reading, Signal};
use crate::config::Autovacuum;
use crate::db::{Statement, statement};
use crate::ident::TableName;

/// An autovacuum of the tables that are converted, or of their TOAST tables.
pub(super) struct Vacuum {
    which: Autovacuum,
    tables: Vec<String>,
    asked_for: bool,
}

impl Vacuum {
    pub fn new(which: Autovacuum, tables: &[&TableName], asked_for: bool) -> Self {
        Self { which, tables: tables.iter().map(ToString::to_string).collect(), asked_for }
    }
}

impl Signal for Vacuum {
    fn key(&self) -> &'static str {
        "autovacuum"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        true
    }

    fn query(&self) -> Statement<'_> {
        statement(VACUUMS).bind(&self.tables)
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        for row in rows {
            let (table, wraparound): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
            if wraparound {
                return Ok(Reading::stop(format!("autovacuum of {table} to prevent wraparound")));
            }
            if self.which == Autovacuum::Any {
                return Ok(Reading::stop(format!("autovacuum of {table}")));
            }
        }
        Ok(Reading::clear())
    }
}

const VACUUMS: &str = "
SELECT v.relid::regclass::text, a.query LIKE '%to prevent wraparound%'
FROM pg_stat_progress_vacuum v JOIN pg_stat_activity a USING (pid)
WHERE v.datname = current_database() AND a.backend_type = 'autovacuum worker'
  AND v.relid IN (SELECT unnest(ARRAY[c.oid, c.reltoastrelid]) FROM pg_class c
                  WHERE c.oid = ANY (SELECT to_regclass(t) FROM unnest($1::text[]) t))
ORDER BY 2 DESC";
