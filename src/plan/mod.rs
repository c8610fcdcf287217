//! Operations and a catalog snapshot in, a [`Plan`] out. Pure: no connection, no clock, no randomness.
//!
//! The plan is the whole truth: the executor runs what it holds and nothing else, and `midflight plan` prints it.

mod amend;
mod assemble;
mod called;
pub mod compare;
mod contract_effects;
mod conversion;
mod dependencies;
mod distributed;
pub mod dual_write;
mod keep;
mod last_names;
mod left_by;
mod lookup;
pub mod marker;
mod memory;
mod names;
mod objects;
mod ops;
mod order;
mod partitioned;
pub mod planner;
mod publications;
mod recreated;
mod replica_identity;
mod rows;
mod self_check;
mod sequence;
mod sync;
mod tries;
pub mod types;
mod uses;
mod versions;
mod warnings;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use amend::Amendment;
pub use contract_effects::{ContractEffect, Fate};
pub use dependencies::{ColumnUse, ConstraintName, Dependencies};
pub use keep::{Keep, Kept};
pub use left_by::{is_opaque, left_by, left_by_contract};
pub use partitioned::Hold;
use planner::Expansion;
pub use planner::{Context, build};
pub use publications::Unaccepted;
pub use rows::{Place, RowBatches, RowTrial, Verb};
pub use tries::Try;
pub use uses::{Delayed, Object, Uses};
pub use versions::{Releases, VersionSchema, VersionWork};
pub use warnings::Warning;

use crate::catalog::Evidence;
use crate::ident::{Ident, TableName};
use crate::migration::operation::UserTriggers;
pub use crate::pg::LockMode;

/// Everything that one migration will do, stage by stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of this format, for stored plans.
    pub version: u32,
    /// The migration's id.
    pub migration: String,
    /// Additive steps.
    pub expand: Vec<Step>,
    /// Row conversions.
    pub backfill: Vec<Conversion>,
    /// Indexes and constraints on converted columns: after the rows, still in the backfill stage.
    pub finish: Vec<Step>,
    /// Removals, and shadow columns taking their final names.
    pub contract: Vec<Step>,
    /// Expressions to compile and try on rows before anything is changed.
    pub trials: Vec<Trial>,
    /// Actions to try on an empty copy before anything is changed: they must rewrite nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<Try>,
    /// Changes of rows to try before anything is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_tried: Vec<RowTrial>,
    /// What contract recreates, to try on empty copies of the tables with the types of the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recreated: Vec<Trial>,
    /// The dual-write triggers, which have to be there until contract.
    #[serde(default)]
    pub triggers: Vec<TriggerName>,
    /// Sequences that count what the old release writes.
    #[serde(default)]
    pub counters: Vec<String>,
    /// Columns that the migration works on, for finding conflicts with others in flight.
    pub touches: Vec<Touch>,
    /// Columns beside them in indexes and constraints of which there will be copies: another migration that replaces one
    /// of these would take the copy with it.
    #[serde(default)]
    pub carries: Vec<Touch>,
    /// What it reads and writes, for finding conflicts with others in flight. None in plans of before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<Uses>,
    /// What has to stay as expand and backfill leave it.
    #[serde(default)]
    pub relies_on: Dependencies,
    /// What the user should know: user triggers that fire, things that can't be undone.
    pub notes: Vec<String>,
    /// Those of the notes that whoever deploys has to hear when it happens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What expand doesn't do before the file allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unaccepted: Vec<Unaccepted>,
    /// Steps that hold many partitions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// How contract keeps what it removes. None in plans of before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// The schema of the release that knows this migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_schema: Option<VersionSchema>,
}

/// The version of the plan format this binary writes and reads.
pub const PLAN_VERSION: u32 = 1;

/// One step: statements that succeed or fail together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Stable within the migration: `expand.2`.
    pub id: String,
    /// What it does, for people.
    pub summary: String,
    /// The statements, in order.
    pub sql: Vec<String>,
    /// The statements that undo it, in order. Safe to run when the step never ran.
    pub undo: Vec<String>,
    /// Each statement of `undo` in a transaction of its own: one of them reads the whole table, and must not do so
    /// under the locks of the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undo_apart: bool,
    /// The locks are on the named tables alone, and not on their partitions.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_partitions: bool,
    /// It is about one partition alone: once that is dropped, there is nothing to do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_partition: bool,
    /// How it runs.
    pub mode: Mode,
    /// The tables it locks.
    pub locks: Vec<TableLock>,
    /// What it costs under those locks.
    pub work: Work,
    /// Rows that would make it fail, looked for before anything is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub violations: Option<Violations>,
    /// Rows that would make `undo` fail, looked for before anything is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_violations: Option<Violations>,
    /// What it does to the views of releases; those that it makes and drops by its statements are among these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<VersionWork>,
}

/// How a step runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In one transaction, together with its journal row.
    Transaction,
    /// A statement that changes rows, in batches.
    Batches(Box<RowBatches>),
    /// Each statement alone, because PostgreSQL allows it no other way (concurrent index builds) or because a
    /// transaction would hold its lock longer. Resumed by looking at the catalog.
    Alone {
        /// What proves that it is done. None: the statement is safe to run again.
        done_when: Option<Evidence>,
    },
}

/// A lock on a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLock {
    /// The table.
    pub table: TableName,
    /// The mode.
    pub mode: LockMode,
}

/// What happens while the locks are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Catalog rows only: milliseconds.
    Catalog,
    /// Reads the whole table.
    Scan,
    /// Reads the whole table and writes an index.
    IndexBuild,
    /// Writes every row and every index of a small table again.
    Rewrite,
    /// Unknown: the user's own SQL.
    Unknown,
    /// Changes rows, as a statement of the file says.
    Rows,
}

/// What to do about a check that the old release's rows don't pass.
pub const OLD_RELEASE_HINT: &str = "give the column a DEFAULT that passes the check; or add the check in a later \
    migration, once no release leaves the column out";

/// Rows that violate what a step is about to enforce.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violations {
    /// The table.
    pub table: TableName,
    /// What is violated: `email must not be NULL`.
    pub rule: String,
    /// A query that gives one text column: the offending rows' keys, bounded.
    pub query: String,
    /// The rows are such as the old release writes: not they are wrong then, but the step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub old_release: bool,
    /// The place in the migration file.
    pub start: usize,
    /// The place's end.
    pub end: usize,
    /// Whether the user's own SQL, which runs before the step, may change these rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_own_sql: bool,
    /// A statement above changes these rows: they are looked for right before the step, and not before expand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_its_time: bool,
}

/// How the rows of one table are converted and verified. All fragments are SQL over the table's own columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    /// The table.
    pub table: TableName,
    /// `SET` list.
    pub assignments: String,
    /// True for rows that still need it. False again once converted, whatever the result.
    pub pending: String,
    /// True for rows that may still need it, without an expression that may fail. None in plans of 0.1.0: any of the
    /// columns is NULL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<String>,
    /// True for rows whose two sides disagree: what verification looks for.
    pub wrong: String,
    /// True for rows of which one statement wrote both sides: kept as written, and counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both: Option<String>,
    /// Expressions whose evaluation shows whether a row can be converted at all.
    pub probe: Vec<String>,
    /// True for rows whose converted value is refused (too long, NULL in a NOT NULL column); none when it can't be.
    pub rejected: Option<String>,
    /// One text expression that names a row in reports.
    pub key: String,
    /// The columns that are filled, for people.
    pub columns: Vec<Ident>,
    /// Estimated rows.
    pub rows: i64,
    /// Size in bytes.
    pub bytes: i64,
    /// Size of its indexes in bytes.
    #[serde(default)]
    pub index_bytes: i64,
    /// What the user says about triggers of their own that batches fire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggers: Option<UserTriggers>,
    /// The columns that the values are computed from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Ident>,
    /// The rows are in partitions: in those that there are when it runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_partition: bool,
}

impl Conversion {
    /// The rows as FROM names them: of the table alone, or of all its partitions.
    pub fn rows_of(&self) -> String {
        match self.by_partition {
            true => self.table.to_string(),
            false => format!("ONLY {}", self.table),
        }
    }
}

/// An expression function to create and try in a transaction that is rolled back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// What it is, for messages: "`reverse` of column `price`".
    pub what: String,
    /// `CREATE FUNCTION …`
    pub sql: String,
    /// Where in `sql` the user's expression begins, in bytes.
    pub offset: usize,
    /// The user's expression, as written.
    pub expression: String,
    /// Its place in the migration file.
    pub start: usize,
    /// The place's end.
    pub end: usize,
    /// The function that it makes, where its value is written into rows: `pg_temp.up0_0(integer)`. It must give the same in
    /// every session.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub function: String,
    /// What to write where it does not: `USING at AT TIME ZONE 'UTC'`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// A trigger and its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriggerName {
    /// The table.
    pub table: TableName,
    /// The trigger.
    pub name: Ident,
}

/// A column that a migration works on; no column means the table as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: Option<Ident>,
}

impl Touch {
    /// Whether two migrations may not be in flight together because of these two.
    pub fn conflicts(&self, other: &Self) -> bool {
        self.table == other.table
            && (self.column.is_none() || other.column.is_none() || self.column == other.column)
    }
}

impl Plan {
    /// Where this migration and another can't be in flight together.
    pub fn conflict(&self, other: &Self) -> Option<Object> {
        match (&self.uses, &other.uses) {
            (Some(mine), Some(theirs)) => mine.conflict(theirs),
            _ => self.touched_by_both(other).map(Object::from),
        }
    }

    /// The table on whose rows this migration would work before an earlier one in flight has changed them, and the stage in which that
    /// does. `done` is the last stage of that one which comes before this is expanded.
    pub fn overtakes(&self, earlier: &Self, done: Place) -> Option<(TableName, Place)> {
        self.uses.as_ref()?.overtakes(earlier.uses.as_ref()?, done)
    }

    /// A table that another migration works on without version schemas, and of which this one makes a view.
    pub fn unseen(&self, other: &Self) -> Option<&TableName> {
        let shown = self.version_schema.as_ref().filter(|_| other.version_schema.is_none())?;
        shown.over.iter().find(|table| other.tables().any(|theirs| theirs == *table))
    }

    /// The same by the columns alone, which is all that older plans hold.
    fn touched_by_both(&self, other: &Self) -> Option<&Touch> {
        let with = |theirs: &[Touch], mine: &Touch| theirs.iter().any(|touch| touch.conflicts(mine));
        let worked_on =
            self.touches.iter().find(|mine| with(&other.touches, mine) || with(&other.carries, mine));
        worked_on.or_else(|| self.carries.iter().find(|mine| with(&other.touches, mine)))
    }

    /// The tables that it works on, and those that it locks for it.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableName> {
        let touched = self.touches.iter().map(|touch| &touch.table);
        let locked = self.steps().flat_map(|(_, step)| &step.locks).map(|lock| &lock.table);
        touched.chain(locked)
    }

    /// Its statements that run in batches.
    pub fn row_batches(&self) -> impl Iterator<Item = &RowBatches> {
        self.steps().filter_map(|(_, step)| match &step.mode {
            Mode::Batches(work) => Some(&**work),
            Mode::Transaction | Mode::Alone { .. } => None,
        })
    }

    /// The schemas of these tables.
    pub fn schemas(&self) -> BTreeSet<String> {
        self.tables().map(|table| table.schema.as_str().to_owned()).collect()
    }

    /// Whether backfill has nothing to do: no rows to convert, no steps that wait for them.
    pub fn nothing_to_fill(&self) -> bool {
        self.backfill.is_empty() && self.finish.is_empty()
    }

    /// Every step with the name of its stage, in the order they run.
    pub fn steps(&self) -> impl Iterator<Item = (&'static str, &Step)> {
        let expand = self.expand.iter().map(|step| ("expand", step));
        let finish = self.finish.iter().map(|step| ("backfill", step));
        let contract = self.contract.iter().map(|step| ("contract", step));
        expand.chain(finish).chain(contract)
    }
}

impl Step {
    /// Whether it drops this index.
    pub(crate) fn drops_index(&self, index: &TableName) -> bool {
        matches!(&self.mode, Mode::Alone { done_when: Some(Evidence::IndexGone(name)) } if name == index)
    }

    /// Whether it makes views for releases: they show tables, and change nothing of them.
    pub(crate) fn only_views(&self) -> bool {
        self.versions.as_ref().is_some_and(VersionWork::is_nothing)
    }

    /// Whether it does what is left to do, however often it runs.
    pub(crate) fn may_run_again(&self) -> bool {
        matches!(&self.mode, Mode::Batches(work) if work.repeats)
    }

    /// Whether it is the step of these batches.
    pub(crate) fn is(&self, batches: &RowBatches) -> bool {
        matches!(&self.mode, Mode::Batches(work) if work.ordinal == batches.ordinal)
    }

    /// Why a rollback leaves what the step did, where it does.
    pub fn left_by_rollback(&self) -> Option<&'static str> {
        let alone = matches!(self.mode, Mode::Alone { done_when: None });
        match (self.work, self.undo.is_empty()) {
            (_, false) => None,
            (Work::Unknown, true) => Some("it has no `rollback`"),
            (Work::Rows, true) => Some("changes of rows stay"),
            (Work::Catalog, true) if alone => Some("PostgreSQL can't take it back"),
            (Work::Catalog | Work::Scan | Work::IndexBuild | Work::Rewrite, true) => None,
        }
    }

    /// A step in one transaction that changes catalog rows, and locks no table.
    pub fn free(summary: impl Into<String>, sql: Vec<String>, undo: Vec<String>) -> Self {
        Self {
            id: String::new(),
            summary: summary.into(),
            sql,
            undo,
            mode: Mode::Transaction,
            locks: Vec::new(),
            work: Work::Catalog,
            violations: None,
            undo_violations: None,
            undo_apart: false,
            without_partitions: false,
            of_partition: false,
            versions: None,
        }
    }

    /// A step in one transaction that changes catalog rows of one table only.
    pub fn catalog_only(
        summary: impl Into<String>,
        table: &TableName,
        mode: LockMode,
        sql: Vec<String>,
        undo: Vec<String>,
    ) -> Self {
        Self { locks: vec![TableLock { table: table.clone(), mode }], ..Self::free(summary, sql, undo) }
    }

    /// A statement that runs outside a transaction under SHARE UPDATE EXCLUSIVE: reads and writes go on.
    pub fn alone(
        summary: impl Into<String>,
        table: &TableName,
        sql: String,
        undo: Vec<String>,
        work: Work,
        done_when: Evidence,
    ) -> Self {
        Self {
            id: String::new(),
            summary: summary.into(),
            sql: vec![sql],
            undo,
            mode: Mode::Alone { done_when: Some(done_when) },
            locks: vec![TableLock { table: table.clone(), mode: LockMode::ShareUpdateExclusive }],
            work,
            violations: None,
            undo_violations: None,
            undo_apart: false,
            without_partitions: false,
            of_partition: false,
            versions: None,
        }
    }
}
