//! Exclusion constraints. PostgreSQL builds them under ACCESS EXCLUSIVE only, so they are for tables that are small enough to
//! stand still.

use super::still;
use crate::catalog::made::exclusion_elements;
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::migration::change::AddExclusion;
use crate::migration::definition::names_used;
use crate::migration::index_key::IndexKey;
use crate::migration::{exclusion, mentions};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Violations, Work};

pub(super) fn plan(op: &AddExclusion, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    if mentions(&op.exclude, "NOT VALID") {
        let error = Error::usage("an exclusion constraint can't be NOT VALID: PostgreSQL refuses it");
        return Err(draft.blame(error.hint("leave NOT VALID out"), op.exclude.span));
    }
    if let Err(error) = still::can_be_excluded(&table_name, &table) {
        return Err(draft.blame(
            error.hint(
                "put it on a new table and move the rows; or, in a maintenance window, place the statement: `-- midflight: phase \
                 expand`",
            ),
            op.exclude.span,
        ));
    }
    let name = super::constraints::chosen(
        op.name.as_ref(),
        &table_name,
        &exclusion_elements(&op.exclude),
        "excl",
        draft,
    )?;
    let name = draft.physical_constraint(&table_name, &name, true);
    draft.touch(&table_name, None);
    draft.binds(&table_name, &[], &format!("rows that violate EXCLUDE {}", op.exclude), "23P01");
    let used = names_used(&op.exclude.value, table.columns.iter().map(|column| &column.name));
    if let Some(column) = used.iter().find(|column| draft.is_retyped(&table_name, column)) {
        let error = Error::refused(format!(
            "the exclusion constraint is on column `{}`, which gets another type in this file",
            column.as_str()
        ));
        let hint = "put it in a migration that is expanded once this one is contracted";
        return Err(draft.blame(error.hint(hint), op.exclude.span));
    }
    // a column that the file adds has no values yet
    let there = draft.can_be_checked(&table_name, &used);
    let violations = if there { meeting(op, &table_name, draft) } else { None };
    if there && table.pages > 0 && violations.is_none() {
        let error = Error::refused(format!(
            "which rows of `{table_name}` exclude each other can't be asked: an element has a collation or an operator class"
        ));
        let hint = "in a maintenance window, place the statement: `-- midflight: phase expand`";
        return Err(draft.blame(error.hint(hint), op.exclude.span));
    }
    let of = if table.pages > 0 { "a small table" } else { "which has no rows" };
    draft.expand(Step {
        work: if table.pages > 0 { Work::IndexBuild } else { Work::Catalog },
        violations,
        ..Step::catalog_only(
            format!("add exclusion constraint {name} to {table_name}, {of}"),
            &table_name,
            LockMode::AccessExclusive,
            vec![format!("ALTER TABLE {table_name} ADD CONSTRAINT {name} EXCLUDE {}", op.exclude)],
            vec![format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {name}")],
        )
    });
    Ok(())
}

/// Rows that exclude each other, looked for before anything is changed.
fn meeting(op: &AddExclusion, table: &TableName, draft: &Draft<'_>) -> Option<Violations> {
    let parts = exclusion(&op.exclude)?;
    let known = draft.now.tables.get(table)?;
    let value = |(at, (key, _)): (usize, &(IndexKey, String))| {
        Some(format!("({}) AS e{at}", key.value(&table.name)?))
    };
    let values = parts.elements.iter().enumerate().map(value).collect::<Option<Vec<String>>>()?;
    let meets: Vec<String> = parts
        .elements
        .iter()
        .enumerate()
        .map(|(at, (_, operator))| format!("one.e{at} {operator} other.e{at}"))
        .collect();
    let only = parts.predicate.map(|predicate| format!(" WHERE ({predicate})")).unwrap_or_default();
    let key = Draft::row_name(known);
    let rows = format!("SELECT ctid AS place, {key} AS key, {} FROM {table}{only}", values.join(", "));
    let query = format!(
        "WITH rows AS MATERIALIZED ({rows}) SELECT one.key FROM rows one WHERE EXISTS (SELECT FROM rows other WHERE other.place <> \
         one.place AND {}) LIMIT 20",
        meets.join(" AND ")
    );
    Some(draft.violations(table, format!("rows of `{table}` exclude each other"), query))
}
