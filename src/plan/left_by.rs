//! The catalog as a file will leave it, for planning what comes after it: a file that waits for its turn, or one that is
//! expanded and will be contracted first.

use super::sequence;
use crate::catalog::{Catalog, Table, apply};
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::operation::{Name, Operation, TableRef};

/// The catalog once the file is contracted. What its expand has made is in `catalog` already, if it ran.
pub fn left_by(migration: &Migration, catalog: &Catalog) -> Catalog {
    let mut now = catalog.clone();
    now.tables.values_mut().for_each(without_own);
    let operations = sequence::operations(migration, catalog);
    for operation in &operations {
        match operation {
            Operation::RenameColumn(op) if has(&now, &op.table, &op.to) => {
                forget(&mut now, &op.table, [&op.column].into_iter());
            }
            Operation::TransformColumns(op) if op.to.iter().all(|to| has(&now, &op.table, &to.name)) => {
                forget(&mut now, &op.table, op.from.iter());
            }
            other => apply(&mut now, other),
        }
    }
    now
}

/// Whether nobody can tell what a file leaves: it holds SQL of the user's own.
pub fn is_opaque(migration: &Migration) -> bool {
    let opaque = |operation: &Operation| matches!(operation, Operation::Sql(_) | Operation::Unplaced(_));
    migration.steps.iter().any(|step| opaque(&step.operation))
}

fn has(catalog: &Catalog, table: &TableRef, column: &Name) -> bool {
    catalog.tables.get(&catalog.resolve(table)).is_some_and(|table| table.column(column).is_some())
}

fn forget<'n>(catalog: &mut Catalog, table: &TableRef, columns: impl Iterator<Item = &'n Name>) {
    let name: TableName = catalog.resolve(table);
    if let Some(table) = catalog.tables.get_mut(&name) {
        let gone: Vec<&Ident> = columns.map(|column| &column.value).collect();
        table.columns.retain(|column| !gone.contains(&&column.name));
    }
}

/// Shadow columns and their indexes and constraints take other names in contract, or go.
fn without_own(table: &mut Table) {
    let own = |name: &Ident| name.as_str().starts_with("_midflight_");
    table.columns.retain(|column| !own(&column.name));
    table.indexes.retain(|index| !own(&index.name));
    table.constraints.retain(|constraint| !own(&constraint.name));
    table.referenced_by.retain(|key| !own(&key.constraint));
}
