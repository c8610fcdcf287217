//! The foreign keys that a step writes, wherever they stand in it.

use super::Context;
use super::schema::{ConstraintRule, Schema};
use crate::ident::Ident;
use crate::migration;
use crate::migration::operation::{AddForeignKey, ColumnDef, CreateTable, Name, Operation, TableRef};
use crate::migration::source::Span;

/// A foreign key.
pub struct ForeignKey {
    /// The table that refers.
    pub table: TableRef,
    /// Its columns.
    pub columns: Vec<Ident>,
    /// The table that it refers to.
    pub parent: TableRef,
    /// The columns there; empty for its primary key.
    pub parent_columns: Vec<Ident>,
    /// Where it is written.
    pub span: Span,
}

impl ForeignKey {
    /// `table.column`, `table.(a, b)`
    pub fn place(&self) -> String {
        match self.columns.as_slice() {
            [column] => format!("{}.{column}", self.table),
            columns => {
                let columns = columns.iter().map(ToString::to_string).collect::<Vec<_>>();
                format!("{}.({})", self.table, columns.join(", "))
            }
        }
    }

    /// The columns that it refers to, as far as the files tell.
    pub fn referenced(&self, schema: &Schema) -> Vec<Ident> {
        if !self.parent_columns.is_empty() {
            return self.parent_columns.clone();
        }
        let constraints = schema.table(&self.parent).map(|parent| parent.constraints.values());
        let key = constraints.into_iter().flatten().find_map(|constraint| match &constraint.rule {
            ConstraintRule::PrimaryKey(columns) => Some(columns.clone()),
            _ => None,
        });
        key.unwrap_or_default()
    }
}

/// Those that a step writes.
pub fn of(operation: &Operation) -> Vec<ForeignKey> {
    match operation {
        Operation::AddForeignKey(add) => vec![added(add)],
        Operation::AddColumn(add) => inline(&add.table, &add.column).into_iter().collect(),
        Operation::CreateTable(create) if !create.references.is_empty() => in_table(create),
        _ => Vec::new(),
    }
}

/// The schema once the statement is done.
pub fn after(cx: &Context<'_>) -> Schema {
    let mut after = cx.schema.clone();
    cx.siblings.iter().for_each(|step| after.apply(&step.operation));
    after
}

fn in_table(create: &CreateTable) -> Vec<ForeignKey> {
    let mut keys =
        create.columns.iter().filter_map(|column| inline(&create.table, column)).collect::<Vec<_>>();
    for constraint in &create.constraints {
        let key = migration::foreign_key_of(&create.table, constraint);
        keys.extend(key.map(|key| ForeignKey { span: constraint.span, ..added(&key) }));
    }
    keys
}

fn inline(table: &TableRef, column: &ColumnDef) -> Option<ForeignKey> {
    let (parent, parent_columns) = migration::referenced(column.references.as_ref()?)?;
    Some(ForeignKey {
        table: table.clone(),
        columns: vec![column.name.value.clone()],
        parent,
        parent_columns: idents(&parent_columns),
        span: column.name.span,
    })
}

fn added(add: &AddForeignKey) -> ForeignKey {
    ForeignKey {
        table: add.table.value.clone(),
        columns: idents(&add.columns),
        parent: add.references.value.clone(),
        parent_columns: idents(&add.referenced_columns),
        span: add.columns.first().map(|column| column.span).unwrap_or_default(),
    }
}

fn idents(names: &[Name]) -> Vec<Ident> {
    names.iter().map(|name| name.value.clone()).collect()
}
