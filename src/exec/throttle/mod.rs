//! What a backfill waits for, so that live traffic doesn't feel it.
//!
//! A signal is a query and a judgement of its rows. A task with a connection of its own asks all signals once a second,
//! so that a blocked batch doesn't blind them; another asks the user's gates. Between two batches the worker looks at
//! the last answers (`brake.rs`). What isn't known counts as a reason to stop.

mod active_backends;
mod archive_backlog;
mod autovacuum;
mod blocked_sessions;
mod brake;
mod latch;
mod other_activity;
mod replica_lag;
mod snapshot_age;
mod sources;
mod watch;
mod wraparound;

pub use brake::Hold;
pub(super) use brake::{Brake, Work};

use sqlx::postgres::PgRow;

use crate::config::ThrottleSettings;
use crate::db::Statement;
use crate::ident::TableName;

/// Something that is watched.
trait Signal: Send {
    /// Its key under `throttle` in midflight.yaml.
    fn key(&self) -> &'static str;
    /// Whether the user set it, rather than left it at its default.
    fn asked_for(&self) -> bool;
    /// Whether it looks at other users' sessions, which takes `pg_read_all_stats`.
    fn needs_stats(&self) -> bool;
    /// Whether it holds up work that only reads as well.
    fn slows_reading(&self) -> bool {
        false
    }
    /// What it asks the server.
    fn query(&self) -> Statement<'_>;
    /// What the answer means.
    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error>;
}

/// What a signal found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// The measure as a share of its limit: above 1, the work stops.
    pressure: f64,
    /// The reason, should it be one.
    why: String,
}

impl Reading {
    /// Nothing of the kind is there.
    fn clear() -> Self {
        Self { pressure: 0.0, why: String::new() }
    }

    /// A measure and its limit. A limit of 0 is passed by anything.
    fn level(value: f64, limit: f64, why: String) -> Self {
        let pressure = if value <= 0.0 { 0.0 } else { value / limit };
        Self { pressure, why }
    }

    /// A reason to stop that has no degrees; not knowing is one.
    fn stop(why: impl Into<String>) -> Self {
        Self { pressure: f64::INFINITY, why: why.into() }
    }
}

/// The signals that are on.
fn signals(settings: &ThrottleSettings, tables: &[&TableName]) -> Vec<Box<dyn Signal>> {
    let mut signals: Vec<Box<dyn Signal>> = Vec::new();
    if settings.replica_lag_bytes.value().is_some() || settings.replicas > 0 {
        signals.push(Box::new(replica_lag::ReplicaLag::new(settings)));
    }
    if let Some(limit) = settings.active_backends.value() {
        signals
            .push(Box::new(active_backends::ActiveBackends::new(limit, settings.active_backends.is_set())));
    }
    if let Some(limit) = settings.snapshot_age.value() {
        signals.push(Box::new(snapshot_age::SnapshotAge::new(limit.0, settings.snapshot_age.is_set())));
    }
    if let Some(limit) = settings.blocked_sessions.value() {
        signals.push(Box::new(blocked_sessions::BlockedSessions::new(
            limit,
            settings.blocked_sessions.is_set(),
        )));
    }
    if let Some(limit) = settings.archive_backlog.value() {
        signals
            .push(Box::new(archive_backlog::ArchiveBacklog::new(limit, settings.archive_backlog.is_set())));
    }
    if let Some(which) = settings.autovacuum.value() {
        signals.push(Box::new(autovacuum::Vacuum::new(which, tables, settings.autovacuum.is_set())));
    }
    if let Some(limit) = settings.wraparound_age.value() {
        signals.push(Box::new(wraparound::Wraparound::new(limit, settings.wraparound_age.is_set())));
    }
    signals
}

/// True for midflight's own sessions; `a` is a row of `pg_stat_activity`. By name, for behind a pooler no process
/// belongs to anybody for long.
const OURS: &str = "(a.application_name LIKE 'midflight%' AND a.usename = session_user)";
