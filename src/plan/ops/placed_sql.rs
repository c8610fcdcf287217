//! SQL that the user placed in a stage, and SQL that nobody placed.

use super::session;
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::migration;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, PlacedSql, TableRef, Unplaced};
use crate::migration::source::Located;
use crate::migration::statement::{Statement, TableAction, Write, WriteKind};
use crate::plan::planner::Draft;
use crate::plan::{Mode, Place, Step, Work};

pub(super) fn plan(op: &PlacedSql, draft: &mut Draft<'_>) -> Result<()> {
    if let Some(sql) = &op.rows {
        return super::rows::placed(op, &sql.value, None, draft);
    }
    if let Some(sql) = &op.backfill {
        return super::rows::placed(op, &sql.value, Some(Place::Backfill), draft);
    }
    if let Some(sql) = &op.rollback {
        session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?;
    }
    if let Some(sql) = &op.expand
        && !session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?
    {
        let undo: Vec<String> = op.rollback.iter().map(|sql| sql.value.clone()).collect();
        if undo.is_empty() {
            draft.note("your SQL in expand has no `rollback`: a rollback leaves what it did");
        }
        draft.expand(step("your SQL", &sql.value, undo));
    }
    if let Some(sql) = &op.contract
        && !session::leaves_out(&sql.value, migration::apart(&sql.value).is_none(), draft)?
    {
        draft.own_in_contract(step("your SQL", &sql.value, Vec::new()));
    }
    Ok(())
}

fn step(summary: &str, sql: &str, undo: Vec<String>) -> Step {
    let apart = migration::apart(sql);
    let mode = if apart.is_some() { Mode::Alone { done_when: None } } else { Mode::Transaction };
    Step {
        id: String::new(),
        summary: summary.to_owned(),
        sql: apart.unwrap_or_else(|| vec![sql.to_owned()]),
        undo,
        mode,
        locks: Vec::new(),
        work: Work::Unknown,
        violations: None,
        undo_violations: None,
        undo_apart: false,
        versions: None,
        without_partitions: false,
        of_partition: false,
    }
}

pub(super) fn unplaced(op: &Unplaced, draft: &mut Draft<'_>) -> Result<()> {
    if let Some(error) = &op.error {
        let error = Error::usage(format!("this statement can't be read: {error}"));
        return Err(error.hint("correct it; or, if PostgreSQL takes it, say where it runs: `-- midflight: phase expand` above it"));
    }
    // Files written for other runners wrap themselves in a transaction; midflight has its own.
    if matches!(op.head.as_str(), "BEGIN" | "START TRANSACTION" | "COMMIT" | "END") {
        draft.note(format!("`{}` is left out: every step has its own transaction", op.head));
        return Ok(());
    }
    if let Statement::Rename { kind, name, table, part: None, to } = &op.statement {
        return super::renames::object(*kind, name, table.as_deref(), to, op, draft);
    }
    if let Statement::SetSchema { kind: kind @ (ObjectKind::Type | ObjectKind::Domain), name, to } =
        &op.statement
    {
        return super::renames::set_schema(*kind, name, to, draft);
    }
    if let Statement::AlterTable(table, TableAction::Detach { partition, concurrently, finalize: false }) =
        &op.statement
    {
        return super::detach::plan(op, (table, partition), *concurrently, draft);
    }
    if super::sequence_value::plan(op, draft) || session::plan(op, draft)? {
        return Ok(());
    }
    if let Some(table) = on_new_tables(op, draft) {
        let undo = moved_back(op, &table);
        draft.expand(Step::free(format!("as written: the new table {table}"), vec![op.sql.clone()], undo));
        return Ok(());
    }
    if let Statement::AlterTable(table, TableAction::AlterConstraint { name, timing: Some(_), .. }) =
        &op.statement
    {
        return super::constraints::set_timing(op, table, name, draft);
    }
    if super::rows::plan(&op.sql, &op.statement, None, draft)? {
        return Ok(());
    }
    if let Some(table) = unnoticed(op) {
        let (table, _) = draft.table_or_partitioned(table)?;
        draft.touch(&table, None);
        let (summary, sql) = (format!("{} of {table}", op.head.to_lowercase()), vec![op.sql.clone()]);
        if draft.speaks_of_last_names(&Operation::Unplaced(op.clone()), &sql) {
            // Under that name there is another column until then, which goes.
            draft.last_in_contract(summary, Some(table), sql);
        } else {
            draft.in_contract(summary, &table, sql);
        }
        return Ok(());
    }
    Err(Error::refused(format!("midflight doesn't know in which stage `{}` belongs", op.head)).hint(
        "say so in a comment above the statement: `-- midflight: phase expand` if both releases can live with it, \
         `-- midflight: phase contract` if it must wait until the old release is gone",
    ))
}

/// What the file makes goes with its table, which is dropped by its first name.
fn moved_back(op: &Unplaced, table: &TableName) -> Vec<String> {
    match &op.statement {
        Statement::AlterTable(_, TableAction::SetSchema(to)) => {
            let moved = TableName::new(to.value.clone(), table.name.clone());
            vec![format!("ALTER TABLE IF EXISTS {moved} SET SCHEMA {}", table.schema)]
        }
        _ => Vec::new(),
    }
}

/// The table, where a statement says how rows to come are stored: a row of the catalog that no release notices, so that it
/// can wait for contract, and nothing has to take it back.
fn unnoticed(op: &Unplaced) -> Option<&Located<TableRef>> {
    let stored = ["ALTER TABLE ALTER COLUMN SET STORAGE", "ALTER TABLE ALTER COLUMN SET COMPRESSION"];
    match &op.statement {
        Statement::AlterTable(table, TableAction::Instant | TableAction::Mild)
            if stored.contains(&op.head.as_str()) =>
        {
            Some(table)
        }
        _ => None,
    }
}

/// The table, where a statement concerns nothing but tables that the file makes. A query may read others, whose rows
/// change until contract, so that only values count.
fn on_new_tables(op: &Unplaced, draft: &Draft<'_>) -> Option<TableName> {
    let new = |table: &TableRef| {
        let table = draft.resolve(table);
        draft.is_new(&table).then_some(table)
    };
    match &op.statement {
        Statement::AlterTable(_, TableAction::Attach { .. } | TableAction::Detach { .. }) => None,
        Statement::AlterTable(table, _) | Statement::ChangeTrigger(table) => new(table),
        Statement::Write(writes) => {
            let values = |write: &&Write| matches!(write.kind, WriteKind::InsertValues | WriteKind::Copy);
            let tables: Option<Vec<TableName>> = writes
                .iter()
                .map(|write| Some(write).filter(values).and_then(|write| new(&write.table)))
                .collect();
            tables?.into_iter().next()
        }
        Statement::Refresh { view, .. } => {
            let view = draft.resolve(view);
            (draft.exists(&view) && !draft.first.relations.contains_key(&view)).then_some(view)
        }
        _ => None,
    }
}
