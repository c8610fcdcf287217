//! What the file does to a table that it makes itself: as written, in expand, for nobody uses the table yet.

use crate::catalog::{self, Catalog, RelationKind};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{AddColumn, Operation};
use crate::migration::{direct, names};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, TableLock};

/// The table that the operation changes, if the file makes it.
pub(super) fn new_table(operation: &Operation, draft: &Draft<'_>) -> Option<TableName> {
    let table = draft.resolve(operation.changes_table()?);
    draft.is_new(&table).then_some(table)
}

/// The materialized view that the operation indexes, if the file makes it.
pub(super) fn new_view(operation: &Operation, draft: &Draft<'_>) -> Option<TableName> {
    let Operation::CreateIndex(op) = operation else { return None };
    let view = draft.resolve(&op.table);
    let there = draft.relation_kind(&view) == Some(RelationKind::MaterializedView);
    (there && !draft.first.relations.contains_key(&view)).then_some(view)
}

pub(super) fn plan(operation: &Operation, table: &TableName, draft: &mut Draft<'_>) -> Result<()> {
    for named in operation.references() {
        let parent = draft.resolve(&named);
        if !draft.exists(&parent) {
            return Err(Error::usage(format!("table `{parent}` does not exist")));
        }
    }
    refuse_unknown(operation, table, draft)?;
    let schema = Ident::new(draft.now.schema.as_str());
    let undo = match operation {
        // The table is dropped under the name that it was made with.
        Operation::RenameTable(op) => {
            let renamed = TableName::new(table.schema.clone(), op.to.value.clone());
            vec![format!("ALTER TABLE IF EXISTS {renamed} RENAME TO {}", table.name)]
        }
        _ => new_keys(operation, table, draft),
    };
    let undo = if undo.is_empty() { before_what_it_uses(operation, table, draft) } else { undo };
    draft.touch(table, None);
    let sql = direct::statements(operation, &schema);
    let parents = operation.references().into_iter().map(|parent| draft.resolve(&parent));
    let there = parents.filter(|parent| !draft.is_new(parent));
    let locks = there.map(|table| TableLock { table, mode: LockMode::ShareRowExclusive }).collect();
    draft.expand(Step { locks, ..Step::free(summary(operation, table), sql, undo) });
    Ok(())
}

/// Drops the foreign keys that it adds: the tables go in the opposite order of their making, and a parent can't go before
/// the keys to it.
fn new_keys(operation: &Operation, table: &TableName, draft: &Draft<'_>) -> Vec<String> {
    if operation.references().is_empty() {
        return Vec::new();
    }
    let keys = |catalog: &Catalog| -> Vec<Ident> {
        let known = catalog.tables.get(table).into_iter().flat_map(|table| &table.constraints);
        known.filter(|known| known.references.is_some()).map(|known| known.name.clone()).collect()
    };
    let mut after = draft.now.clone();
    catalog::apply(&mut after, operation);
    let before = keys(&draft.now);
    let added = keys(&after).into_iter().filter(|key| !before.contains(key));
    added.map(|key| format!("ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {key}")).collect()
}

/// Where it uses what the file makes below the table, that is undone first, and can't go while the table has it: so the table
/// goes here.
fn before_what_it_uses(operation: &Operation, table: &TableName, draft: &Draft<'_>) -> Vec<String> {
    let used = names(&direct::statements(operation, &Ident::new(draft.now.schema.as_str())).join("; "));
    let made = draft.now.objects.keys().filter(|name| !draft.first.objects.contains_key(*name));
    let kinds = [
        ObjectKind::Type,
        ObjectKind::Domain,
        ObjectKind::Sequence,
        ObjectKind::Function,
        ObjectKind::Extension,
    ];
    let uses = made.into_iter().any(|name| kinds.contains(&name.kind) && used.contains(&name.name));
    if !uses {
        return Vec::new();
    }
    let keys = draft.now.tables.get(table).into_iter().flat_map(|known| &known.referenced_by);
    let keys = keys.filter(|key| key.table != *table);
    keys.map(|key| {
        format!("ALTER TABLE IF EXISTS {} DROP CONSTRAINT IF EXISTS {}", key.table, key.constraint)
    })
    .chain([format!("DROP TABLE IF EXISTS {table}")])
    .collect()
}

fn summary(operation: &Operation, table: &TableName) -> String {
    let done = match operation {
        Operation::AddColumn(AddColumn { column, .. }) => format!("add column {}", column.name),
        Operation::DropColumn(op) => format!("drop column {}", op.column),
        Operation::RenameColumn(op) => format!("rename column {} to {}", op.column, op.to),
        Operation::RenameTable(op) => format!("rename it to {}", op.to),
        Operation::DropTable(_) => "drop it again".to_owned(),
        Operation::CreateIndex(_) => "build an index".to_owned(),
        _ => "change it as written".to_owned(),
    };
    format!("{done}: the new table {table}")
}

/// The server would say so in the middle of expand.
fn refuse_unknown(operation: &Operation, table: &TableName, draft: &Draft<'_>) -> Result<()> {
    let Some(column) = operation.column_needed() else { return Ok(()) };
    let Some(known) = draft.now.tables.get(table).filter(|table| table.columns_known()) else {
        return Ok(());
    };
    draft.column(table, known, column).map(|_| ())
}
