//! PostgreSQL's online forms that several operations need: what would scan under ACCESS EXCLUSIVE, in steps that don't.

use crate::catalog::Table;
use crate::ident::{Ident, TableName, fit};
use crate::pg::null::{given, missing};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Violations, Work};

impl Draft<'_> {
    /// The name of the check that proves a column NOT NULL, so that the flag needs no scan under a strong lock.
    pub fn not_null_check(column: &Ident) -> Ident {
        Ident::new(fit(&format!("_midflight_{}_not_null", column.as_str())))
    }
}

/// Makes a filled column NOT NULL: after its rows, and under no lock that outlasts a catalog change.
pub(super) fn enforce_not_null(draft: &mut Draft<'_>, table: &TableName, column: &Ident, composite: bool) {
    enforce_not_null_but(draft, table, column, composite, None);
}

/// The same for a column that is there: rows without a value are looked for before anything is changed.
pub(super) fn enforce_not_null_but(
    draft: &mut Draft<'_>,
    table: &TableName,
    column: &Ident,
    composite: bool,
    nulls: Option<Violations>,
) {
    let given = given(column, composite);
    let check = Draft::not_null_check(column);
    let mut require = Step::catalog_only(
        format!("require {table}.{column} in new rows"),
        table,
        LockMode::AccessExclusive,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({given}) NOT VALID")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}")],
    );
    require.violations = nulls;
    draft.after_rows(require);
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

/// Drops NOT NULL, for the new release. The way back scans under no strong lock: check, validate, flag. Rows without a
/// value, which the new release may have written, stand in its way.
pub(super) fn let_be_null(draft: &Draft<'_>, table_name: &TableName, table: &Table, column: &Ident) -> Step {
    let key = Draft::row_name(table);
    let check = Draft::not_null_check(column);
    let composite = table.column(column).is_some_and(|column| column.type_info.composite);
    let (missing, given) = (missing(column, composite), given(column, composite));
    let alter = |action: String| format!("ALTER TABLE {table_name} {action}");
    Step {
        undo_apart: true,
        undo_violations: Some(draft.violations(
            table_name,
            format!("`{table_name}.{column}` can't be NOT NULL again: these rows have no value"),
            format!("SELECT {key} FROM {table_name} WHERE {missing} LIMIT 20"),
        )),
        ..Step::catalog_only(
            format!("let {table_name}.{column} be NULL"),
            table_name,
            LockMode::AccessExclusive,
            vec![alter(format!("ALTER COLUMN {column} DROP NOT NULL"))],
            vec![
                alter(format!("DROP CONSTRAINT IF EXISTS {check}")),
                alter(format!("ADD CONSTRAINT {check} CHECK ({given}) NOT VALID")),
                alter(format!("VALIDATE CONSTRAINT {check}")),
                alter(format!("ALTER COLUMN {column} SET NOT NULL")),
                alter(format!("DROP CONSTRAINT {check}")),
            ],
        )
    }
}
