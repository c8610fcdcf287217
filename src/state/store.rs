//! midflight's own tables: the only code that writes them.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row};

use super::StepStatus;
use super::phase::Phase;
use super::releases::Releases;
use crate::catalog::Fingerprint;
use crate::config::Pace;
use crate::db::{Conn, Statement, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, literal};
use crate::plan::{PLAN_VERSION, Plan};

/// The tables in one state schema. Every method takes the connection, so that it joins the caller's transaction.
#[derive(Debug, Clone)]
pub struct Store {
    schema: Ident,
    application: String,
}

/// A migration as recorded.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// The application schema that it belongs to, where that is another one than the configured.
    pub elsewhere: Option<String>,
    /// The checksum of the file that was expanded.
    pub checksum: String,
    /// Where it stands.
    pub phase: Phase,
    /// What was planned, and so what runs.
    pub plan: Option<Plan>,
    /// What the catalog said of its objects after expand, or after backfill.
    pub fingerprint: Option<Fingerprint>,
    /// The release that expanded it.
    pub expand_release: Option<String>,
    /// Whether verification passed after the last backfill.
    pub verified: bool,
    /// What stopped the last attempt.
    pub error: Option<String>,
    /// Who paused it, and since when.
    pub paused: Option<String>,
    /// The pace that `resume` has set.
    pub pace: Pace,
    /// What contract removes is hidden until then, or longer: until somebody purges it.
    pub kept_until: Option<String>,
    /// That time is over.
    pub kept_enough: bool,
    /// When it was begun, as the server orders it.
    pub begun: String,
    /// Times for people, in the server's time zone: expanded, backfilled, verified, contracted.
    pub times: [Option<String>; 4],
}

impl Record {
    /// Whether every row is right and contract has nothing to remove: the migration reserves nothing and nobody waits for
    /// it, but it can still be rolled back.
    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Backfilled
            && self.verified
            && self.plan.as_ref().is_some_and(|plan| plan.contract.is_empty())
    }
}

/// A step's journal row.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// The step's id.
    pub step_id: String,
    /// What became of it.
    pub status: StepStatus,
}

/// An entry of the audit.
#[derive(Debug, Clone, Default)]
pub struct Audit<'a> {
    /// The migration.
    pub migration: Option<&'a str>,
    /// The release that the command named.
    pub release: Option<&'a str>,
    /// What happened: `expand`, `rollback`…
    pub what: &'a str,
    /// The phase before.
    pub from: Option<Phase>,
    /// The phase after.
    pub to: Option<Phase>,
    /// Facts.
    pub detail: serde_json::Value,
}

impl Store {
    /// The tables in `schema`, and in them what belongs to the migrations of the schema `application`.
    pub fn new(schema: Ident, application: impl Into<String>) -> Self {
        Self { schema, application: application.into() }
    }

    /// The application's schema: migrations, releases and lease are kept for each.
    pub fn application(&self) -> &str {
        &self.application
    }

    /// The schema.
    pub fn schema(&self) -> &Ident {
        &self.schema
    }

    /// Every recorded migration, by id. Of those that are contracted the plan is left out: they are many, and nothing is
    /// left to do.
    pub async fn records(&self, conn: &mut Conn) -> Result<Vec<Record>> {
        let select = SELECT_RECORD
            .replace(" plan,", " CASE WHEN phase <> 'contracted' OR kept_until IS NOT NULL THEN plan END,")
            .replace(
                " fingerprint,",
                " CASE WHEN phase <> 'contracted' OR kept_until IS NOT NULL THEN fingerprint END,",
            );
        let rows = self.query(&format!("{select} WHERE schema = :app ORDER BY id")).fetch_all(conn).await?;
        rows.iter().map(record).collect()
    }

    /// The migrations in these phases, and those that contract keeps, plans and all, that may have to do with these application schemas: their own, and
    /// those of others that work on their tables.
    pub async fn related(
        &self,
        conn: &mut Conn,
        phases: impl IntoIterator<Item = Phase>,
        schemas: &BTreeSet<String>,
    ) -> Result<Vec<Record>> {
        let phases: Vec<&str> = phases.into_iter().map(Phase::name).collect();
        let schemas: Vec<&str> = schemas.iter().map(String::as_str).collect();
        let sql = format!(
            "{SELECT_RECORD} WHERE (phase = ANY ($1) OR kept_until IS NOT NULL) AND plan IS NOT NULL AND (schema = :app OR schema = ANY ($2)
               OR EXISTS (SELECT FROM jsonb_array_elements(plan -> 'touches') t WHERE t #>> '{{table,schema}}' = ANY ($2)))
             ORDER BY schema, id"
        );
        let rows = self.query(&sql).bind(phases).bind(schemas).fetch_all(conn).await?;
        rows.iter().map(record).collect()
    }

    /// One recorded migration.
    pub async fn record(&self, conn: &mut Conn, id: &str) -> Result<Option<Record>> {
        let row = self
            .query(&format!("{SELECT_RECORD} WHERE schema = :app AND id = $1"))
            .bind(id)
            .fetch_optional(conn)
            .await?;
        row.as_ref().map(record).transpose()
    }

    /// Records that expand begins: plan, journal rows and progress rows, in place of those of an earlier attempt.
    pub async fn begin(
        &self,
        conn: &mut Conn,
        id: &str,
        checksum: &str,
        plan: &Plan,
        release: Option<&str>,
    ) -> Result<()> {
        // One that was rolled back is recorded anew. The children first: under `session_replication_role = replica`
        // foreign keys delete nothing.
        for delete in [
            "DELETE FROM :state.steps WHERE schema = :app AND migration_id = $1",
            "DELETE FROM :state.backfills WHERE schema = :app AND migration_id = $1",
            "DELETE FROM :state.counters WHERE schema = :app AND migration_id = $1",
            "DELETE FROM :state.migrations WHERE schema = :app AND id = $1",
        ] {
            self.query(delete).bind(id).execute(&mut *conn).await?;
        }
        let insert = "INSERT INTO :state.migrations (schema, id, checksum, phase, plan, expand_release) VALUES (:app, $1, $2, 'expanding', $3, $4)";
        self.query(insert).bind(id).bind(checksum).bind(Json(plan)).bind(release).execute(&mut *conn).await?;
        for (ordinal, (phase, step)) in plan.steps().enumerate() {
            let insert = "INSERT INTO :state.steps (schema, migration_id, phase, ordinal, step_id, sql) VALUES (:app, $1, $2, $3, $4, $5)";
            let sql = step.sql.join(";\n");
            self.query(insert)
                .bind(id)
                .bind(phase)
                .bind(ordinal as i32)
                .bind(&step.id)
                .bind(sql)
                .execute(&mut *conn)
                .await?;
        }
        for (ordinal, work) in plan.backfill.iter().enumerate() {
            let insert = "INSERT INTO :state.backfills (schema, migration_id, ordinal, table_name, rows_total) VALUES (:app, $1, $2, $3, $4)";
            self.query(insert)
                .bind(id)
                .bind(ordinal as i32)
                .bind(work.table.to_string())
                .bind(work.rows)
                .execute(&mut *conn)
                .await?;
        }
        for work in plan.row_batches() {
            let insert = "INSERT INTO :state.backfills (schema, migration_id, ordinal, table_name, rows_total) VALUES (:app, $1, $2, $3, $4)";
            let insert = self.query(insert).bind(id).bind(work.ordinal).bind(work.table.to_string());
            insert.bind(work.rows).execute(&mut *conn).await?;
        }
        Ok(())
    }

    /// Writes what is there already, so that a commit has something to bring to a standby. On a row for which nobody waits.
    pub async fn write_nothing_new(&self, conn: &mut Conn) -> Result<(), sqlx::Error> {
        self.query("UPDATE :state.meta SET version = version").execute(conn).await.map(drop)
    }

    /// Records migrations, with their checksums, that something else applied.
    pub async fn adopt(&self, conn: &mut Conn, migrations: &[(&str, &str)]) -> Result<()> {
        let (ids, checksums): (Vec<&str>, Vec<&str>) = migrations.iter().copied().unzip();
        // One statement: outside a transaction it is still all or nothing.
        let sql = "WITH adopted AS (
                     INSERT INTO :state.migrations (schema, id, checksum, phase, contracted_at)
                     SELECT :app, u.id, u.checksum, 'contracted', now()
                     FROM ROWS FROM (unnest($1::text[]), unnest($2::text[])) u (id, checksum)
                     ON CONFLICT (schema, id) DO UPDATE SET checksum = excluded.checksum, phase = 'contracted',
                       contracted_at = now(), plan = NULL, error = NULL)
                   INSERT INTO :state.events (schema, host, migration_id, what, to_phase, detail)
                   SELECT :app, $3, u.id, 'baseline', 'contracted', 'null' FROM unnest($1::text[]) u (id)";
        self.query(sql).bind(ids).bind(checksums).bind(super::lease::host()).execute(conn).await?;
        Ok(())
    }

    /// Moves a migration to another phase and clears its error.
    pub async fn set_phase(&self, conn: &mut Conn, id: &str, to: Phase, release: Option<&str>) -> Result<()> {
        let stamp = match to {
            Phase::Expanded => ", expanded_at = now()",
            Phase::Backfilled => ", backfilled_at = now()",
            Phase::Contracted => ", contracted_at = coalesce(contracted_at, now())",
            Phase::Purging => ", kept_until = NULL",
            Phase::RolledBack => ", expanded_at = NULL, backfilled_at = NULL, verified_at = NULL",
            Phase::Undone => {
                ", expanded_at = NULL, backfilled_at = NULL, verified_at = NULL, contracted_at = NULL, kept_until = NULL"
            }
            _ => "",
        };
        let sql = format!(
            "UPDATE :state.migrations SET phase = $2, error = NULL{stamp},
               contract_release = CASE WHEN $2 = 'contracting' THEN $3 ELSE contract_release END WHERE schema = :app AND id = $1"
        );
        self.query(&sql).bind(id).bind(to.name()).bind(release).execute(conn).await?;
        Ok(())
    }

    /// Records what the catalog says of a migration's objects.
    pub async fn set_fingerprint(&self, conn: &mut Conn, id: &str, found: &Fingerprint) -> Result<()> {
        let sql = "UPDATE :state.migrations SET fingerprint = $2 WHERE schema = :app AND id = $1";
        self.query(sql).bind(id).bind(Json(found)).execute(conn).await?;
        Ok(())
    }

    /// Records what verification found: nothing, or a message.
    pub async fn set_verified(&self, conn: &mut Conn, id: &str, failure: Option<&str>) -> Result<()> {
        let sql = "UPDATE :state.migrations SET verified_at = CASE WHEN $2::text IS NULL THEN now() END, error = $2 WHERE schema = :app AND id = $1";
        self.query(sql).bind(id).bind(failure).execute(conn).await?;
        Ok(())
    }

    /// Records what stopped an attempt.
    pub async fn stopped(
        &self,
        conn: &mut Conn,
        id: &str,
        release: Option<&str>,
        error: &Error,
    ) -> Result<()> {
        let update = "UPDATE :state.migrations SET error = $2 WHERE schema = :app AND id = $1";
        self.query(update).bind(id).bind(&error.message).execute(&mut *conn).await?;
        let kind = error.kind;
        let detail = serde_json::json!({
            "code": kind.exit_code(), "retryable": kind.retryable(), "message": error.message,
        });
        self.audit(conn, &Audit { migration: Some(id), release, what: "stopped", detail, ..Audit::default() })
            .await
    }

    /// What ended the last attempt at a stage for good, unless somebody is at work again: running the same command once
    /// more would not help.
    pub async fn stuck(&self, conn: &mut Conn, id: &str) -> Result<Option<String>> {
        let sql = "SELECT m.error FROM :state.migrations m, LATERAL (
                     SELECT e.what, e.detail FROM :state.events e
                     WHERE e.schema = m.schema AND e.migration_id = m.id AND (e.what = 'stopped' OR e.to_phase IS NOT NULL) ORDER BY e.id DESC LIMIT 1) last
                   WHERE m.schema = :app AND m.id = $1 AND m.error IS NOT NULL AND last.what = 'stopped' AND NOT (last.detail ->> 'retryable')::boolean";
        let found = self.query(sql).bind(id).fetch_optional(&mut *conn).await?;
        match found {
            Some(row) if !self.somebody_works(conn).await? => Ok(row.get(0)),
            _ => Ok(None),
        }
    }

    /// The journal of a migration, in order.
    pub async fn steps(&self, conn: &mut Conn, id: &str) -> Result<Vec<StepRow>> {
        let rows = self
            .query("SELECT step_id, status FROM :state.steps WHERE schema = :app AND migration_id = $1 ORDER BY ordinal")
            .bind(id)
            .fetch_all(conn)
            .await?;
        let step = |row: &PgRow| {
            let status = row.get::<&str, _>(1).parse().map_err(|what: String| damaged(id, &what))?;
            Ok(StepRow { step_id: row.get(0), status })
        };
        rows.iter().map(step).collect()
    }

    /// Moves a step to another status.
    pub async fn set_step(
        &self,
        conn: &mut Conn,
        id: &str,
        step: &str,
        status: StepStatus,
    ) -> Result<(), sqlx::Error> {
        let sql = "UPDATE :state.steps SET status = $3, error = NULL,
                     attempts = attempts + CASE WHEN $3 IN ('running', 'done') THEN 1 ELSE 0 END,
                     started_at = coalesce(started_at, now()),
                     finished_at = CASE WHEN $3 IN ('done', 'undone') THEN clock_timestamp() END
                   WHERE schema = :app AND migration_id = $1 AND step_id = $2";
        self.query(sql).bind(id).bind(step).bind(status.name()).execute(conn).await?;
        Ok(())
    }

    /// Records why a step failed. One that is done stays done: its commit may have reached the server although nobody
    /// heard so.
    pub async fn fail_step(&self, conn: &mut Conn, id: &str, step: &str, error: &str) -> Result<()> {
        let sql = "UPDATE :state.steps SET status = 'failed', error = $3, started_at = coalesce(started_at, now()),
                     finished_at = clock_timestamp() WHERE schema = :app AND migration_id = $1 AND step_id = $2 AND status <> 'done'";
        self.query(sql).bind(id).bind(step).bind(error).execute(conn).await?;
        Ok(())
    }

    /// Appends to the audit.
    pub async fn audit(&self, conn: &mut Conn, entry: &Audit<'_>) -> Result<()> {
        let sql = "INSERT INTO :state.events (schema, host, release, migration_id, what, from_phase, to_phase, detail) VALUES (:app, $1, $2, $3, $4, $5, $6, $7)";
        self.query(sql)
            .bind(super::lease::host())
            .bind(entry.release)
            .bind(entry.migration)
            .bind(entry.what)
            .bind(entry.from.map(Phase::name))
            .bind(entry.to.map(Phase::name))
            .bind(Json(&entry.detail))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Notes that a release arrives, unless it is the one that came last.
    pub async fn arrive(&self, conn: &mut Conn, release: &str) -> Result<()> {
        let sql = "INSERT INTO :state.events (schema, host, release, what)
                   SELECT :app, $1, $2, 'release' WHERE (SELECT release FROM :state.events WHERE schema = :app AND what = 'release' ORDER BY id DESC LIMIT 1)
                                                  IS DISTINCT FROM $2";
        self.query(sql).bind(super::lease::host()).bind(release).execute(conn).await?;
        Ok(())
    }

    /// The releases in the order of their arrival.
    pub async fn releases(&self, conn: &mut Conn) -> Result<Releases> {
        let sql = "SELECT release FROM :state.events WHERE schema = :app AND what = 'release' ORDER BY id";
        let rows = self.query(sql).fetch_all(conn).await?;
        Ok(Releases::new(rows.iter().map(|row| row.get(0)).collect()))
    }

    /// How long a migration has been expanded.
    pub async fn expanded_for(&self, conn: &mut Conn, id: &str) -> Result<Duration> {
        let sql = "SELECT coalesce(extract(epoch FROM now() - expanded_at), 0)::float8 FROM :state.migrations WHERE schema = :app AND id = $1";
        let seconds: f64 = self.query(sql).bind(id).fetch_one(conn).await?.get(0);
        Ok(Duration::from_secs_f64(seconds.max(0.0)))
    }

    /// Of these migrations, those whose expand ended, or began where it has not ended, longer ago.
    pub async fn in_flight_longer(
        &self,
        conn: &mut Conn,
        ids: &[&str],
        age: Duration,
    ) -> Result<BTreeSet<String>> {
        let sql = "SELECT id FROM :state.migrations WHERE schema = :app AND id = ANY ($1)
                   AND extract(epoch FROM now() - coalesce(expanded_at, created_at))::float8 > $2";
        let rows = self.query(sql).bind(ids.to_vec()).bind(age.as_secs_f64()).fetch_all(conn).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    pub(super) fn in_schema(&self, sql: &str) -> String {
        let application = literal(&self.application);
        let parts: Vec<String> = sql.split(":state").map(|part| part.replace(":app", &application)).collect();
        parts.join(&self.schema.to_string())
    }

    pub(super) fn query(&self, sql: &str) -> Statement<'static> {
        statement(AssertSqlSafe(self.in_schema(sql)))
    }
}

const SELECT_RECORD: &str =
    "SELECT id, checksum, phase, plan, expand_release, verified_at IS NOT NULL AS verified, error,
    to_char(expanded_at, 'YYYY-MM-DD HH24:MI'), to_char(backfilled_at, 'YYYY-MM-DD HH24:MI'),
    to_char(verified_at, 'YYYY-MM-DD HH24:MI'), to_char(contracted_at, 'YYYY-MM-DD HH24:MI'),
    paused_by || ' at ' || to_char(paused_at, 'YYYY-MM-DD HH24:MI'), pace, fingerprint,
    to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), nullif(schema, :app),
    to_char(kept_until, 'YYYY-MM-DD HH24:MI'), coalesce(kept_until <= now(), false) FROM :state.migrations";

fn record(row: &PgRow) -> Result<Record> {
    let id: String = row.get(0);
    let phase = row.get::<&str, _>(2).parse().map_err(|what: String| damaged(&id, &what))?;
    let plan: Option<Json<Value>> = row.get(3);
    let newer = plan.as_ref().and_then(|Json(plan)| plan["version"].as_u64());
    if newer.is_some_and(|version| version > PLAN_VERSION.into()) {
        return Err(Error::new(
            Kind::Drift,
            format!("the plan of migration `{id}` was made by a newer midflight"),
        )
        .hint("use that version, or a later one"));
    }
    let plan = stored(plan).map_err(|error| damaged(&id, &format!("its plan: {error}")))?;
    let fingerprint =
        stored(row.get(13)).map_err(|error| damaged(&id, &format!("its fingerprint: {error}")))?;
    Ok(Record {
        checksum: row.get(1),
        phase,
        plan,
        fingerprint,
        expand_release: row.get(4),
        verified: row.get(5),
        error: row.get(6),
        times: [row.get(7), row.get(8), row.get(9), row.get(10)],
        paused: row.get(11),
        pace: row.get::<Json<Pace>, _>(12).0,
        begun: row.get(14),
        elsewhere: row.get(15),
        kept_until: row.get(16),
        kept_enough: row.get(17),
        id,
    })
}

fn damaged(id: &str, what: &str) -> Error {
    Error::new(Kind::Drift, format!("the recorded state of migration `{id}` is damaged: {what}"))
        .hint("restore the state schema from the same backup as the tables, or roll back with the version that wrote it")
}

/// A column in JSON, as what it stands for.
fn stored<T: DeserializeOwned>(json: Option<Json<Value>>) -> Result<Option<T>, serde_json::Error> {
    json.map(|Json(value)| serde_json::from_value(value)).transpose()
}
