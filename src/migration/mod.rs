//! Text in, operations out: reads migration files and folders, SQL and YAML, into one vocabulary.

mod allow;
mod alone;
pub mod change;
mod constraint;
mod convert;
pub mod definition;
pub mod direct;
pub mod expression;
mod file;
mod flyway;
mod folder;
pub mod identity;
pub mod index_key;
mod lenient;
mod moved;
pub mod object;
#[cfg(test)]
mod object_tests;
pub mod operation;
pub mod other_tools;
mod read;
pub mod rows;
pub mod source;
mod sql;
mod stack;
pub mod statement;
mod table;
mod touches;
pub mod units;
mod user_triggers;
mod yaml;

use std::path::{Path, PathBuf};

pub use alone::{Partitioned, apart};
pub use convert::to_yaml;
pub use lenient::read_leniently;
pub use moved::moved;
use operation::Step;
pub use read::{Outcome, Unread, parse, read, read_all, try_parse};
use source::Source;
pub use sql::{
    AppDoes, AppUse, Argument, Columns, Guard, Piece, after, application, column_clauses, constraint_of,
    contains, exclusion, foreign_key_of, generation, guarded, identity_changes, insert_columns,
    inserts_whole_row, key_options, list, mentions, names, object, objects, own_name, pieces, referenced,
    row_change, sequence_options, statements, table_named, takes_every_column, tokens, view_columns,
};
pub use stack::side_by_side;

use crate::error::{Error, Result};

/// One migration file, read.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The file stem, or the parent folder's name where the file is `migration.sql` or `up.sql`.
    pub id: String,
    /// The file.
    pub source: Source,
    /// SHA-256 of what the file means: comments and white space outside literals don't count, directives do.
    pub checksum: String,
    /// What it asks for, in order.
    pub steps: Vec<Step>,
    /// How many SQL statements, or YAML entries, it has.
    pub statements: usize,
    /// Whether it is applied again when its text has changed.
    pub repeatable: bool,
    /// Whether the file asks for a schema of its release's own.
    pub version_schema: bool,
}

impl Migration {
    /// A file without steps, in the place of one that can't be read.
    pub fn empty(source: Source) -> Self {
        let id = file::id(Path::new(&source.path));
        Self {
            id,
            source,
            checksum: String::new(),
            steps: Vec::new(),
            statements: 0,
            repeatable: false,
            version_schema: false,
        }
    }

    /// What it asks for, with the common `DO` blocks as what they do, and when.
    pub fn understood(&self) -> Vec<(Step, Option<Guard>)> {
        let understood = |step: &Step| match guarded(step) {
            Some((guard, step)) => (step, Some(guard)),
            None => (step.clone(), None),
        };
        self.steps.iter().map(understood).collect()
    }

    /// Whether the file is SQL, as opposed to YAML.
    pub fn is_sql(&self) -> bool {
        !file::is_yaml(Path::new(&self.source.path))
    }
}

/// Reads every migration of a folder, or of a glob such as `prisma/migrations/*/migration.sql`, in the order
/// in which they apply. A folder without migrations gives none.
///
/// # Errors
/// Exit 2 for the first file that can't be read, and for two files with one id.
pub fn folder(pattern: &str) -> Result<Vec<Migration>> {
    folder::read(pattern)
}

/// The files of a folder or glob that are migrations, in the order in which they apply.
pub fn paths(pattern: &str) -> Result<Vec<PathBuf>> {
    folder::paths(pattern)
}

/// The pattern for a folder in which each migration is a folder of its own, as Prisma and Diesel have it.
pub fn folder_of_folders(folder: &str) -> Option<String> {
    folder::folder_of_folders(folder)
}

/// Whether an element of a new table takes another one's columns: `LIKE orders INCLUDING ALL`.
pub fn is_like(element: &str) -> bool {
    element.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("LIKE"))
}

/// Whether a file is named as Flyway names its migrations.
pub fn is_flyway(path: &str) -> bool {
    flyway::is_flyway(path)
}

/// What is wrong with a YAML file, with its place. `choice` is what the file chooses by name: `operation`, `value`.
pub fn yaml_error(source: &Source, error: &serde_saphyr::Error, choice: &str) -> Error {
    yaml::explain(source, error, choice)
}

/// Reads a YAML file that is no migration; its [`source::Located`] values know their places. `choice` is what the file
/// chooses by name.
///
/// # Errors
/// Exit 2 with the place.
pub fn read_yaml<'de, T: serde::Deserialize<'de>>(source: &'de Source, choice: &str) -> Result<T> {
    yaml::parse(source, choice)
}

/// Standard input, as a file of this name.
pub fn standard_input(name: &str) -> Result<Source> {
    file::standard_input(name)
}

/// The text of a file.
pub fn source(path: &str) -> Result<Source> {
    file::source(Path::new(path))
}

/// Does work on a stack on which any SQL can be read; see [`stack`].
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    stack::deep(work)
}

/// What a file holds, whatever its format.
struct Contents {
    steps: Vec<Step>,
    statements: usize,
    /// Whether it asks for a schema of its release's own.
    version_schema: bool,
    /// What the checksum is taken over.
    meaning: String,
}
