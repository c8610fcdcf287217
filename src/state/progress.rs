//! How far the rows of migrations are.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::Store;
use crate::db::Conn;
use crate::error::Result;

/// A table's progress.
#[derive(Debug, Clone)]
pub struct BackfillRow {
    /// Which conversion of the plan.
    pub ordinal: i32,
    /// The table.
    pub table_name: String,
    /// One past the last page; none until it was frozen.
    pub range_end: Option<i64>,
    /// The next page to do.
    pub cursor: i64,
    /// Rows written.
    pub rows_done: i64,
    /// Rows expected.
    pub rows_total: i64,
    /// `pending`, `running`, `done` or `failed`.
    pub status: String,
    /// What holds it up.
    pub throttled_by: Option<String>,
    /// Rows a second in this run, waiting left out.
    pub rate: Option<f64>,
    /// Seconds that this run has worked, waiting left out.
    pub worked: Option<f64>,
    /// Seconds since it last gave a sign of life, while it runs.
    pub silent: Option<f64>,
}

impl Store {
    /// The progress of migrations' tables.
    pub async fn backfills(
        &self,
        conn: &mut Conn,
        ids: &[&str],
    ) -> Result<BTreeMap<String, Vec<BackfillRow>>> {
        // Time spent waiting says nothing about how fast the work goes.
        let sql = "SELECT ordinal, table_name, range_end, cursor, rows_done, rows_total, status, throttled_by,
                     CASE WHEN status = 'running' THEN (rows_done - rows_at_start)::float8
                       / nullif(greatest(extract(epoch FROM updated_at - started_at - held), 0), 0)::float8 END,
                     extract(epoch FROM updated_at - started_at - held)::float8,
                     CASE WHEN status = 'running' THEN extract(epoch FROM clock_timestamp() - updated_at)::float8 END, migration_id
                   FROM :state.backfills WHERE schema = :app AND migration_id = ANY ($1) ORDER BY migration_id, ordinal";
        let mut found: BTreeMap<String, Vec<BackfillRow>> = BTreeMap::new();
        for row in self.query(sql).bind(ids.to_vec()).fetch_all(conn).await? {
            found.entry(row.get(11)).or_default().push(backfill_row(&row));
        }
        Ok(found)
    }

    /// Freezes the end of a table's range, once; later calls keep the first.
    pub async fn freeze(
        &self,
        conn: &mut Conn,
        id: &str,
        ordinal: i32,
        range_end: i64,
        rows_total: i64,
    ) -> Result<()> {
        let sql = "UPDATE :state.backfills SET range_end = coalesce(range_end, $3), rows_total = $4, status = 'running', updated_at = clock_timestamp(),
                     started_at = clock_timestamp(), rows_at_start = rows_done, held = '0', throttled_by = NULL
                   WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(range_end).bind(rows_total).execute(conn).await?;
        Ok(())
    }

    /// Moves a table's cursor; part of the batch's transaction.
    pub async fn advance(
        &self,
        conn: &mut Conn,
        id: &str,
        ordinal: i32,
        cursor: i64,
        rows: i64,
    ) -> Result<(), sqlx::Error> {
        let sql = "UPDATE :state.backfills SET cursor = greatest(cursor, $3), rows_done = rows_done + $4, batch_rows = $4, updated_at = clock_timestamp()
                   WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(cursor).bind(rows).execute(conn).await?;
        Ok(())
    }

    /// Ends a table's backfill, well or not.
    pub async fn finish_backfill(&self, conn: &mut Conn, id: &str, ordinal: i32, status: &str) -> Result<()> {
        let sql = "UPDATE :state.backfills SET status = $3, cursor = range_end, throttled_by = NULL, updated_at = clock_timestamp()
                   WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(status).execute(conn).await?;
        Ok(())
    }
}

fn backfill_row(row: &PgRow) -> BackfillRow {
    BackfillRow {
        ordinal: row.get(0),
        table_name: row.get(1),
        range_end: row.get(2),
        cursor: row.get(3),
        rows_done: row.get(4),
        rows_total: row.get(5),
        status: row.get(6),
        throttled_by: row.get(7),
        rate: row.get(8),
        worked: row.get(9),
        silent: row.get(10),
    }
}
