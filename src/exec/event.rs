//! What happens during a run, for progress bars, logs and machines.

use std::time::Duration;

use super::Hold;
use crate::ident::TableName;
use crate::plan::Step;
use crate::state::Stage;

/// Something worth telling.
#[derive(Debug)]
pub enum Event<'e> {
    /// A stage begins for a migration.
    StageStarted {
        /// The migration.
        migration: &'e str,
        /// The stage.
        stage: Stage,
        /// It goes on from an earlier run.
        resumed: bool,
    },
    /// A stage had nothing to do.
    StageSkipped {
        /// The migration.
        migration: &'e str,
        /// The stage.
        stage: Stage,
    },
    /// A stage is complete.
    StageDone {
        /// The migration.
        migration: &'e str,
        /// The stage.
        stage: Stage,
        /// How long this run of it took.
        took: Duration,
        /// What comes next.
        next: Next,
    },
    /// A step begins.
    StepStarted {
        /// The step.
        step: &'e Step,
    },
    /// A step is complete.
    StepDone {
        /// The step.
        step: &'e Step,
        /// How long it took, waiting for locks included.
        took: Duration,
    },
    /// A step was undone.
    StepUndone {
        /// The step.
        step: &'e Step,
    },
    /// What a step did stays after a rollback.
    StepLeft {
        /// The step.
        step: &'e Step,
        /// Why.
        why: &'static str,
    },
    /// midflight could not get a lock, and will try again.
    LockRetry {
        /// The tables that it is for; none where only the server knows.
        tables: &'e [&'e TableName],
        /// Attempts so far.
        attempt: u32,
        /// Until the next.
        wait: Duration,
        /// Who is in the way.
        blockers: &'e [String],
    },
    /// Rows that are still to convert are locked by others.
    RowsHeld {
        /// The table.
        table: &'e TableName,
        /// How many.
        rows: usize,
        /// Until they are tried again.
        wait: Duration,
        /// Who may hold them.
        holders: &'e [String],
    },
    /// Rows are being read or written.
    Rows {
        /// What is being done: `try`, `backfill`, `verify`.
        doing: &'static str,
        /// The table.
        table: &'e TableName,
        /// Rows done.
        rows: i64,
        /// Rows expected, estimated.
        rows_total: i64,
        /// Pages passed.
        pages: i64,
        /// Pages in all.
        pages_total: i64,
    },
    /// Work waits. Told once a second.
    Held {
        /// What waits: `backfill` or `verify`.
        doing: &'static str,
        /// The table.
        table: &'e TableName,
        /// Why.
        hold: &'e Hold,
        /// How long it has waited since this was last told.
        waited: Duration,
    },
    /// Work that waited goes on.
    Released {
        /// How long it waited.
        waited: Duration,
    },
    /// A throttle signal was measured.
    Sampled {
        /// The signal's key.
        signal: &'e str,
        /// The measure as a share of its limit.
        pressure: f64,
    },
    /// The rows of a table are done.
    RowsDone {
        /// What was done.
        doing: &'static str,
        /// The table.
        table: &'e TableName,
        /// Rows done.
        rows: i64,
        /// How long it took.
        took: Duration,
    },
    /// The gates are watched. Told after each time they were asked.
    Soaking {
        /// The migration.
        migration: &'e str,
        /// How long they have been watched.
        passed: Duration,
        /// How long they are to be.
        wanted: Duration,
        /// Why not all is well; empty when it is.
        doubts: &'e [String],
    },
    /// The gates are no longer watched.
    Soaked,
    /// Anything else.
    Note(String),
}

/// What comes after a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The rows, when somebody asks for it.
    Backfill,
    /// The rows, at once: the command goes on by itself.
    BackfillAtOnce,
    /// Contract, when somebody asks for it.
    Contract,
    /// Contract, by the `advance` of a later release.
    LaterRelease,
    /// Nothing: contract has nothing to remove.
    Complete,
    /// Nothing: the migration is over, or back where it was.
    Over,
}

/// Whoever wants to know.
pub trait Listener: Send + Sync {
    /// Takes an event. Must not block for long: the work waits.
    fn event(&self, event: &Event<'_>);
}

/// Several who want to know.
impl Listener for Vec<&dyn Listener> {
    fn event(&self, event: &Event<'_>) {
        for listener in self {
            listener.event(event);
        }
    }
}

/// Hears nothing.
impl Listener for () {
    fn event(&self, _: &Event<'_>) {}
}
