//! `CREATE TABLE`: runs as written, in expand.

use crate::catalog::{Column, Table};
use crate::error::{Error, Result};
use crate::migration::operation::{ColumnDef, CreateTable};
use crate::plan::planner::{CREATES, Draft};
use crate::plan::{LockMode, Step, TableLock};

pub(super) fn plan(op: &CreateTable, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.resolve(&op.table);
    if draft.exists(&name) {
        if op.if_not_exists {
            draft.note(format!("{name} exists already"));
            return Ok(());
        }
        return Err(
            draft.blame(Error::usage(format!("a relation named `{name}` exists already")), op.table.span)
        );
    }
    draft.touch(&name, None);
    let sql = op.statement.clone().unwrap_or_else(|| statement(op, &name.to_string()));
    let mut step = Step::catalog_only(
        format!("create table {name}"),
        &name,
        LockMode::AccessExclusive,
        vec![sql],
        vec![format!("DROP TABLE IF EXISTS {name}")],
    );
    step.id = CREATES.to_owned();
    // The new table is locked too, but nobody waits for it.
    step.locks = op
        .references
        .iter()
        .map(|parent| TableLock { table: draft.resolve(parent), mode: LockMode::ShareRowExclusive })
        .collect();
    draft.expand(step);
    draft.add_table(
        name,
        Table {
            kind: 'r',
            owned: true,
            columns: op.columns.iter().map(column).collect(),
            ..Table::default()
        },
    );
    Ok(())
}

fn statement(op: &CreateTable, name: &str) -> String {
    let columns = op.columns.iter().map(definition);
    let constraints = op.constraints.iter().map(|constraint| constraint.value.clone());
    let parts: Vec<String> = columns.chain(constraints).map(|part| format!("  {part}")).collect();
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let unlogged = if op.unlogged { "UNLOGGED " } else { "" };
    format!("CREATE {unlogged}TABLE {name} (\n{}\n){options}", parts.join(",\n"))
}

fn definition(column: &ColumnDef) -> String {
    let mut sql = format!("{} {}", column.name, column.type_);
    let mut clause = |keyword: &str, text: Option<&str>| {
        if let Some(text) = text {
            sql.push_str(&format!(" {keyword} {text}"));
        }
    };
    clause("COLLATE", column.collation.as_ref().map(|name| name.value.as_str()));
    clause("DEFAULT", column.default.as_ref().map(|expr| expr.value.as_str()));
    clause("GENERATED", column.generated.as_ref().map(|text| text.value.as_str()));
    clause("NOT NULL", column.not_null.then_some(""));
    clause("PRIMARY KEY", column.primary_key.then_some(""));
    clause("UNIQUE", column.unique.then_some(""));
    clause("CHECK", column.check.as_ref().map(|check| format!("({})", check.value)).as_deref());
    clause("REFERENCES", column.references.as_ref().map(|text| text.value.as_str()));
    sql.trim_end().to_owned()
}

fn column(column: &ColumnDef) -> Column {
    Column {
        name: column.name.as_str().to_owned(),
        type_: column.type_.value.clone(),
        not_null: column.not_null || column.primary_key,
        default: column.default.as_ref().map(|expr| expr.value.clone()),
        ..Column::default()
    }
}
