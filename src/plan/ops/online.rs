//! PostgreSQL's online forms that several operations need: what would scan under ACCESS EXCLUSIVE, in steps that don't.

use crate::ident::{Ident, TableName};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Work};

/// Makes a filled column NOT NULL: after its rows, and under no lock that outlasts a catalog change.
pub(super) fn enforce_not_null(draft: &mut Draft<'_>, table: &TableName, column: &Ident) {
    let check = Draft::not_null_check(column);
    draft.after_rows(Step::catalog_only(
        format!("require {table}.{column} in new rows"),
        table,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")],
    ));
    draft.after_rows(validate(table, &check));
    draft.after_rows(Step::catalog_only(
        format!("set {table}.{column} NOT NULL, which the validated check proves"),
        table,
        LockMode::AccessExclusive,
        vec![
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"),
            format!("ALTER TABLE {table} DROP CONSTRAINT {check}"),
        ],
        vec![format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")],
    ));
}

/// Validates a constraint while reads and writes go on: alone in its transaction, so that nothing but SHARE UPDATE
/// EXCLUSIVE is held during the scan.
pub(super) fn validate(table: &TableName, constraint: &Ident) -> Step {
    let sql = vec![format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}")];
    let summary = format!("validate {constraint} on {table}");
    Step {
        work: Work::Scan,
        ..Step::catalog_only(summary, table, LockMode::ShareUpdateExclusive, sql, Vec::new())
    }
}

/// The way back to NOT NULL scans under no strong lock: check, validate, flag. Rows that the new release wrote without
/// a value stop it, and say so.
pub(super) fn not_null_again(table: &TableName, column: &Ident) -> Vec<String> {
    let check = Draft::not_null_check(column);
    vec![
        format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}"),
        format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"),
        format!("ALTER TABLE {table} VALIDATE CONSTRAINT {check}"),
        format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"),
        format!("ALTER TABLE {table} DROP CONSTRAINT {check}"),
    ]
}
