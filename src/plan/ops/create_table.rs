//! `CREATE TABLE`: runs as written, in expand.

use crate::error::{Error, Result};
use crate::migration::object::{ObjectKind, ObjectRef};
use crate::migration::operation::{ColumnDef, CreateTable};
use crate::migration::{direct, is_like, takes_every_column};
use crate::plan::objects::Definition;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, TableLock};

pub(super) fn plan(op: &CreateTable, draft: &mut Draft<'_>) -> Result<()> {
    if op.temporary {
        let error = Error::refused("a temporary table lives in one session, and each step has its own");
        let hint = "write it as WITH in the statement that needs it; or make an ordinary table, and drop it at the end";
        return Err(draft.blame(error.hint(hint), op.table.span));
    }
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
    let twice = |(at, column): (usize, &ColumnDef)| {
        op.columns[..at].iter().any(|earlier| earlier.name == column.name).then(|| column.name.clone())
    };
    if let Some(column) = op.columns.iter().enumerate().find_map(twice) {
        let error = Error::usage(format!("column `{}` of {name} is named twice", column.as_str()));
        return Err(draft.blame(error, column.span));
    }
    for parent in &op.references {
        draft.refuse_retyped_key(&draft.resolve(parent), op.table.span)?;
    }
    draft.touch(&name, None);
    let sql = direct::create_table(op, &name.to_string());
    let mut step = Step::catalog_only(
        format!("create table {name}"),
        &name,
        LockMode::AccessExclusive,
        vec![sql],
        vec![format!("DROP TABLE IF EXISTS {name}")],
    );
    // A new partition keeps nobody from the others, but for who comes by their parent.
    step.without_partitions = op.references.is_empty();
    // The new table is locked too, but nobody waits for it, and it is not there yet.
    let parents = op.references.iter().map(|parent| draft.resolve(parent));
    step.locks = parents
        .filter(|parent| *parent != name && !draft.is_new(parent))
        .map(|table| TableLock { table, mode: LockMode::ShareRowExclusive })
        .chain(
            op.partition_of
                .iter()
                .map(|parent| TableLock { table: draft.resolve(parent), mode: LockMode::AccessExclusive }),
        )
        .collect();
    draft.expand(step);
    remember_sources(op, draft);
    Ok(())
}

/// What it copies (`LIKE`) or is filled from (`AS`) is read in expand, when the file's columns are not what they will be.
fn remember_sources(op: &CreateTable, draft: &mut Draft<'_>) {
    let likes = op.constraints.iter().filter(|element| is_like(&element.value));
    let mut text: Vec<String> = likes.map(|element| element.value.clone()).collect();
    let mut whole_rows = !text.is_empty();
    if op.columns.is_empty() && op.partition_of.is_none() {
        text.extend(op.statement.clone());
        whole_rows |= text.iter().any(|text| takes_every_column(text));
    }
    if !text.is_empty() {
        let name = draft.object_name(&ObjectRef::plain(ObjectKind::Table, &op.table));
        let definition = Definition { name, text: text.join(" "), whole_rows, span: draft.span };
        draft.objects.definitions.push(definition);
    }
}
