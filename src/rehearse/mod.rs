//! What `midflight rehearse` needs beside the stages: a throwaway server with the schema of a database, rows, and what came
//! of both ways.
//!
//! - `related` says what files are concerned with, `dump` reads the definition of that, `origin` what the server around it
//!   has a say in.
//! - `copies` has the server and its databases, `restore` creates the schema there, `sample` brings real rows.
//! - `steps` listens to the stages, `chance` compares both ends and knows what differs by chance.

pub mod chance;
pub mod copies;
pub mod dump;
pub mod origin;
pub mod related;
pub mod restore;
pub mod sample;
pub mod steps;

use std::time::Duration;

use crate::compare::{Difference, Volatile};
use crate::ident::TableName;
use crate::migration::Migration;
use crate::state::Stage;
use crate::trace::StatementTrace;
use steps::StepRun;

/// The rows that tables have.
#[derive(Debug, Clone)]
pub enum Rows {
    /// Made up.
    MadeUp {
        /// Tables for which that did not work.
        empty: Vec<TableName>,
    },
    /// Real ones, up to so many a table.
    Sampled(u32),
    /// None, since those that were made up were in the way of a file.
    Empty {
        /// What it failed with.
        because: String,
    },
}

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// Version of the throwaway server, as it states it.
    pub server: String,
    /// What the tables had.
    pub rows: Rows,
    /// Tables and views that were copied.
    pub copied: Option<usize>,
    /// What is not as in the database.
    pub notes: Vec<String>,
    /// Objects that could not be created, since they need what no file is concerned with: each with the reason.
    pub not_created: Vec<String>,
    /// The files, in their order, up to the first that ends differently.
    pub files: Vec<FileRun>,
}

/// A file, by both ways.
#[derive(Debug)]
pub struct FileRun {
    /// The migration.
    pub migration: Migration,
    /// Its statements by psql's way, where it is SQL.
    pub statements: Vec<StatementTrace>,
    /// How long psql's way took.
    pub direct: Duration,
    /// The steps of the plan.
    pub steps: Vec<StepRun>,
    /// What a stage rewrote.
    pub rewritten: Vec<(Stage, Vec<TableName>)>,
    /// How long all stages took.
    pub stages: Duration,
    /// What came of it.
    pub end: End,
}

/// How a file ends by both ways.
#[derive(Debug)]
pub enum End {
    /// Alike.
    Alike {
        /// Values that were not compared, because they differ by chance.
        chance: Vec<Volatile>,
    },
    /// Differently. The first is psql's way.
    Different {
        /// In what.
        found: Vec<Difference>,
        /// Values that were not compared.
        chance: Vec<Volatile>,
    },
    /// Only one way leads to an end.
    OneSided {
        /// Which does not, and why.
        why: String,
    },
}

impl End {
    /// Whether both ways lead to the same.
    pub fn is_alike(&self) -> bool {
        matches!(self, Self::Alike { .. })
    }
}

impl Report {
    /// Whether all files end alike.
    pub fn is_alike(&self) -> bool {
        self.files.iter().all(|file| file.end.is_alike())
    }
}
