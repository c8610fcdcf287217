//! What a soak leaves behind for others: that it passed, and the wish that a runner makes way.

use std::time::Duration;

use sqlx::Row;

use super::{Audit, Store};
use crate::db::Conn;
use crate::error::Result;

impl Store {
    /// The longest soak that a migration has passed since it was expanded.
    pub async fn soaked_for(&self, conn: &mut Conn, id: &str) -> Result<Duration> {
        let sql = "SELECT coalesce(max((e.detail ->> 'seconds')::float8), 0)
                   FROM :state.events e JOIN :state.migrations m ON m.schema = e.schema AND m.id = e.migration_id AND e.at > m.expanded_at
                   WHERE m.schema = :app AND m.id = $1 AND e.what = 'soak' AND (e.detail ->> 'passed')::boolean";
        let seconds: f64 = self.query(sql).bind(id).fetch_one(conn).await?.get(0);
        Ok(Duration::from_secs_f64(seconds.max(0.0)))
    }

    /// Asks whoever converts or compares rows, of any migration, to give the lease back: this one is to be rolled back.
    pub async fn ask_to_make_way(&self, conn: &mut Conn, id: &str, why: &str) -> Result<()> {
        let detail = serde_json::json!({ "because": why });
        self.audit(conn, &Audit { migration: Some(id), what: MAKE_WAY, detail, ..Audit::default() }).await
    }

    /// Which migration waits for the lease in order to be rolled back, if somebody asked for it after this entry.
    pub async fn asked_to_make_way(&self, conn: &mut Conn, since: i64) -> Result<Option<String>> {
        let sql =
            "SELECT migration_id FROM :state.events WHERE schema = :app AND id > $1 AND what = $2 LIMIT 1";
        let asked = self.query(sql).bind(since).bind(MAKE_WAY).fetch_optional(conn).await?;
        Ok(asked.and_then(|row| row.get(0)))
    }

    /// The newest entry of the audit.
    pub async fn newest_entry(&self, conn: &mut Conn) -> Result<i64> {
        let row = self.query("SELECT coalesce(max(id), 0) FROM :state.events").fetch_one(conn).await?;
        Ok(row.get(0))
    }
}

const MAKE_WAY: &str = "make way";
