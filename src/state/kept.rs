//! What becomes of a stored plan after expand: other expressions, and what contract keeps of it, with the journal of what
//! hides, takes back and removes it.

use std::time::Duration;

use sqlx::types::Json;

use super::{Audit, Store};
use crate::db::Conn;
use crate::error::Result;
use crate::plan::{Kept, Plan};

impl Store {
    /// Notes that a migration is kept from now on. The steps of its way back and of its end are in the journal from then on.
    pub async fn set_kept(&self, conn: &mut Conn, id: &str, kept: &Kept, keep: Duration) -> Result<()> {
        let sql = "UPDATE :state.migrations SET kept_until = now() + make_interval(secs => $2) WHERE schema = :app AND id = $1";
        self.query(sql).bind(id).bind(keep.as_secs_f64()).execute(&mut *conn).await?;
        // Behind those of the plan, in the order in which they may run.
        for (ordinal, (phase, step)) in kept.steps().enumerate() {
            let insert = "INSERT INTO :state.steps (schema, migration_id, phase, ordinal, step_id, sql)
                          SELECT :app, $1, $2, 1000000 + $3, $4, $5 ON CONFLICT (schema, migration_id, step_id) DO NOTHING";
            let insert = self.query(insert).bind(id).bind(phase).bind(ordinal as i32).bind(&step.id);
            insert.bind(step.sql.join(";\n")).execute(&mut *conn).await?;
        }
        Ok(())
    }

    /// Puts a plan with other expressions in place of a stored one. Its rows are looked at once more.
    pub async fn amend(
        &self,
        conn: &mut Conn,
        id: &str,
        plan: &Plan,
        (before, now): (&str, &str),
        release: Option<&str>,
    ) -> Result<()> {
        let sql =
            "UPDATE :state.migrations SET plan = $2, checksum = $3, verified_at = NULL, backfilled_at = NULL
                   WHERE schema = :app AND id = $1";
        self.query(sql).bind(id).bind(Json(plan)).bind(now).execute(&mut *conn).await?;
        let sql = "UPDATE :state.backfills SET status = 'pending', cursor = 0, range_end = NULL, rows_done = 0, verify_cursor = NULL
                   WHERE schema = :app AND migration_id = $1 AND ordinal < $2";
        self.query(sql).bind(id).bind(plan.backfill.len() as i32).execute(&mut *conn).await?;
        for (_, step) in plan.steps() {
            let sql =
                "UPDATE :state.steps SET sql = $3 WHERE schema = :app AND migration_id = $1 AND step_id = $2";
            self.query(sql).bind(id).bind(&step.id).bind(step.sql.join(";\n")).execute(&mut *conn).await?;
        }
        let detail = serde_json::json!({ "checksum_before": before, "checksum": now });
        let entry = Audit { migration: Some(id), release, what: "amend", detail, ..Audit::default() };
        self.audit(conn, &entry).await
    }
}
