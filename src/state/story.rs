//! What happened to migrations: steps with their times, and the audit.

use serde_json::Value;
use sqlx::Row;

use super::Store;
use crate::db::{Conn, statement};
use crate::error::Result;

/// Which server and database, and what time it is there.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The server's time, for people.
    pub at: String,
    /// The same in seconds since 1970.
    pub epoch: f64,
    /// The database.
    pub database: String,
    /// PostgreSQL's version.
    pub version: String,
}

/// A step with what is known of its run.
#[derive(Debug, Clone)]
pub struct StepStory {
    /// The migration.
    pub migration: String,
    /// The part of the plan: `expand`, `backfill`, `contract`…
    pub stage: String,
    /// The step.
    pub id: String,
    /// What it does; none once the plan is gone.
    pub summary: Option<String>,
    /// The beginning of its SQL.
    pub sql: String,
    /// `pending`, `running`, `done`, `failed` or `undone`.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it began, for people.
    pub started_at: Option<String>,
    /// How long it took, or has taken so far.
    pub seconds: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// An entry of the audit.
#[derive(Debug, Clone)]
pub struct EventStory {
    /// The migration.
    pub migration: String,
    /// When, for people.
    pub at: String,
    /// The same in seconds since 1970.
    pub epoch: f64,
    /// The role.
    pub actor: String,
    /// The machine.
    pub host: Option<String>,
    /// The release that the command named.
    pub release: Option<String>,
    /// What happened.
    pub what: String,
    /// The phase before.
    pub from: Option<String>,
    /// The phase after.
    pub to: Option<String>,
    /// Facts.
    pub detail: Value,
}

/// How much of a step's SQL is read.
const HEAD: i32 = 2000;

/// How many entries of a migration's audit are read, from the end.
const EVENTS: i32 = 200;

/// Where we are.
pub async fn seat(conn: &mut Conn) -> Result<Seat> {
    let sql = "SELECT to_char(now(), 'YYYY-MM-DD HH24:MI:SS TZ'), extract(epoch FROM now())::float8,
                 current_database()::text, current_setting('server_version')";
    let row = statement(sql).fetch_one(conn).await?;
    Ok(Seat { at: row.get(0), epoch: row.get(1), database: row.get(2), version: row.get(3) })
}

impl Store {
    /// The steps of migrations, in order.
    pub async fn step_stories(&self, conn: &mut Conn, ids: &[&str]) -> Result<Vec<StepStory>> {
        let sql = "SELECT s.migration_id, s.phase, s.step_id,
                     jsonb_path_query_first(m.plan, '$.*[*] ? (@.id == $id).summary', jsonb_build_object('id', s.step_id)) #>> '{}',
                     left(s.sql, $2), s.status, s.attempts, to_char(s.started_at, 'YYYY-MM-DD HH24:MI:SS'),
                     extract(epoch FROM coalesce(s.finished_at, CASE WHEN s.status = 'running' THEN clock_timestamp() END) - s.started_at)::float8,
                     s.error
                   FROM :state.steps s JOIN :state.migrations m ON m.schema = s.schema AND m.id = s.migration_id
                   WHERE s.schema = :app AND s.migration_id = ANY ($1) ORDER BY s.migration_id, s.ordinal";
        let rows = self.query(sql).bind(ids.to_vec()).bind(HEAD).fetch_all(conn).await?;
        let step = |row: &sqlx::postgres::PgRow| StepStory {
            migration: row.get(0),
            stage: row.get(1),
            id: row.get(2),
            summary: row.get(3),
            sql: row.get(4),
            status: row.get(5),
            attempts: row.get(6),
            started_at: row.get(7),
            seconds: row.get(8),
            error: row.get(9),
        };
        Ok(rows.iter().map(step).collect())
    }

    /// The audit of migrations, oldest first.
    pub async fn event_stories(&self, conn: &mut Conn, ids: &[&str]) -> Result<Vec<EventStory>> {
        let sql = "SELECT u.id, to_char(e.at, 'YYYY-MM-DD HH24:MI:SS'), extract(epoch FROM e.at)::float8, e.actor, e.host, e.release, e.what,
                     e.from_phase, e.to_phase, coalesce(e.detail, 'null')
                   FROM unnest($1::text[]) u (id), LATERAL (
                     SELECT * FROM :state.events e WHERE e.schema = :app AND e.migration_id = u.id ORDER BY e.id DESC LIMIT $2) e
                   ORDER BY e.id";
        let rows = self.query(sql).bind(ids.to_vec()).bind(EVENTS).fetch_all(conn).await?;
        let event = |row: &sqlx::postgres::PgRow| EventStory {
            migration: row.get(0),
            at: row.get(1),
            epoch: row.get(2),
            actor: row.get(3),
            host: row.get(4),
            release: row.get(5),
            what: row.get(6),
            from: row.get(7),
            to: row.get(8),
            detail: row.get(9),
        };
        Ok(rows.iter().map(event).collect())
    }
}
