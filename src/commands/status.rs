//! `status`: where every migration stands.

use super::context::Context;
use crate::catalog::Extent;
use crate::config::Pace;
use crate::db::Session;
use crate::error::{Kind, Result};
use crate::exec;
use crate::migration::Migration;
use crate::output::{MigrationStatus, TableStatus, status_human};
use crate::state::{BackfillRow, Phase, Record, Store};

/// Show where every migration stands, how far its rows are, and what comes next
///
/// May run while another midflight works, and on a standby. Where it may write, it notes the count of old writes.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// Migrations; without names, all
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
}

/// Prints the table.
pub async fn run(args: &StatusArgs, context: &Context) -> Result<()> {
    let migrations = context.migrations()?;
    let chosen = super::stage::named(&args.names, &migrations)?;
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let mut rows = Vec::new();
    for migration in chosen {
        let record = records.iter().find(|record| record.id == migration.id);
        rows.push(match record {
            Some(record) => recorded(record, &mut session, context).await?,
            None => pending(migration),
        });
    }
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "migrations": rows }));
    } else {
        context.printer.out(&status_human(&rows));
    }
    Ok(())
}

fn pending(migration: &Migration) -> MigrationStatus {
    MigrationStatus {
        id: migration.id.clone(),
        phase: Phase::Pending.name(),
        expand_release: None,
        verified: false,
        expanded_at: None,
        backfilled_at: None,
        verified_at: None,
        contracted_at: None,
        tables: Vec::new(),
        old_writes: None,
        paused: None,
        pace: Pace::default(),
        drift: Vec::new(),
        error: None,
        next: Some("expand".to_owned()),
    }
}

async fn recorded(record: &Record, session: &mut Session, context: &Context) -> Result<MigrationStatus> {
    let store = context.settings.store();
    let kept = record.phase != Phase::RolledBack;
    let tables = if kept { store.backfills(&mut session.conn, &record.id).await? } else { Vec::new() };
    let old_writes = store.old_writes(&mut session.conn, record, true).await?;
    let [expanded_at, backfilled_at, verified_at, contracted_at] = record.times.clone();
    Ok(MigrationStatus {
        id: record.id.clone(),
        phase: record.phase.name(),
        expand_release: record.expand_release.clone(),
        verified: record.verified,
        expanded_at,
        backfilled_at,
        verified_at,
        contracted_at,
        tables: tables.into_iter().map(progress).collect(),
        old_writes,
        paused: record.paused.clone(),
        pace: record.pace.clone(),
        drift: drift(record, session, &store).await?,
        error: record.error.clone(),
        next: next(record),
    })
}

/// What the next stage would refuse to build on.
async fn drift(record: &Record, session: &mut Session, store: &Store) -> Result<Vec<String>> {
    let extent = match record.phase {
        Phase::Expanded | Phase::Backfilled => Extent::All,
        Phase::Backfilling => Extent::WithoutOwnChanges,
        _ => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    if let Err(error) = store.refuse_another_database(&mut session.conn).await {
        found.push(error.message);
        found.extend(error.details);
    }
    if let (Some(was), Some(plan)) = (&record.fingerprint, &record.plan) {
        match exec::differences(session, store, was, plan, extent).await {
            Ok(differences) => found.extend(differences.into_iter().map(|difference| difference.text)),
            // A stage that holds a lock just now looks for itself.
            Err(error) if error.kind == Kind::LockBudget => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// A rate and a time left are told while something goes on, and once they mean something.
fn progress(row: BackfillRow) -> TableStatus {
    let alive = row.silent.is_some_and(|seconds| seconds < 60.0);
    let rate = row.rate.filter(|rate| alive && *rate > 0.0);
    let left = (row.rows_total - row.rows_done).max(0) as f64;
    let settled = row.worked.is_some_and(|seconds| seconds >= 10.0);
    TableStatus {
        percent: match row.status.as_str() {
            "done" => 100,
            _ => row.range_end.map_or(0, |end| 100 * row.cursor / end.max(1)),
        },
        table: row.table_name,
        rows_done: row.rows_done,
        rows_total: row.rows_total,
        eta_seconds: rate.filter(|_| settled).map(|rate| (left / rate) as i64),
        rows_per_second: rate.map(|rate| rate as i64),
        status: row.status,
        throttled_by: row.throttled_by,
        silent_seconds: row.silent.map(|seconds| seconds as i64),
    }
}

/// The command that goes on from here, and what it waits for.
fn next(record: &Record) -> Option<String> {
    let text = match record.phase {
        Phase::Pending | Phase::RolledBack => "expand",
        Phase::Expanding => "expand (was interrupted), or rollback",
        Phase::Expanded => "backfill",
        Phase::Backfilling => "backfill (resumes)",
        Phase::Backfilled if record.verified => "contract, once the old release is gone",
        Phase::Backfilled => "verify",
        Phase::Contracting => "contract (resumes)",
        Phase::RollingBack => "rollback (resumes)",
        Phase::Contracted => return None,
    };
    Some(text.to_owned())
}
