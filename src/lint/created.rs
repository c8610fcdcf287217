//! What a statement makes of tables: columns and constraints, be it by CREATE TABLE or by ALTER TABLE.

use crate::migration;
use crate::migration::operation::{ColumnDef, CreateTable, Operation, TableRef};
use crate::migration::source::{Located, Source};

/// The columns that are new, and their table.
pub fn columns(operation: &Operation) -> Option<(&Located<TableRef>, &[ColumnDef])> {
    match operation {
        Operation::CreateTable(create) => Some((&create.table, &create.columns)),
        Operation::AddColumn(add) => Some((&add.table, std::slice::from_ref(&add.column))),
        _ => None,
    }
}

/// A table's constraints, those of its columns apart. In parentheses or added later, a constraint means the same.
pub fn constraints(create: &CreateTable) -> Vec<Operation> {
    let added = create.constraints.iter().flat_map(|constraint| {
        let read = migration::constraint_of(&create.table, constraint);
        read.map_or_else(|| outside(&create.table, constraint), |operation| vec![operation])
    });
    added.collect()
}

/// A constraint outside the vocabulary.
fn outside(table: &TableRef, constraint: &str) -> Vec<Operation> {
    let sql = format!("ALTER TABLE {table} ADD {constraint}");
    let read = migration::parse(Source::new("constraint.sql", sql));
    read.into_iter().flat_map(|read| read.steps).map(|step| step.operation).collect()
}
