//! Whether the old release still writes.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row};

use super::{Record, Store};
use crate::db::{Conn, statement};
use crate::error::Result;

/// Writes of the old release, as far as they can be told from those of the new.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct OldWrites {
    /// How many since expand.
    pub writes: i64,
    /// When the count was last seen to have moved.
    pub last_seen: Option<String>,
}

impl Store {
    /// Writes that came through the old side, and when the count was last seen to move. `remember` notes the count for
    /// the next one who looks.
    pub async fn old_writes(
        &self,
        conn: &mut Conn,
        record: &Record,
        remember: bool,
    ) -> Result<Option<OldWrites>> {
        let counters = record.plan.as_ref().map(|plan| plan.counters.as_slice()).unwrap_or_default();
        let mut total: Option<OldWrites> = None;
        for sequence in counters {
            let exists = statement("SELECT pg_catalog.to_regclass($1) IS NOT NULL").bind(sequence);
            if !exists.fetch_one(&mut *conn).await?.get::<bool, _>(0) {
                continue;
            }
            let value = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
            let writes: i64 = statement(AssertSqlSafe(value)).fetch_one(&mut *conn).await?.get(0);
            if remember {
                let upsert = "INSERT INTO :state.counters AS c (migration_id, sequence, writes, last_seen_at)
                              VALUES ($1, $2, $3, CASE WHEN $3 > 0 THEN now() END) ON CONFLICT (migration_id, sequence)
                              DO UPDATE SET writes = $3, last_seen_at = CASE WHEN c.writes <> $3 THEN now() ELSE c.last_seen_at END";
                let noted = self.query(upsert).bind(&record.id).bind(sequence).bind(writes);
                match noted.execute(&mut *conn).await {
                    Err(error) if !may_not_write(&error) => return Err(error.into()),
                    _ => {}
                }
            }
            let last = "SELECT to_char(last_seen_at, 'YYYY-MM-DD HH24:MI:SS') FROM :state.counters WHERE migration_id = $1 AND sequence = $2";
            let last = self.query(last).bind(&record.id).bind(sequence).fetch_optional(&mut *conn).await?;
            let total = total.get_or_insert_default();
            total.writes += writes;
            total.last_seen = total.last_seen.take().max(last.and_then(|row| row.get(0)));
        }
        Ok(total)
    }

    /// How long ago a write through the old side was last seen, if one ever was.
    pub async fn quiet_for(&self, conn: &mut Conn, id: &str) -> Result<Option<Duration>> {
        let sql = "SELECT extract(epoch FROM now() - max(last_seen_at))::float8 FROM :state.counters WHERE migration_id = $1";
        let seconds: Option<f64> = self.query(sql).bind(id).fetch_one(conn).await?.get(0);
        Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
    }
}

/// On a standby, or as a role that may only read.
fn may_not_write(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("25006" | "42501"))
}
