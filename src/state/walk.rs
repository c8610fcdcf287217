//! Where walks over a table stand, beyond the cursor that every batch moves.

use sqlx::Row;

use super::Store;
use crate::db::Conn;
use crate::error::Result;

impl Store {
    /// Begins a table's walk again, up to another end: much was missed.
    pub async fn walk_again(&self, conn: &mut Conn, id: &str, ordinal: i32, end: i64) -> Result<()> {
        let sql =
            "UPDATE :state.backfills SET cursor = 0, range_end = $3 WHERE migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(end).execute(conn).await?;
        Ok(())
    }

    /// The page at which verification of a table goes on: where one of the last hour was stopped, else the first. What
    /// was compared longer ago is compared again.
    pub async fn verified_to(&self, conn: &mut Conn, id: &str, ordinal: i32) -> Result<i64> {
        let sql = "SELECT verify_cursor FROM :state.backfills
                   WHERE migration_id = $1 AND ordinal = $2 AND verify_at > now() - interval '1 hour'";
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
        let sql = "UPDATE :state.backfills SET verify_cursor = $3, verify_at = now() WHERE migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(cursor).execute(conn).await?;
        Ok(())
    }
}
