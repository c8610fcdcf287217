//! From files to migrations, many at a time.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::source::Source;
use super::{Migration, file, sql, stack, yaml};
use crate::error::{Error, Result};

/// Fewer files are not worth another thread.
const FILES_AT_A_TIME: usize = 16;

/// A file that can't be read as a migration, and why.
#[derive(Debug)]
pub struct Unread {
    /// The file; without its text where even that can't be read.
    pub source: Source,
    /// Whether it is text at all.
    pub is_text: bool,
    /// Why.
    pub error: Error,
}

/// What reading gives.
pub type Outcome = Result<Migration, Box<Unread>>;

impl Unread {
    pub(super) fn new(path: &Path, error: Error) -> Box<Self> {
        Box::new(Self { source: Source::new(path.display().to_string(), ""), is_text: false, error })
    }
}

/// Reads a file that is in memory already. The format follows the path's extension: `.yaml` and `.yml` are YAML,
/// everything else is SQL. SQL that can't be read becomes [`super::operation::Unplaced`] steps, never an error; a
/// wrong directive and wrong YAML are errors with their place.
pub fn parse(source: Source) -> Result<Migration> {
    try_parse(source).map_err(|unread| unread.error)
}

/// The same, keeping the text of a file that can't be read.
pub fn try_parse(source: Source) -> Outcome {
    let path = Path::new(&source.path);
    let id = file::id(path);
    let contents = if file::is_yaml(path) {
        yaml::read(&source)
    } else {
        stack::deep(|| sql::read(&source)).and_then(|read| read)
    };
    let read = match contents {
        Ok(read) => read,
        Err(error) => return Err(Box::new(Unread { source, is_text: true, error })),
    };
    let checksum = Sha256::digest(read.meaning.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Migration {
        id,
        source,
        checksum,
        steps: read.steps,
        statements: read.statements,
        repeatable: false,
        version_schema: read.version_schema,
    })
}

/// Reads one file.
pub fn read(path: impl AsRef<Path>) -> Result<Migration> {
    parse(file::source(path.as_ref())?)
}

/// Reads files side by side; the answers are in their order.
///
/// # Errors
/// When no thread can be started. What is wrong with a file is in its own answer.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Outcome>> {
    let read = |path: &PathBuf| match file::source(path) {
        Ok(source) => try_parse(source),
        Err(error) => Err(Unread::new(path, error)),
    };
    let share = |paths: &[PathBuf]| paths.iter().map(read).collect::<Vec<_>>();
    let shares = stack::deep(|| stack::side_by_side(paths.chunks(FILES_AT_A_TIME), share))?;
    Ok(shares.into_iter().flatten().collect())
}
