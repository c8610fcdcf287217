//! `status`: where every migration stands.

use super::context::Context;
use crate::config::Pace;
use crate::db::Session;
use crate::error::Result;
use crate::migration::Migration;
use crate::output::{MigrationStatus, TableStatus, status_human};
use crate::state::{BackfillRow, Phase, Record};

/// Show where every migration stands, how far its rows are, and what comes next
///
/// May run while another midflight works, and on a standby. Where it may write, it notes the count of old writes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing but the note on old writes. Locks: nothing.
Exits with: 0, whatever the phases are; 2 wrong name or file, 30 no database.

Examples:
  midflight status
  midflight status 0007_split_name
  midflight status --format json | jq -r '.migrations[] | [.id, .phase, .next] | @tsv'")]
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
        context.printer.out(&status_human(&rows, context.printer.width()));
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
        error: record.error.clone(),
        next: next(record),
    })
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
