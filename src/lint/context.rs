//! A step, and all that its rule may ask about.

use super::impact::Impact;
use super::later_files::LaterFiles;
use super::nested_statements::{NestedStatement, Place};
use super::schema::{Block, Column, CreatedIn, Held, Relation, Schema, Table};
use super::{Lock, Options, Runner};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, Step, TableRef};
use crate::migration::source::{Source, Span};
use crate::migration::statement::{Statement, Transaction};

/// A step, and all that its rule may ask about.
pub struct Context<'a> {
    /// What the run was told.
    pub options: &'a Options,
    /// The step.
    pub step: &'a Step,
    /// Every step of the same statement, this one included.
    pub siblings: &'a [Step],
    /// What comes after the statement in the same file.
    pub later: &'a [NestedStatement<'a>],
    /// What came before it in the same file.
    pub earlier: &'a [NestedStatement<'a>],
    /// The schema and the session as the statement meets them.
    pub schema: &'a Schema,
    /// What the step does to tables that others use.
    pub impact: &'a Impact,
    /// The same for every step of the statement.
    pub impacts: &'a [Impact],
    /// What the whole run holds, also in later files.
    pub later_files: &'a LaterFiles,
    /// The file.
    pub source: &'a Source,
    /// The number of the file.
    pub file: usize,
    /// Who runs the file. YAML is midflight's own format, whoever runs the SQL.
    pub runner: Runner,
    pub(super) place: Place,
}

impl<'a> Context<'a> {
    /// The step's statement, where it is outside the vocabulary.
    pub fn statement(&self) -> Option<&'a Statement> {
        match &self.step.operation {
            Operation::Unplaced(unplaced) => Some(&unplaced.statement),
            _ => None,
        }
    }

    /// A table, as far as the files tell.
    pub fn table(&self, table: &TableRef) -> Option<&'a Table> {
        self.schema.table(table)
    }

    /// A column, as far as the files tell.
    pub fn column(&self, table: &TableRef, column: &Ident) -> Option<&'a Column> {
        self.schema.column(table, column)
    }

    /// Whether the table is known to be partitioned.
    pub fn is_partitioned(&self, table: &TableRef) -> bool {
        self.schema.is_partitioned(&self.schema.resolve(table))
    }

    /// Whether nobody else has seen it yet.
    pub fn is_new(&self, created_in: CreatedIn) -> bool {
        self.schema.is_new(created_in)
    }

    /// Whether nobody else has seen the table yet.
    pub fn created_here(&self, table: &TableRef) -> bool {
        self.schema.table_is_new(&self.schema.resolve(table))
    }

    /// Whether nobody else has seen the column yet: it or its table is new.
    pub fn column_created_here(&self, table: &TableRef, column: &Ident) -> bool {
        self.created_here(table)
            || self.column(table, column).is_some_and(|column| self.is_new(column.created_in))
    }

    /// Whether nobody else has seen the object yet.
    pub fn object_created_here(&self, kind: ObjectKind, name: &TableRef) -> bool {
        self.schema.object_is_new(kind, name) || kind.is_relation() && self.created_here(name)
    }

    /// Whether this is the statement's step of that number.
    pub fn is_step(&self, number: usize) -> bool {
        self.siblings.get(number).is_some_and(|step| std::ptr::eq(step, self.step))
    }

    /// The transaction block that the step is in.
    pub fn block(&self) -> Block {
        self.schema.session.block
    }

    /// Whether what the step locks stays locked until something later.
    pub fn in_transaction(&self) -> bool {
        self.schema.session.in_transaction()
    }

    /// The strongest lock that this transaction holds on the table since an earlier statement.
    pub fn held(&self, table: &TableName) -> Option<Lock> {
        let held = self.schema.session.transaction.held.iter().filter(|held| held.table == *table);
        held.map(|held| held.lock).max()
    }

    /// The locks that this transaction holds since earlier statements and that the application waits for. Nobody
    /// writes to a materialized view, so that only ACCESS EXCLUSIVE is in anybody's way there.
    pub fn held_locks(&self) -> impl Iterator<Item = &'a Held> {
        let is_view =
            |table| self.schema.relation(table).is_some_and(|table| table.kind == Relation::MaterializedView);
        let held = self.schema.session.transaction.held.iter();
        held.filter(move |held| held.lock == Lock::AccessExclusive || !is_view(&held.table))
    }

    /// A table as people write it: without the schema of unqualified names.
    pub fn shown(&self, table: &TableName) -> TableRef {
        let schema = Some(&table.schema).filter(|schema| **schema != self.options.default_schema);
        TableRef { schema: schema.cloned(), name: table.name.clone() }
    }

    /// What follows in the same file.
    pub fn later_steps(&self) -> impl Iterator<Item = &'a Operation> {
        self.later.iter().flat_map(|statement| &*statement.steps).map(|step| &step.operation)
    }

    /// What came before in the same file.
    pub fn earlier_steps(&self) -> impl Iterator<Item = &'a Operation> {
        self.earlier.iter().flat_map(|statement| &*statement.steps).map(|step| &step.operation)
    }

    /// What follows in the same transaction.
    pub fn later_in_transaction(&self) -> impl Iterator<Item = &'a Operation> {
        let open = self.in_transaction();
        self.later_steps().take_while(move |operation| open && !ends_transaction(operation))
    }

    /// What stands at a place, where the file holds it as it is.
    pub fn written(&self, span: Span) -> Option<&'a str> {
        match self.place {
            Place::Shifted(_) => self.source.text.get(self.place.in_file(span).range()),
            Place::Within(_) => None,
        }
    }

    /// A place in the file, or the whole step where an operation carries none (YAML made by hand, tests).
    pub fn at(&self, span: Span) -> Span {
        if span.end > span.start { span } else { self.step.span }
    }
}

fn ends_transaction(operation: &Operation) -> bool {
    let Operation::Unplaced(unplaced) = operation else { return false };
    matches!(
        unplaced.statement,
        Statement::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. })
    )
}
