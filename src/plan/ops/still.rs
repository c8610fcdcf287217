//! Tables that are small enough to stand still. PostgreSQL has no online form of some changes; where the whole work takes
//! about a hundred milliseconds it is no longer than others hold the same lock.

use crate::catalog::Table;
use crate::error::Error;
use crate::ident::TableName;

/// The rows that a rewrite takes, and the bytes with all indexes: about 50 ms on two slow cores, with four indexes.
const REWRITTEN: (f64, i64) = (10_000.0, 8 << 20);

/// The same of the index of an exclusion constraint, which takes 70 to 200 µs a row.
const EXCLUDED: (f64, i64) = (1_000.0, 1 << 20);

fn within(table: &Table, (rows, bytes): (f64, i64)) -> bool {
    table.rows <= rows && table.bytes + table.index_bytes <= bytes
}

/// Refuses to rewrite a table that is not small.
///
/// # Errors
/// Exit 23.
pub(super) fn can_be_rewritten(name: &TableName, table: &Table, what: &str) -> Result<(), Error> {
    if within(table, REWRITTEN) {
        return Ok(());
    }
    Err(Error::refused(format!(
        "{what} rewrites all of `{name}` under ACCESS EXCLUSIVE, in every version of PostgreSQL; midflight does \
        that to a table of up to {} rows and {} MB",
        REWRITTEN.0,
        REWRITTEN.1 >> 20
    )))
}

/// Refuses to build an exclusion constraint on a table that is not small.
///
/// # Errors
/// Exit 23.
pub(super) fn can_be_excluded(name: &TableName, table: &Table) -> Result<(), Error> {
    if table.pages == 0 || within(table, EXCLUDED) {
        return Ok(());
    }
    Err(Error::refused(format!(
        "an exclusion constraint can't be added to `{name}` online: PostgreSQL builds its index under ACCESS EXCLUSIVE; midflight \
         does that on a table of up to {} rows",
        EXCLUDED.0
    )))
}
