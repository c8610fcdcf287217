//! Triggers and rules of the application's own that batches would fire. What they do to a row that nobody changed is found
//! by writing a few rows as a batch does, in a transaction that is rolled back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::Row;
use sqlx::types::Json;

use super::partitions::parts;
use super::search_path;
use crate::config::Settings;
use crate::db::{Failure, Session, classify, explain, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::Migration;
use crate::migration::operation::UserTriggers;
use crate::plan::{Conversion, Plan};
use crate::text::count;

/// Rows that are tried, of each end of the table.
const SAMPLE: usize = 10;
/// Partitions with the same triggers that are tried.
const PARTS: usize = 12;
/// No other row is tried after this time.
const ENOUGH: Duration = Duration::from_millis(500);
/// How long one may take.
const PATIENCE: &str = "5s";
/// Who waits for somebody else's lock tries again.
const ATTEMPTS: u32 = 5;

/// How a batch has the user's triggers left alone. Dual writes go on: their triggers are ENABLE ALWAYS.
pub(super) const AS_REPLICA: &str = "SET LOCAL session_replication_role = replica";

/// What triggers do to rows that nobody changed.
#[derive(Debug, Default, PartialEq)]
struct Effects {
    /// How many rows were tried.
    rows: usize,
    /// Columns that come out with another value.
    columns: BTreeSet<String>,
    /// Tables that are written, and how often.
    writes: BTreeMap<String, i64>,
    /// Whether the server counts no writes, so that those to other tables can't be seen.
    uncounted: bool,
    /// What the server says where the UPDATE fails.
    fails: Option<String>,
    /// Rows that are left as they are.
    suppressed: usize,
}

/// Tries them for each table that is backfilled. Gives what is agreed and worth telling.
///
/// # Errors
/// Exit 23 for effects that the file doesn't agree to, with what to write; exit 10 where rows are locked.
pub(super) async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for work in &plan.backfill {
        // Partitions that have the same triggers are alike: some are tried, and told as one.
        let mut known: BTreeMap<Vec<String>, (usize, Effects)> = BTreeMap::new();
        for part in parts(session, work).await? {
            let firing = firing(session, &part.work).await?;
            let tried = known.get(&firing).map_or(0, |(parts, _)| *parts);
            if firing.is_empty() || tried >= PARTS {
                continue;
            }
            let effects = patiently(session, settings, &part.work).await?;
            judged(work, &firing, &effects).map_err(|error| placed(error, migration, work))?;
            let most = known.entry(firing).or_default();
            most.0 += 1;
            if effects.rows >= most.1.rows {
                most.1 = effects;
            }
        }
        for (firing, (_, effects)) in &known {
            told.push(judged(work, firing, effects).map_err(|error| placed(error, migration, work))?);
        }
    }
    told.dedup();
    Ok(told)
}

/// The triggers and rules that an UPDATE of the new columns fires.
async fn firing(session: &mut Session, work: &Conversion) -> Result<Vec<String>> {
    let replica = work.triggers == Some(UserTriggers::Skip);
    let found = statement(FIRING).bind(work.table.to_string()).bind(if replica { "AR" } else { "AO" });
    let rows = found.fetch_all(&mut session.conn).await?;
    let skipped = replica && rows.is_empty();
    if skipped {
        // They may be skipped only by who may: found before anything is changed.
        return Ok(vec![String::new()]);
    }
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn patiently(session: &mut Session, settings: &Settings, work: &Conversion) -> Result<Effects> {
    let mut attempt = 1;
    loop {
        let begun = session.begin(settings.lock.timeout.0, &search_path(settings)).await;
        let tried = match begun {
            Ok(()) => try_rows(session, work).await,
            Err(error) => Err(error),
        };
        session.rollback().await;
        match tried {
            Ok(effects) => return Ok(effects),
            Err(error) if classify(&error) == Failure::Retry && attempt < ATTEMPTS => {
                attempt += 1;
                session.interrupt().sleep(Duration::from_millis(200)).await?;
            }
            Err(error) => return Err(unable(error, work)),
        }
    }
}

fn unable(error: sqlx::Error, work: &Conversion) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    match code.as_ref() {
        "42501" if work.triggers == Some(UserTriggers::Skip) => {
            Error::refused(format!("`triggers skip` needs a privilege: {}", explain(&error))).hint(
                "from PostgreSQL 15 on `GRANT SET ON PARAMETER session_replication_role TO …`; before, a superuser. Or have \
                 the triggers leave these rows alone: `WHEN (current_setting('midflight.backfill', true) IS DISTINCT FROM 'on')`",
            )
        }
        "57014" => Error::new(
            Kind::LockBudget,
            format!("an UPDATE of one row of {} took longer than {PATIENCE}: {}", work.table, explain(&error)),
        )
        .hint("your triggers were tried on it; run the same command again when the server is less busy"),
        _ => error.into(),
    }
}

/// Writes some rows as a batch does: each keeps its values. The caller rolls back.
async fn try_rows(session: &mut Session, work: &Conversion) -> Result<Effects, sqlx::Error> {
    let mut effects = Effects::default();
    session
        .run(&format!(
            "SET LOCAL statement_timeout = '{PATIENCE}'; SET LOCAL midflight.backfill = 'on'; SET CONSTRAINTS ALL IMMEDIATE"
        ))
        .await?;
    if work.triggers == Some(UserTriggers::Skip) {
        session.run(AS_REPLICA).await?;
    }
    let counted = "SELECT pg_catalog.current_setting('track_counts')::bool";
    effects.uncounted = !session.one(counted).await?.get::<bool, _>(0);
    let Some(column) = column(session, &work.table).await? else { return Ok(effects) };
    let table = &work.table;
    // Of the first rows and of the last pages: what is old may be treated in another way than what is new.
    let places = session
        .rows(&format!(
            "(SELECT ctid::text FROM ONLY {table} LIMIT {SAMPLE}) UNION (SELECT ctid::text FROM ONLY {table} WHERE ctid >= \
             pg_catalog.format('(%s,0)', greatest(pg_catalog.pg_relation_size({}::pg_catalog.regclass) \
             / pg_catalog.current_setting('block_size')::bigint - 2, 0))::tid LIMIT {SAMPLE})",
            literal(&table.to_string())
        ))
        .await?;
    let started = Instant::now();
    for place in &places {
        if started.elapsed() > ENOUGH {
            break;
        }
        let at = format!("FROM ONLY {table} AS tried WHERE tried.ctid = '{}'", place.get::<String, _>(0));
        // A row is locked, and what triggers write, until the savepoint: for no longer than they take for it.
        session.run("SAVEPOINT tried").await?;
        let failed = try_row(session, work, &column, &at, &mut effects).await?;
        session.rollback_to("tried").await?;
        if failed {
            break;
        }
    }
    Ok(effects)
}

/// Whether the UPDATE of a row fails. One that somebody else holds is left out.
async fn try_row(
    session: &mut Session,
    work: &Conversion,
    column: &Ident,
    at: &str,
    effects: &mut Effects,
) -> Result<bool, sqlx::Error> {
    let lock = format!("SELECT pg_catalog.to_jsonb(tried) {at} FOR NO KEY UPDATE SKIP LOCKED");
    let Some(row) = session.rows(&lock).await?.pop() else { return Ok(false) };
    let was: Json<BTreeMap<String, Value>> = row.get(0);
    let before = written(session).await?;
    let place = at.split_once(" WHERE ").map_or("false", |(_, place)| place);
    let update = format!(
        "UPDATE ONLY {} AS tried SET {column} = tried.{column} WHERE {place} RETURNING pg_catalog.to_jsonb(tried)",
        work.table
    );
    effects.rows += 1;
    let now = match session.rows(&update).await {
        Ok(now) => now,
        Err(error) if classify(&error) != Failure::Retry && is_said(&error) => {
            effects.fails = Some(explain(&error));
            return Ok(true);
        }
        Err(error) => return Err(error),
    };
    match now.first() {
        None => effects.suppressed += 1,
        Some(row) => {
            let now: Json<BTreeMap<String, Value>> = row.get(0);
            let changed = now.0.into_iter().filter(|(name, value)| was.0.get(name) != Some(value));
            effects.columns.extend(changed.map(|(name, _)| name));
        }
    }
    for (table, writes) in written(session).await? {
        let own = i64::from(table == work.table.to_string() && !now.is_empty());
        let more = writes - before.get(&table).copied().unwrap_or(0) - own;
        if more > 0 {
            *effects.writes.entry(table).or_default() += more;
        }
    }
    Ok(false)
}

/// An error of the statement, and not of the time that it took or of the connection.
fn is_said(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code != "57014" && classify(error) != Failure::OutcomeUnknown)
}

/// A column that an UPDATE may name without firing a trigger that waits for it: the new ones are named by none.
async fn column(session: &mut Session, table: &TableName) -> Result<Option<Ident>, sqlx::Error> {
    let found = statement(COLUMN).bind(table.to_string()).fetch_optional(&mut session.conn).await?;
    Ok(found.map(|row| Ident::new(row.get::<String, _>(0))))
}

/// Rows written in this transaction, by table.
async fn written(session: &mut Session) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let rows = statement(WRITTEN).fetch_all(&mut session.conn).await?;
    Ok(rows
        .iter()
        .map(|row| (TableName::new(row.get::<&str, _>(0), row.get::<&str, _>(1)).to_string(), row.get(2)))
        .collect())
}

/// What is to be told of effects that are agreed to, or have none.
fn judged(work: &Conversion, firing: &[String], effects: &Effects) -> Result<String> {
    let table = &work.table;
    let names = firing.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(", ");
    let does = effects.told(work);
    let changes_source = work.sources.iter().any(|column| effects.columns.contains(column.as_str()));
    let helpless = effects.fails.is_some() || effects.suppressed > 0 || changes_source;
    let when = "`WHEN (current_setting('midflight.backfill', true) IS DISTINCT FROM 'on')` in the trigger";
    match (work.triggers, does) {
        (Some(UserTriggers::Skip), None) => {
            Ok(format!("backfill of {table} skips your triggers (`triggers skip`)"))
        }
        (Some(UserTriggers::Skip), Some(does)) => Err(Error::refused(format!(
            "backfill of {table} would fire {names} although the file says `triggers skip`: {does}"
        ))
        .hint(format!("they are ENABLE ALWAYS or ENABLE REPLICA; have them leave these rows alone: {when}"))),
        (Some(UserTriggers::Fire) | None, None) => Ok(format!(
            "backfill of {table} fires your trigger(s) {names} on every row it writes; on {} rows that were tried they changed \
             nothing",
            effects.rows
        )),
        (Some(UserTriggers::Fire), Some(does)) if !helpless => Ok(format!(
            "backfill of {table} fires your trigger(s) {names} on every row it writes, as the file agrees: {does}"
        )),
        (Some(UserTriggers::Fire) | None, Some(does)) => {
            let error = Error::refused(format!(
                "backfill would fire {names} of {table} on each of about {} rows that nobody changes: {does}",
                count(work.rows)
            ));
            let fire = if helpless { "" } else { ", or `-- midflight: triggers fire` where that is right" };
            Err(error.hint(format!(
                "say `-- midflight: triggers skip` above the statement (in YAML `triggers: skip` beside the operation), which \
                 needs the privilege to set session_replication_role{fire}; or write {when}"
            )))
        }
    }
}

impl Effects {
    /// In words; none where there are none.
    fn told(&self, work: &Conversion) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(fails) = &self.fails {
            parts.push(format!("it fails with {fails}"));
        }
        if self.suppressed > 0 {
            parts.push(format!(
                "{} of {} rows that were tried are left as they are",
                self.suppressed, self.rows
            ));
        }
        if !self.columns.is_empty() {
            let converted = |name: &String| work.sources.iter().any(|column| column.as_str() == name);
            let shown = self.columns.iter().map(|name| match converted(name) {
                true => format!("{name}, which is converted"),
                false => name.clone(),
            });
            parts.push(format!("it changes {}", shown.collect::<Vec<_>>().join(", ")));
        }
        if self.uncounted {
            parts.push("what it writes elsewhere can't be told, since track_counts is off".to_owned());
        }
        for (table, writes) in &self.writes {
            parts.push(format!("it writes {table} ({writes} rows for {} tried)", self.rows));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// Blames the statement whose rows these are.
fn placed(error: Error, migration: &Migration, work: &Conversion) -> Error {
    let about = |step: &&crate::migration::operation::Step| {
        step.operation.tables().iter().any(|table| table.name == work.table.name)
    };
    match migration.steps.iter().find(about) {
        Some(step) => error.at(&migration.source, step.span),
        None => error,
    }
}

/// Not those that wait for columns, which no batch names.
const FIRING: &str = "
SELECT pg_catalog.format('trigger %I', t.tgname) FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = pg_catalog.to_regclass($1) AND NOT t.tgisinternal AND (t.tgtype & 16) = 16 AND t.tgattr::text = ''
  AND pg_catalog.strpos($2, t.tgenabled::text) > 0 AND t.tgname !~ '^zzzz_midflight_'
UNION ALL
SELECT pg_catalog.format('rule %I', r.rulename) FROM pg_catalog.pg_rewrite r
WHERE r.ev_class = pg_catalog.to_regclass($1) AND r.ev_type = '2' AND pg_catalog.strpos($2, r.ev_enabled::text) > 0
ORDER BY 1";

const COLUMN: &str = "
SELECT a.attname::text FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey)
WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND a.attidentity <> 'a'
GROUP BY a.attrelid, a.attnum, a.attname
ORDER BY EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = a.attrelid AND a.attnum = ANY (t.tgattr)),
         pg_catalog.count(k.oid), a.attnum
LIMIT 1";

const WRITTEN: &str = "
SELECT s.schemaname::text, s.relname::text, s.n_tup_ins + s.n_tup_upd + s.n_tup_del
FROM pg_catalog.pg_stat_xact_user_tables s WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0";
