//! `status`: where every migration stands.

mod drift;
mod wait;

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use crate::config::{Pace, Span};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::migration::Migration;
use crate::output::{Applying, MigrationStatus, TableStatus, status_human};
use crate::state::{BackfillRow, OldSessions, OldWrites, Phase, Record, StepStatus, Store};
pub use wait::Goal;

/// Show where every migration stands, how far its rows are, and what comes next
///
/// May run while another midflight works, and on a standby. Where it may write, it notes the count of old writes. `-v`
/// adds what the next contract removes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing but the note on old writes. Locks: nothing.
Exits with: 0, whatever the phases are; 1 what is waited for can no longer come, 2 wrong name or file, 4 `--timeout` is over, 5 work is left, 30 no database.

Examples:
  midflight status
  midflight status 0007_split_name
  midflight status --wait backfilled --timeout 2h   then let the new release read the new side
  midflight status --check                          exit 5 when a migration has a stage to go
  midflight status --stale 14d                      exit 5 when one was forgotten before contract
  midflight status --format json | jq -r '.migrations[] | [.id, .phase, .next] | @tsv'")]
pub struct StatusArgs {
    /// Migrations; without names, all
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// Wait until all of them have come so far, or further; exit 1 at once when one can't
    #[arg(long, value_enum, value_name = "PHASE", conflicts_with_all = ["check", "stale"])]
    pub wait: Option<Goal>,
    /// How long to wait; then exit 4
    #[arg(long, value_name = "DURATION", default_value = "1h", requires = "wait")]
    pub timeout: Span,
    /// Exit 5 when one of them has a stage to go
    #[arg(long)]
    pub check: bool,
    /// Exit 5 when one of them was expanded longer ago, and neither contracted nor rolled back
    #[arg(long, value_name = "AGE")]
    pub stale: Option<Span>,
}

/// Prints the table.
pub async fn run(args: &StatusArgs, context: &Context) -> Result<()> {
    let migrations = context.migrations()?;
    let mut session = context.connect().await?;
    let (migrations, records) = context.with_records(migrations, &mut session).await?;
    let listed = listed(&args.names, &migrations, &records)?;
    if let Some(goal) = args.wait {
        let ids: Vec<&str> = listed.iter().map(|one| one.id).collect();
        wait::wait(goal, args.timeout.0, &ids, context).await?;
        // the first may not have lived that long
        session = context.connect().await?;
    }
    let now = if args.wait.is_some() { Some(context.records(&mut session).await?) } else { None };
    let rows = rows(&listed, now.as_ref().unwrap_or(&records), Look::ALL, &mut session, context).await?;
    let mut left =
        Left { pending: args.check.then(Vec::new), stale: args.stale.map(|age| (age, Vec::new())) };
    let in_flight: Vec<&str> = rows.iter().filter(|row| row.in_flight).map(|row| row.id.as_str()).collect();
    let old = match args.stale {
        Some(age) if !in_flight.is_empty() => {
            context.settings.store().in_flight_longer(&mut session.conn, &in_flight, age.0).await?
        }
        _ => BTreeSet::new(),
    };
    rows.iter().for_each(|row| left.take(row, old.contains(&row.id)));
    if context.for_machines() {
        let mut document = serde_json::json!({ "schema_version": 1, "migrations": rows });
        left.add_to(&mut document);
        context.printer.json(&document);
    } else {
        context.printer.out(&status_human(&rows, context.printer.width(), context.printer.verbose));
    }
    left.verdict(context)
}

/// Where each of these stands.
pub(super) async fn rows(
    listed: &[Listed<'_>],
    records: &[Record],
    look: Look,
    session: &mut Session,
    context: &Context,
) -> Result<Vec<MigrationStatus>> {
    let by_id: BTreeMap<&str, &Record> = records.iter().map(|record| (record.id.as_str(), record)).collect();
    let shown: Vec<&Record> = listed.iter().filter_map(|one| by_id.get(one.id).copied()).collect();
    let mut seen = Seen::of(&shown, look, session, &context.settings.store()).await?;
    let mut rows = Vec::new();
    for one in listed {
        let mut row = match by_id.get(one.id) {
            Some(record) => recorded(record, &mut seen, session, context).await?,
            None => pending(one.id),
        };
        if !one.has_file && row.next.is_some() {
            row.next = Some("put its file back: no stage runs without it".to_owned());
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A migration that is shown.
pub(super) struct Listed<'m> {
    pub(super) id: &'m str,
    /// Who doesn't ask for its file says that it is there.
    pub(super) has_file: bool,
}

/// What is asked beside the state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Note the count of old writes for the next one who looks.
    pub(super) notes: bool,
    /// Ask the catalog for drift.
    pub(super) drift: bool,
}

impl Look {
    const ALL: Self = Self { notes: true, drift: true };
    /// Writes nothing.
    pub(super) const AND_DRIFT: Self = Self { notes: false, drift: true };
    /// Writes nothing, and asks the catalog nothing: for a look every second.
    pub(super) const STATE: Self = Self { notes: false, drift: false };
}

/// The files of those names, and what is in flight without one; all of them without names.
fn listed<'m>(
    names: &'m [String],
    migrations: &'m [Migration],
    records: &'m [Record],
) -> Result<Vec<Listed<'m>>> {
    let has_file = |id: &str| migrations.iter().any(|migration| migration.id == id);
    let lost = records.iter().map(|record| (record.id.as_str(), record.phase));
    let lost: Vec<&str> =
        lost.filter(|(id, phase)| phase.in_flight() && !has_file(id)).map(|(id, _)| id).collect();
    let with_file: Vec<String> =
        names.iter().filter(|name| !lost.contains(&name.as_str())).cloned().collect();
    let mut listed = Vec::new();
    if names.is_empty() || !with_file.is_empty() {
        let files = super::stage::named(&with_file, migrations)?;
        listed.extend(files.into_iter().map(|migration| Listed { id: &migration.id, has_file: true }));
    }
    let chosen = lost.into_iter().filter(|id| names.is_empty() || names.iter().any(|name| name == id));
    listed.extend(chosen.map(|id| Listed { id, has_file: false }));
    Ok(listed)
}

/// Work that is left, as far as somebody asked.
struct Left {
    pending: Option<Vec<(String, String)>>,
    stale: Option<(Span, Vec<(String, String)>)>,
}

impl Left {
    fn take(&mut self, row: &MigrationStatus, old: bool) {
        if let (Some(pending), Some(next)) = (&mut self.pending, &row.next) {
            pending.push((row.id.clone(), next.clone()));
        }
        if let Some((_, stale)) = &mut self.stale
            && old
        {
            let since = row.expanded_at.as_ref().map_or("not to the end".to_owned(), |at| format!("at {at}"));
            let told = match row.applying {
                Some(Applying { done, parts }) => {
                    format!("{done} of {parts} parts applied, and not to the end")
                }
                None => format!("expanded {since}, {} since", row.phase),
            };
            stale.push((row.id.clone(), told));
        }
    }

    fn add_to(&self, document: &mut serde_json::Value) {
        let ids = |found: &[(String, String)]| found.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        if let Some(pending) = &self.pending {
            document["pending"] = ids(pending).into();
        }
        if let Some((_, stale)) = &self.stale {
            document["stale"] = ids(stale).into();
        }
    }

    /// Exit 5 when something is left. For machines the document has told it.
    fn verdict(self, context: &Context) -> Result<()> {
        let mut said = Vec::new();
        let mut details = Vec::new();
        let mut add = |what: String, found: Vec<(String, String)>| {
            if !found.is_empty() {
                said.push(format!("{} {what}", migrations(found.len())));
                details.extend(found.into_iter().map(|(id, why)| format!("{id}: {why}")));
            }
        };
        add("with a stage to go".to_owned(), self.pending.unwrap_or_default());
        if let Some((age, stale)) = self.stale {
            add(format!("expanded more than {age} ago and still in flight"), stale);
        }
        if said.is_empty() {
            return Ok(());
        }
        let error = Error::new(Kind::Pending, said.join("; ")).details(details);
        Err(if context.for_machines() { error.reported() } else { error })
    }
}

fn migrations(count: usize) -> String {
    if count == 1 { "1 migration".to_owned() } else { format!("{count} migrations") }
}

fn pending(id: &str) -> MigrationStatus {
    MigrationStatus {
        id: id.to_owned(),
        phase: Phase::Pending.name(),
        in_flight: false,
        applying: None,
        expand_release: None,
        verified: false,
        expanded_at: None,
        backfilled_at: None,
        verified_at: None,
        contracted_at: None,
        kept_until: None,
        tables: Vec::new(),
        old_writes: None,
        old_sessions: None,
        at_contract: Vec::new(),
        version_schema: None,
        paused: None,
        pace: Pace::default(),
        drift: Vec::new(),
        error: None,
        next: Some("expand".to_owned()),
    }
}

/// What is asked of the database for all of them at once: so it takes a few statements, however many they are.
struct Seen {
    tables: BTreeMap<String, Vec<BackfillRow>>,
    somebody_works: bool,
    old_writes: BTreeMap<String, OldWrites>,
    old_sessions: BTreeMap<String, OldSessions>,
    drift: BTreeMap<String, Vec<String>>,
}

impl Seen {
    async fn of(records: &[&Record], look: Look, session: &mut Session, store: &Store) -> Result<Self> {
        let kept = records.iter().filter(|record| !matches!(record.phase, Phase::RolledBack | Phase::Undone));
        let kept: Vec<&str> = kept.map(|record| record.id.as_str()).collect();
        let in_flight = records.iter().filter(|record| record.phase.in_flight() && record.plan.is_some());
        let in_flight: Vec<&str> = in_flight.map(|record| record.id.as_str()).collect();
        if records.is_empty() {
            return Ok(Self {
                tables: BTreeMap::new(),
                somebody_works: false,
                old_writes: BTreeMap::new(),
                old_sessions: BTreeMap::new(),
                drift: BTreeMap::new(),
            });
        }
        Ok(Self {
            tables: store.backfills(&mut session.conn, &kept).await?,
            somebody_works: store.somebody_works(&mut session.conn).await?,
            old_writes: store.old_writes(&mut session.conn, records, look.notes).await?,
            old_sessions: store.old_sessions(&mut session.conn, &in_flight).await?,
            drift: if look.drift { drift::of(records, session, store).await? } else { BTreeMap::new() },
        })
    }
}

async fn recorded(
    record: &Record,
    seen: &mut Seen,
    session: &mut Session,
    context: &Context,
) -> Result<MigrationStatus> {
    let store = context.settings.store();
    let plan = record.plan.as_ref().filter(|_| record.phase.in_flight());
    let tables = seen.tables.remove(&record.id).unwrap_or_default();
    let somebody_works = seen.somebody_works;
    let [expanded_at, backfilled_at, verified_at, contracted_at] = record.times.clone();
    Ok(MigrationStatus {
        id: record.id.clone(),
        phase: record.phase.name(),
        in_flight: record.phase.in_flight() && !record.is_complete(),
        applying: applying(record, session, &store).await?,
        expand_release: record.expand_release.clone(),
        verified: record.verified,
        expanded_at,
        backfilled_at,
        verified_at,
        contracted_at,
        kept_until: record.kept_until.clone(),
        tables: tables.into_iter().map(|table| progress(table, somebody_works)).collect(),
        old_writes: seen.old_writes.remove(&record.id),
        old_sessions: seen.old_sessions.remove(&record.id),
        at_contract: plan.map(|plan| plan.contract_effects(store.schema())).unwrap_or_default(),
        version_schema: record
            .plan
            .as_ref()
            .and_then(|plan| plan.version_schema.as_ref().map(|version| version.schema.as_str().to_owned())),
        paused: record.paused.clone(),
        pace: record.pace.clone(),
        drift: seen.drift.remove(&record.id).unwrap_or_default(),
        error: record.error.clone(),
        next: next(record),
    })
}

/// What an interrupted `apply` has done of a file, or one that is at work.
async fn applying(record: &Record, session: &mut Session, store: &Store) -> Result<Option<Applying>> {
    if !record.is_being_applied() {
        return Ok(None);
    }
    let parts = store.applied_parts(&mut session.conn, &record.id).await?;
    let done = parts.iter().take_while(|part| part.status == StepStatus::Done).count();
    Ok(Some(Applying { done, parts: parts.len() }))
}

/// A rate and a time left are told while something goes on, and once they mean something.
fn progress(row: BackfillRow, somebody_works: bool) -> TableStatus {
    let runs = row.status == "running";
    let alive = somebody_works && row.silent.is_some_and(|seconds| seconds < 60.0);
    let rate = row.rate.filter(|rate| alive && *rate > 0.0);
    let left = (row.rows_total - row.rows_done).max(0) as f64;
    let settled = row.worked.is_some_and(|seconds| seconds >= 10.0);
    TableStatus {
        percent: percent(&row),
        table: row.table_name,
        rows_done: row.rows_done,
        rows_total: row.rows_total,
        eta_seconds: rate.filter(|_| settled).map(|rate| (left / rate) as i64),
        rows_per_second: rate.map(|rate| rate as i64),
        status: if runs && !somebody_works { "stopped".to_owned() } else { row.status },
        throttled_by: row.throttled_by.filter(|_| somebody_works),
        silent_seconds: row.silent.filter(|_| somebody_works).map(|seconds| seconds as i64),
    }
}

/// The cursor passes a stretch of pages only when all its rows are done, and rows that need nothing are not counted: the
/// further of the two is the truer.
fn percent(row: &BackfillRow) -> i64 {
    if row.status == "done" {
        return 100;
    }
    let share = |done: i64, all: i64| 100 * done / all.max(1);
    let walked = row.range_end.map_or(0, |end| share(row.cursor, end));
    walked.max(share(row.rows_done, row.rows_total)).clamp(0, 99)
}

fn kept(until: &String) -> String {
    format!("undo goes back until {until}")
}

/// The command that goes on from here, and what it waits for.
fn next(record: &Record) -> Option<String> {
    let text = match record.phase {
        Phase::Pending | Phase::RolledBack | Phase::Undone => "expand",
        Phase::Expanding => "expand (was interrupted), or rollback",
        Phase::Expanded => "backfill",
        Phase::Backfilling => "backfill (resumes)",
        Phase::Backfilled if record.is_complete() => return None,
        Phase::Backfilled if record.verified => "contract, once the old release is gone",
        Phase::Backfilled => "verify",
        Phase::Contracting if record.is_being_applied() => "apply (resumes)",
        Phase::Contracting => "contract (resumes)",
        Phase::RollingBack => "rollback (resumes)",
        Phase::Purging => "purge (resumes)",
        Phase::Undoing => "undo (resumes)",
        Phase::Contracted => return record.kept_until.as_ref().map(kept),
    };
    Some(text.to_owned())
}
