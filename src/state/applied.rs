//! Files that run as plain SQL: done at once, or statement by statement with what is done so far.

use sqlx::Row;

use super::{Audit, Phase, Record, StepStatus, Store};
use crate::db::Conn;
use crate::error::{Error, Kind, Result};

/// What an earlier run has left of a file: its parts in their order.
#[derive(Debug, Clone)]
pub struct AppliedPart {
    /// The statements.
    pub sql: String,
    /// What became of them.
    pub status: StepStatus,
}

impl Record {
    /// Whether it is a file that an interrupted `apply` has begun. No stage has a plan for it.
    pub fn is_being_applied(&self) -> bool {
        self.phase == Phase::Contracting && self.plan.is_none()
    }
}

impl Store {
    /// Records a file that was applied whole; part of its transaction.
    pub async fn applied(&self, conn: &mut Conn, id: &str, checksum: &str) -> Result<()> {
        let sql = "INSERT INTO :state.migrations (schema, id, checksum, phase, contracted_at) VALUES (:app, $1, $2, 'contracted', now())
                   ON CONFLICT (schema, id) DO UPDATE SET checksum = $2, phase = 'contracted', contracted_at = now(), plan = NULL, error = NULL";
        self.query(sql).bind(id).bind(checksum).execute(&mut *conn).await?;
        let entry =
            Audit { migration: Some(id), what: "apply", to: Some(Phase::Contracted), ..Audit::default() };
        self.audit(conn, &entry).await
    }

    /// Records that a file runs part by part. The first `done` parts stay as they are recorded.
    pub async fn begin_applying(
        &self,
        conn: &mut Conn,
        id: &str,
        checksum: &str,
        parts: &[String],
        done: usize,
    ) -> Result<()> {
        let sql = "INSERT INTO :state.migrations (schema, id, checksum, phase) VALUES (:app, $1, $2, 'contracting')
                   ON CONFLICT (schema, id) DO UPDATE SET checksum = $2, phase = 'contracting', plan = NULL, error = NULL";
        self.query(sql).bind(id).bind(checksum).execute(&mut *conn).await?;
        let delete = "DELETE FROM :state.steps WHERE schema = :app AND migration_id = $1 AND (phase <> 'apply' OR ordinal >= $2)";
        self.query(delete).bind(id).bind(done as i32).execute(&mut *conn).await?;
        for (ordinal, sql) in parts.iter().enumerate().skip(done) {
            let insert = "INSERT INTO :state.steps (schema, migration_id, phase, ordinal, step_id, sql) VALUES (:app, $1, 'apply', $2, $3, $4)";
            self.query(insert)
                .bind(id)
                .bind(ordinal as i32)
                .bind(part_id(ordinal))
                .bind(sql)
                .execute(&mut *conn)
                .await?;
        }
        Ok(())
    }

    /// What an earlier run has recorded.
    pub async fn applied_parts(&self, conn: &mut Conn, id: &str) -> Result<Vec<AppliedPart>> {
        let sql = "SELECT sql, status FROM :state.steps WHERE schema = :app AND migration_id = $1 AND phase = 'apply' ORDER BY ordinal";
        let rows = self.query(sql).bind(id).fetch_all(conn).await?;
        let part = |row: &sqlx::postgres::PgRow| {
            let status = row.try_get::<&str, _>(1)?.parse().map_err(|what| Error::new(Kind::Drift, what))?;
            Ok(AppliedPart { sql: row.try_get(0)?, status })
        };
        rows.iter().map(part).collect()
    }

    /// Records what became of a part.
    pub async fn set_part(&self, conn: &mut Conn, id: &str, part: usize, status: StepStatus) -> Result<()> {
        Ok(self.set_step(conn, id, &part_id(part), status).await?)
    }

    /// A release that was ever recorded.
    pub async fn any_release(&self, conn: &mut Conn) -> Result<Option<String>> {
        let sql = "SELECT release FROM :state.events WHERE schema = :app AND release IS NOT NULL ORDER BY id DESC LIMIT 1";
        Ok(self.query(sql).fetch_optional(conn).await?.map(|row| row.try_get(0)).transpose()?)
    }

    /// Who else had a transaction in this database within the last minute: application and user. One whose doings the
    /// role may not see is among them.
    pub async fn recent_clients(&self, conn: &mut Conn, overlooked: &[String]) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT coalesce(nullif(application_name, ''), 'an application without a name')
                     || coalesce(' as ' || usename, '') || coalesce(' from ' || client_addr, '')
                   FROM pg_catalog.pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()
                     AND coalesce(backend_type, 'client backend') = 'client backend'
                     AND NOT (application_name LIKE 'midflight%' AND usename = session_user)
                     AND application_name <> ALL ($1)
                     AND (state IS NULL OR xact_start IS NOT NULL
                          OR query_start IS NOT NULL AND state_change > clock_timestamp() - interval '60 seconds')
                   ORDER BY 1";
        let rows = self.query(sql).bind(overlooked).fetch_all(conn).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }
}

fn part_id(ordinal: usize) -> String {
    format!("apply.{}", ordinal + 1)
}
