//! One row a migration.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::{contract_effects, count, visible};
use crate::config::Pace;
use crate::plan::ContractEffect;
use crate::state::{OldSessions, OldWrites};

/// What is known of one migration.
#[derive(Debug, Serialize)]
pub struct MigrationStatus {
    /// Its id.
    pub id: String,
    /// Its phase.
    pub phase: &'static str,
    /// Whether it has begun and is not over.
    #[serde(skip)]
    pub in_flight: bool,
    /// How far `apply` has come with it, where it was begun there and is not over.
    pub applying: Option<Applying>,
    /// The release that expanded it.
    pub expand_release: Option<String>,
    /// Whether every row was compared and found right.
    pub verified: bool,
    /// When it was expanded, backfilled, verified, contracted; server time.
    pub expanded_at: Option<String>,
    /// See `expanded_at`.
    pub backfilled_at: Option<String>,
    /// See `expanded_at`.
    pub verified_at: Option<String>,
    /// See `expanded_at`.
    pub contracted_at: Option<String>,
    /// Until when `undo` brings back what contract has hidden; then `advance` and `purge` remove it.
    pub kept_until: Option<String>,
    /// Progress of its tables.
    pub tables: Vec<TableStatus>,
    /// Writes of the old release, where they can be told from those of the new.
    pub old_writes: Option<OldWrites>,
    /// Sessions that were there before it was expanded, while it is in flight.
    pub old_sessions: Option<OldSessions>,
    /// What contract will take away or rename, while it is in flight.
    pub at_contract: Vec<ContractEffect>,
    /// The schema in which the release that knows it sees its tables.
    pub version_schema: Option<String>,
    /// Who paused it, and since when.
    pub paused: Option<String>,
    /// What `resume` has set of its pace.
    pub pace: Pace,
    /// What somebody else changed of the objects that it relies on.
    pub drift: Vec<String>,
    /// What stopped the last attempt.
    pub error: Option<String>,
    /// The next command, and what it waits for.
    pub next: Option<String>,
}

/// A file that runs as plain SQL, part by part.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Applying {
    /// Parts that are done.
    pub done: usize,
    /// All that it has.
    pub parts: usize,
}

/// Progress of one table.
#[derive(Debug, Serialize)]
pub struct TableStatus {
    /// The table.
    pub table: String,
    /// Rows written.
    pub rows_done: i64,
    /// Rows expected, estimated.
    pub rows_total: i64,
    /// How far it has come.
    pub percent: i64,
    /// Rows a second in the run that is going on.
    pub rows_per_second: Option<i64>,
    /// Seconds left at that rate.
    pub eta_seconds: Option<i64>,
    /// `pending`, `running`, `stopped`, `done` or `failed`.
    pub status: String,
    /// What holds it up.
    pub throttled_by: Option<String>,
    /// Seconds since it last gave a sign of life.
    pub silent_seconds: Option<i64>,
}

/// The table that people see, folded into the width of their terminal. `verbose`: with what contract will do.
pub fn human(rows: &[MigrationStatus], width: Option<u16>, verbose: bool) -> String {
    if rows.is_empty() {
        return "no migrations\n".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(["MIGRATION", "PHASE", "RELEASE", "ROWS", "OLD WRITES", "NEXT"]);
    for row in rows {
        let phase = match row.phase {
            _ if row.applying.is_some() => "being applied",
            "backfilled" if row.verified => "backfilled, verified",
            "contracted" if row.kept_until.is_some() => "contracted, kept",
            phase => phase,
        };
        table.add_row([
            row.id.clone(),
            phase.to_owned(),
            row.expand_release.clone().unwrap_or_else(|| "-".to_owned()),
            rows_of(row),
            row.old_writes.as_ref().map_or("-".to_owned(), |old| match &old.last_seen {
                Some(at) => format!("{} (seen {at})", count(old.writes)),
                None => count(old.writes),
            }),
            row.next.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    let mut out: String = table.lines().map(|line| format!("{}\n", line.trim())).collect();
    for row in rows {
        let paused = row
            .paused
            .iter()
            .map(|by| format!("paused by {by}; `midflight resume {}` lets it go on", row.id));
        let pace =
            (row.pace != Pace::default()).then(|| format!("pace set by `midflight resume`: {}", row.pace));
        let tables = row.tables.iter().flat_map(|table| table_lines(table, row.paused.is_some()));
        let drift = row.drift.iter().map(|what| format!("drift: {what}"));
        let sessions = row.old_sessions.as_ref().and_then(OldSessions::told);
        let at_contract = contract_effects(&row.at_contract).filter(|_| verbose);
        for line in paused.chain(pace).chain(tables).chain(drift).chain(sessions).chain(at_contract) {
            out.push_str(&format!("\n{}: {line}\n", row.id));
        }
        if let Some(error) = &row.error {
            out.push_str(&format!("\n{}: the last attempt stopped: {error}\n", row.id));
        }
    }
    visible(&out)
}

/// What a person should know of a table beside its numbers.
fn table_lines(table: &TableStatus, paused: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(reason) = table.throttled_by.as_ref().filter(|_| !paused) {
        lines.push(format!("{} waits: {reason}", table.table));
    }
    if let Some(seconds) = table.silent_seconds.filter(|seconds| *seconds >= SILENT_FOR_LONG) {
        let time = super::time(std::time::Duration::from_secs(seconds.unsigned_abs()));
        lines.push(format!("{}: no sign of life for {time}; is its process still there?", table.table));
    }
    lines
}

/// A batch takes a fraction of a second, and who waits says so once a second.
const SILENT_FOR_LONG: i64 = 60;

fn rows_of(row: &MigrationStatus) -> String {
    if let Some(Applying { done, parts }) = row.applying {
        return format!("{done} of {parts} parts");
    }
    if row.tables.is_empty() {
        return "-".to_owned();
    }
    let done: i64 = row.tables.iter().map(|table| table.rows_done).sum();
    let percent = row.tables.iter().map(|table| table.percent).min().unwrap_or_default();
    let rate: i64 = row.tables.iter().filter_map(|table| table.rows_per_second).sum();
    let left = row.tables.iter().filter_map(|table| table.eta_seconds).max();
    match left {
        Some(seconds) => {
            let left = super::time(std::time::Duration::from_secs(seconds.unsigned_abs()));
            format!("{} ({percent}%, {} rows/s, {left} left)", count(done), count(rate))
        }
        None if row.tables.iter().any(|table| table.status == "stopped") => {
            format!("{} ({percent}%, stopped)", count(done))
        }
        None => format!("{} ({percent}%)", count(done)),
    }
}
