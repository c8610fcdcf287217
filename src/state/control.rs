//! What other machines tell a running backfill, and what it tells them while it waits.

use sqlx::Row;
use sqlx::types::Json;

use super::{Audit, Store};
use crate::config::Pace;
use crate::db::{Conn, Session};
use crate::error::Result;

/// What `pause` and `resume` have set.
#[derive(Debug, Clone, Default)]
pub struct Control {
    /// Who paused, and since when; none where nobody did.
    pub paused: Option<String>,
    /// The pace that was asked for.
    pub pace: Pace,
}

impl Store {
    /// What is set for a migration.
    pub async fn control(&self, session: &mut Session, id: &str) -> Result<Control> {
        let sql = "SELECT paused_by || ' at ' || to_char(paused_at, 'YYYY-MM-DD HH24:MI'), pace FROM :state.migrations WHERE schema = :app AND id = $1";
        let found = self.query(sql).bind(id).fetch_optional(&mut session.conn).await?;
        let Some(row) = found else { return Ok(Control::default()) };
        Ok(Control { paused: row.try_get(0)?, pace: row.try_get::<Json<Pace>, _>(1)?.0 })
    }

    /// Pauses a migration or lets it go on, and changes those parts of its pace that are given: of the
    /// pace set so far, or of the `configured` one.
    pub async fn set_control(
        &self,
        conn: &mut Conn,
        id: &str,
        paused: bool,
        pace: &Pace,
        configured: bool,
    ) -> Result<()> {
        // a limit that is set now leaves those that were set before
        let sql = "UPDATE :state.migrations SET
                     pace = so_far || $3 || CASE WHEN $3 ? 'limits'
                       THEN jsonb_build_object('limits', coalesce(so_far -> 'limits', '{}') || ($3 -> 'limits')) ELSE '{}' END,
                     paused_at = CASE WHEN $2 THEN coalesce(paused_at, now()) END,
                     paused_by = CASE WHEN $2 THEN coalesce(paused_by, session_user) END
                   FROM (SELECT CASE WHEN $4 THEN '{}' ELSE pace END AS so_far FROM :state.migrations WHERE schema = :app AND id = $1) now
                   WHERE schema = :app AND id = $1";
        self.query(sql).bind(id).bind(paused).bind(Json(pace)).bind(configured).execute(&mut *conn).await?;
        let what = if paused { "pause" } else { "resume" };
        let detail = serde_json::to_value(pace).unwrap_or_default();
        self.audit(conn, &Audit { migration: Some(id), what, detail, ..Audit::default() }).await
    }

    /// Shows why a table's backfill waits, or that it goes on. The time since it was last shown was spent waiting,
    /// whichever worker shows it.
    pub async fn hold(&self, conn: &mut Conn, id: &str, ordinal: i32, reason: Option<&str>) -> Result<()> {
        let sql = "UPDATE :state.backfills SET throttled_by = $3, updated_at = clock_timestamp(),
                     held = held + CASE WHEN throttled_by IS NULL THEN '0' ELSE clock_timestamp() - updated_at END
                   WHERE schema = :app AND migration_id = $1 AND ordinal = $2";
        self.query(sql).bind(id).bind(ordinal).bind(reason).execute(conn).await?;
        Ok(())
    }
}
