//! Where walks over a table stand, beyond the cursor that every batch moves.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::types::Json;

use super::Store;
use crate::db::Conn;
use crate::error::Result;

/// How far an UPDATE or DELETE in batches has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// The key of the last row that was passed; none at the beginning.
    pub after: Option<Vec<String>>,
    /// The last key that was there when it began.
    pub last: Option<Vec<String>>,
    /// Rows changed since the first key.
    pub rows: i64,
    /// Rows changed in all.
    pub done: i64,
}

/// What is noted of a conversion by partition.
#[derive(Serialize, Deserialize)]
struct VerifiedParts {
    /// By `pg_class.oid`.
    verified_parts: Vec<i64>,
}

impl Store {
    /// How far a statement in batches has come.
    pub async fn reached(&self, conn: &mut Conn, id: &str, ordinal: i32) -> Result<Reached> {
        let sql = "SELECT position FROM :state.backfills WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        let row = self.query(sql).bind(id).bind(ordinal).fetch_optional(conn).await?;
        let found = row.and_then(|row| row.get::<Option<Json<Reached>>, _>(0));
        Ok(found.map(|Json(reached)| reached).unwrap_or_default())
    }

    /// Moves a statement on; part of the batch's transaction.
    pub async fn reach(
        &self,
        conn: &mut Conn,
        id: &str,
        ordinal: i32,
        to: &Reached,
        rows: i64,
    ) -> Result<(), sqlx::Error> {
        let sql = "UPDATE :state.backfills SET position = $3, rows_done = rows_done + $4, batch_rows = $4,
                     updated_at = clock_timestamp() WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(Json(to)).bind(rows).execute(conn).await?;
        Ok(())
    }

    /// The partitions of a conversion whose rows were verified.
    pub async fn verified_parts(&self, conn: &mut Conn, id: &str, ordinal: i32) -> Result<Vec<i64>> {
        let sql = "SELECT position FROM :state.backfills WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        let row = self.query(sql).bind(id).bind(ordinal).fetch_optional(conn).await?;
        let found = row.and_then(|row| row.get::<Option<Json<VerifiedParts>>, _>(0));
        Ok(found.map(|Json(found)| found.verified_parts).unwrap_or_default())
    }

    /// Notes them.
    pub async fn set_verified_parts(
        &self,
        conn: &mut Conn,
        id: &str,
        ordinal: i32,
        parts: &[i64],
    ) -> Result<()> {
        let sql = "UPDATE :state.backfills SET position = $3 WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        let found = Json(VerifiedParts { verified_parts: parts.to_vec() });
        self.query(sql).bind(id).bind(ordinal).bind(found).execute(conn).await?;
        Ok(())
    }

    /// Begins a table's walk again, up to another end: much was missed.
    pub async fn walk_again(&self, conn: &mut Conn, id: &str, ordinal: i32, end: i64) -> Result<()> {
        let sql = "UPDATE :state.backfills SET cursor = 0, range_end = $3 WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(end).execute(conn).await?;
        Ok(())
    }

    /// The page at which verification of a table goes on: where one of the last hour was stopped, else the first. What
    /// was compared longer ago is compared again.
    pub async fn verified_to(&self, conn: &mut Conn, id: &str, ordinal: i32) -> Result<i64> {
        let sql = "SELECT verify_cursor FROM :state.backfills
                   WHERE schema = :app AND migration_id = $1 AND ordinal = $2 AND verify_at > now() - interval '1 hour'";
        let row = self.query(sql).bind(id).bind(ordinal).fetch_optional(conn).await?;
        Ok(row.and_then(|row| row.get::<Option<i64>, _>(0)).unwrap_or_default())
    }

    /// Moves verification's cursor; none begins again at the first page.
    pub async fn set_verified_to(
        &self,
        conn: &mut Conn,
        id: &str,
        ordinal: i32,
        cursor: Option<i64>,
    ) -> Result<()> {
        let sql = "UPDATE :state.backfills SET verify_cursor = $3, verify_at = now() WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(cursor).execute(conn).await?;
        Ok(())
    }
}
