//! What PostgreSQL really does with migrations: they run in a throwaway server, and what each statement locks,
//! rewrites, scans and builds is read from the server itself.
//!
//! - `server` starts the server and keeps its databases and roles apart.
//! - `history` replays earlier files, without looking; `stages` those in YAML.
//! - `fill` makes up rows, so that scans have something to read.
//! - `statements` cuts a file; `file` and `batch` run it as the runner would, `alone` what no transaction may hold.
//! - `snapshot` is what the server says at one moment, `observe` the difference of two.
//! - `compare` holds it against the findings of `lint`.

mod alone;
mod batch;
pub mod compare;
mod file;
mod fill;
mod history;
mod observe;
mod server;
mod snapshot;
mod stages;
mod statements;
mod worker;

use std::time::Duration;

use serde::Serialize;

use crate::db::Interrupt;
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::lint::{Created, Transaction};
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::LockMode;
pub use fill::fill;
pub use server::{Part, Tracer};
pub use snapshot::Kind;

/// How to run the files.
#[derive(Debug, Clone)]
pub struct TraceOptions {
    /// In which transactions.
    pub transaction: Transaction,
    /// Whose tables are new.
    pub created: Created,
    /// The schema of unqualified names.
    pub schema: Ident,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// Fires when the user asks to stop.
    pub interrupt: Interrupt,
}

impl TraceOptions {
    /// Each statement alone, tables new within their file, `public`, 60 seconds.
    pub fn new(interrupt: Interrupt) -> Self {
        Self {
            transaction: Transaction::default(),
            created: Created::default(),
            schema: Ident::new("public"),
            statement_timeout: Duration::from_secs(60),
            interrupt,
        }
    }
}

/// What was seen.
#[derive(Debug, Clone)]
pub struct TraceReport {
    /// Version of the server, as it states it.
    pub server: String,
    /// How many files were replayed first.
    pub replayed: usize,
    /// Files of the history that could not be replayed as a whole.
    pub gaps: Vec<Gap>,
    /// Roles and schemas that the files name and none makes; they were made.
    pub made: Vec<String>,
    /// The files that were traced.
    pub files: Vec<FileTrace>,
}

/// The first statement of an earlier file that failed. Those after it ran all the same.
#[derive(Debug, Clone)]
pub struct Gap {
    /// The file.
    pub path: String,
    /// The statement.
    pub span: Span,
    /// Why.
    pub why: NotDone,
}

/// One file.
#[derive(Debug, Clone)]
pub struct FileTrace {
    /// Its path.
    pub path: String,
    /// Whether tables had rows.
    pub rows: Rows,
    /// Its statements, in order.
    pub statements: Vec<StatementTrace>,
}

/// The rows that tables had while a file ran.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Made up, a thousand for a table that had none.
    MadeUp {
        /// Tables for which no row could be made up: scans of these don't show.
        empty: Vec<TableName>,
    },
    /// The same, up to a statement that failed on them. From there on there were only those that earlier files
    /// wrote: scans don't show.
    MadeUpBefore {
        /// The statement, by its place in the list.
        statement: usize,
        /// What it said.
        error: ServerError,
        /// Tables for which no row could be made up.
        empty: Vec<TableName>,
    },
}

impl Rows {
    /// Tables for which no row could be made up.
    pub fn empty(&self) -> &[TableName] {
        match self {
            Self::MadeUp { empty } | Self::MadeUpBefore { empty, .. } => empty,
        }
    }

    /// The statement that failed on them, if one did, and what it said.
    pub fn failed(&self) -> Option<(usize, &ServerError)> {
        match self {
            Self::MadeUp { .. } => None,
            Self::MadeUpBefore { statement, error, .. } => Some((*statement, error)),
        }
    }
}

/// One statement.
#[derive(Debug, Clone)]
pub struct StatementTrace {
    /// Where it stands.
    pub span: Span,
    /// How it begins, on one line.
    pub head: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a statement.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It ran.
    Done {
        /// How long it took, on tables that are all but empty.
        took: Duration,
        /// What it did.
        seen: Observed,
    },
    /// It did not, or not to its end.
    NotDone(NotDone),
}

/// Why a statement had no effect.
#[derive(Debug, Clone)]
pub enum NotDone {
    /// PostgreSQL refused it.
    Failed(ServerError),
    /// It was not sent, for this reason.
    NotRun(String),
}

/// An error as the server reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerError {
    /// SQLSTATE
    pub sqlstate: String,
    /// The server's words.
    pub message: String,
}

/// What a statement did to relations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The strongest lock it took on each relation, until the end of its transaction.
    pub locks: Vec<LockTaken>,
    /// What earlier statements of the same transaction had locked before.
    pub held: Vec<LockTaken>,
    /// Relations whose rows or entries were written anew, to another file.
    pub rewritten: Vec<Relation>,
    /// Tables that were read from end to end.
    pub scanned: Vec<Relation>,
    /// Indexes built on tables that are older than the file.
    pub built: Vec<Relation>,
}

/// A lock on a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockTaken {
    /// What is locked.
    pub relation: Relation,
    /// How.
    pub mode: LockMode,
}

/// A table, an index or the like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// Schema and name.
    pub name: TableName,
    /// What it is.
    pub kind: Kind,
    /// Whether it is older than the file, so that the application may be using it.
    pub existed_before: bool,
}

impl StatementTrace {
    /// What it did, if it ran.
    pub fn seen(&self) -> Option<&Observed> {
        match &self.outcome {
            Outcome::Done { seen, .. } => Some(seen),
            Outcome::NotDone(_) => None,
        }
    }

    /// The server's error, if it failed.
    pub fn error(&self) -> Option<&ServerError> {
        match &self.outcome {
            Outcome::NotDone(NotDone::Failed(error)) => Some(error),
            Outcome::NotDone(NotDone::NotRun(_)) | Outcome::Done { .. } => None,
        }
    }
}

impl ServerError {
    /// Whether rows may be to blame: a value that can't be converted, a violated constraint.
    pub fn blames_rows(&self) -> bool {
        self.sqlstate.starts_with("22") || self.sqlstate.starts_with("23")
    }
}

impl Observed {
    /// Every lock that is held when the statement has run.
    pub fn all_locks(&self) -> impl Iterator<Item = &LockTaken> {
        self.locks.iter().chain(&self.held)
    }
}

/// Runs the statements of a file in a database, each alone, and says what each did. What is there before is old.
///
/// # Errors
/// When the server fails, and when the user interrupts.
pub async fn statements(
    url: &str,
    migration: &Migration,
    options: &TraceOptions,
) -> Result<Vec<StatementTrace>> {
    let mut worker = worker::Worker::connect(url, options).await?;
    let mut old = worker.snapshot().await?.relations.into_keys().collect();
    file::run(&mut worker, &statements::of(migration), false, &mut old).await
}

/// Runs files in a throwaway server of their own and says what they did. `history` runs first, unobserved.
///
/// The files are executed, as a superuser of that server: trace only files that you would run.
///
/// # Errors
/// Where no server programs are found or the server does not start, and when the user interrupts. What is wrong in
/// a file is part of the report.
pub async fn run(history: &[Migration], files: &[Migration], options: &TraceOptions) -> Result<TraceReport> {
    let history = history.iter().map(Part::Replayed);
    let parts: Vec<Part<'_>> = history.chain(files.iter().map(Part::Traced)).collect();
    Tracer::start(options.clone()).await?.trace(&parts).await
}
