//! The catalog as a file will leave it, for planning what comes after it: a file that waits for its turn, or one that is
//! expanded and will be contracted first.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, self_check, sequence};
use crate::catalog::{Catalog, Dependent, Table, apply};
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::statement::Statement;

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
    is_there(&mut now);
    now
}

/// What one file makes is no new table for the next.
fn is_there(catalog: &mut Catalog) {
    let made = catalog.tables.values_mut().filter(|table| table.oid == 0);
    made.zip(1..).for_each(|(table, at)| table.oid = u32::MAX - at);
}

/// The catalog once a migration in flight is contracted, by the steps that are stored for that.
pub fn left_by_contract(plan: &Plan, catalog: &Catalog, state_schema: &Ident) -> Catalog {
    let mut now = self_check::contracted(plan, catalog, state_schema);
    for trigger in &plan.triggers {
        if let Some(table) = now.tables.get_mut(&trigger.table) {
            table.triggers.retain(|known| known.name != trigger.name);
        }
    }
    // What depended on an object by a column that is another one now, or by functions of midflight's own, does no more.
    let own = format!("function {state_schema}.");
    let types = |catalog: &Catalog| -> BTreeMap<(u32, Ident), String> {
        let columns = catalog.tables.values().flat_map(|table| {
            table.columns.iter().map(|column| ((table.oid, column.name.clone()), column.type_.clone()))
        });
        columns.collect()
    };
    let (before, after) = (types(catalog), types(&now));
    let tables: BTreeSet<u32> = now.tables.values().map(|table| table.oid).collect();
    let known: BTreeSet<u32> = catalog.tables.values().map(|table| table.oid).collect();
    let stays = |dependent: &Dependent| {
        let column = dependent.column.as_ref().map(|column| (dependent.oid, column.clone()));
        let gone = known.contains(&dependent.oid) && !tables.contains(&dependent.oid);
        let changed = column.is_some_and(|column| {
            let by_type = before.contains_key(&column) && before.get(&column) != after.get(&column);
            by_type && !column.1.as_str().starts_with("_midflight_")
        });
        !gone && !changed && !dependent.what.starts_with(&own)
    };
    now.objects.values_mut().for_each(|object| object.dependents.retain(stays));
    for table in now.tables.values_mut() {
        table.dependents.values_mut().for_each(|dependents| dependents.retain(stays));
    }
    is_there(&mut now);
    now
}

/// Whether nobody can tell what a file leaves: it holds SQL of the user's own.
pub fn is_opaque(migration: &Migration) -> bool {
    let opaque = |operation: &Operation| match operation {
        Operation::Sql(_) => true,
        Operation::Unplaced(op) => {
            let followed = matches!(
                op.statement,
                Statement::Set(_) | Statement::Transaction(_) | Statement::Rename { .. }
            );
            op.statement.row_tables().is_empty() && !followed
        }
        _ => false,
    };
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
