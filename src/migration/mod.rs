//! Text in, operations out: reads migration files and folders, SQL and YAML, into one vocabulary.

pub mod change;
mod constraint;
mod convert;
mod file;
mod folder;
pub mod object;
#[cfg(test)]
mod object_tests;
pub mod operation;
pub mod source;
mod sql;
pub mod statement;
mod table;
mod yaml;

use std::path::Path;

pub use convert::to_yaml;
use operation::Step;
use sha2::{Digest, Sha256};
use source::Source;
pub use sql::{Argument, Piece, is_null, list, mentions, object, objects, pieces, referenced, statements};

use crate::error::Result;

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
}

impl Migration {
    /// Whether the file is SQL, as opposed to YAML.
    pub fn is_sql(&self) -> bool {
        !file::is_yaml(Path::new(&self.source.path))
    }
}

/// Reads a file that is in memory already. The format follows the path's extension: `.yaml` and `.yml` are YAML,
/// everything else is SQL. SQL that can't be read becomes [`operation::Unplaced`] steps, never an error; a wrong
/// directive and wrong YAML are errors with their place.
pub fn parse(source: Source) -> Result<Migration> {
    let path = Path::new(&source.path);
    let id = file::id(path);
    let read = if file::is_yaml(path) { yaml::read(&source)? } else { sql::read(&source)? };
    let checksum = Sha256::digest(read.meaning.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Migration { id, source, checksum, steps: read.steps, statements: read.statements })
}

/// Reads one file.
pub fn read(path: impl AsRef<Path>) -> Result<Migration> {
    file::read(path.as_ref())
}

/// Reads every migration of a folder, or of a glob such as `prisma/migrations/*/migration.sql`, in file-name
/// order. A folder without migrations gives none.
pub fn folder(pattern: &str) -> Result<Vec<Migration>> {
    folder::read(pattern)
}

/// What a file holds, whatever its format.
struct Contents {
    steps: Vec<Step>,
    statements: usize,
    /// What the checksum is taken over.
    meaning: String,
}
