//! What each statement changes in the schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::object::{ConstraintRule, Relation};
use super::{Held, Schema};
use crate::ident::{Ident, TableName};
use crate::lint::impact::Impact;
use crate::migration::expression::Expr;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, RenameTable, TableRef};
use crate::migration::statement::{Reach, Statement, TableAction, Transaction, Write, WriteKind};

impl Schema {
    /// A `DO` block begins: all of its statements are one transaction.
    pub fn enter_body(&mut self) {
        self.session.in_body = true;
    }

    /// A `DO` block ends.
    pub fn leave_body(&mut self) {
        self.session.in_body = false;
        self.session.settle();
    }

    /// A statement takes its locks, under the names that tables have before it.
    pub fn hold(&mut self, impacts: &[Impact]) {
        let held = &mut self.session.transaction.held;
        let statement = held.last().map_or(0, |last| last.statement + 1);
        let blocking = impacts.iter().flat_map(|impact| &impact.locks).filter(|(_, lock)| lock.is_blocking());
        held.extend(blocking.map(|(table, lock)| Held { table: table.clone(), lock: *lock, statement }));
    }

    /// The end of a statement: outside a transaction its locks are gone.
    pub fn settle(&mut self) {
        self.session.settle();
        if !self.session.in_transaction() {
            self.drop_at_commit();
        }
    }

    /// Takes note of what a step does.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => self.create_table(create),
            Operation::DropTable(drop) => self.forget(&drop.table),
            Operation::RenameTable(rename) => self.rename_table(rename),
            Operation::AddColumn(add) => {
                let (now, exists) = (self.now(), self.column(&add.table, &add.column.name).is_some());
                if !(add.if_not_exists && exists) {
                    let name = add.table.name.clone();
                    self.edit(&add.table, |table| table.add(&name, &add.column, now));
                    self.add_column_key(&add.table, &add.column);
                }
            }
            Operation::DropColumn(drop) => self.drop_column(&drop.table, &drop.column),
            Operation::RenameColumn(rename) => self.rename_column(rename),
            Operation::ChangeType(change) => {
                let type_ = Some(change.type_.value.clone());
                self.edit_column(&change.table, &change.column, |column| column.type_ = type_);
            }
            Operation::TransformColumns(transform) => self.transform(transform),
            Operation::SetNotNull(set) => {
                self.edit_column(&set.table, &set.column, |column| column.not_null = true);
            }
            Operation::DropNotNull(target) => {
                self.edit_column(&target.table, &target.column, |column| column.not_null = false);
            }
            Operation::SetDefault(set) => {
                let default = !set.default.is_null_literal();
                self.edit_column(&set.table, &set.column, |column| column.default = default);
            }
            Operation::DropDefault(target) => {
                self.edit_column(&target.table, &target.column, |column| column.default = false);
            }
            Operation::AddIdentity(op) => {
                self.edit_column(&op.table, &op.column, |column| column.default = true);
            }
            Operation::DropIdentity(op) => {
                self.edit_column(&op.table, &op.column, |column| column.default = false);
            }
            Operation::DropExpression(op) => self.edit_column(&op.table, &op.column, |column| {
                column.computed = None;
                column.default = false;
            }),
            Operation::AddCheck(check) => self.add_check(check),
            Operation::AddForeignKey(key) => self.add_foreign_key(key),
            Operation::AddPrimaryKey(key) => self.add_key(key, true),
            Operation::AddUnique(key) => self.add_key(key, false),
            Operation::AddExclusion(add) => {
                let name = add.name.as_ref().map(|name| name.value.clone());
                self.add_constraint(&add.table, name, &[], "excl", ConstraintRule::Exclusion, true);
            }
            Operation::ValidateConstraint(target) => self.edit(&target.table, |table| {
                if let Some(constraint) = table.constraints.get_mut(&target.name.value) {
                    constraint.valid = true;
                }
            }),
            Operation::DropConstraint(target) => {
                self.edit(&target.table, |table| drop(table.constraints.remove(&target.name.value)));
                let owned = TableRef { schema: target.table.schema.clone(), name: target.name.value.clone() };
                self.drop_index(&owned);
            }
            Operation::RenameConstraint(rename) => {
                self.rename_constraint(&rename.table, &rename.name, &rename.to);
            }
            Operation::CreateIndex(index) => self.create_index(index),
            Operation::DropIndex(drop) => self.drop_index(&drop.index),
            Operation::RenameIndex(rename) => self.rename_index(&rename.index, &rename.to),
            Operation::AddEnumValue(add) => {
                let value = (add.type_.name.clone(), add.value.clone());
                self.session.transaction.enum_values.push(value);
            }
            Operation::Unplaced(unplaced) => {
                self.note_unknown(unplaced);
                self.apply_statement(&unplaced.statement);
            }
            other => {
                if let Some((kind, create)) = other.created() {
                    self.create_object(kind, create);
                } else if let Some((kind, drop)) = other.dropped() {
                    self.drop_object(kind, drop);
                }
            }
        }
    }

    fn apply_statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Transaction(transaction) => self.apply_transaction(transaction),
            Statement::CreateSchema { elements, .. } => {
                elements.iter().for_each(|element| self.apply(element));
            }
            Statement::Set(setting) => self.session.set(setting),
            Statement::Publish { publication, tables } => self.publish(publication, tables),
            Statement::CreateTableAs { table, temporary, if_not_exists } => {
                self.create_relation(table, *temporary, *if_not_exists, Relation::Table);
            }
            Statement::AlterTable(table, action) => self.apply_action(table, action),
            // its condition may be another one now
            Statement::ChangeTrigger(table) => self.edit_known(table, |table| table.users.clear()),
            Statement::AlterDomain(domain, action) => self.alter_domain(domain, action),
            Statement::Refresh { view, empties, .. } => self.edit(view, |view| {
                view.kind = Relation::MaterializedView;
                view.unreadable = *empties;
            }),
            Statement::Rename { kind: ObjectKind::Schema, name, to, .. } => {
                self.rename_schema(&name.name, to);
            }
            Statement::Rename { kind, name, part: None, to, table } => {
                if let Some(table) = table {
                    self.edit_known(table, |table| table.users.clear());
                }
                let old = name.in_schema(&self.session_schema());
                let new = TableName::new(old.schema.clone(), to.value.clone());
                self.objects.remove_mut(&(*kind, old));
                // nobody uses the new name yet
                self.objects.insert_mut((*kind, new), self.now());
                if matches!(kind, ObjectKind::View | ObjectKind::MaterializedView) {
                    self.rename_table(&RenameTable { table: name.clone(), to: to.clone() });
                } else if matches!(kind, ObjectKind::Type | ObjectKind::Domain)
                    && let Some(info) = self.types.get(&name.name).cloned()
                {
                    self.types.remove_mut(&name.name);
                    self.types.insert_mut(to.value.clone(), info);
                }
            }
            Statement::Write(writes) => writes.iter().for_each(|write| self.note_written(write)),
            _ => {}
        }
    }

    /// An UPDATE gives a column the values that it lacked.
    fn note_written(&mut self, write: &Write) {
        let WriteKind::Update(Reach::All | Reach::Some) = write.kind else { return };
        for column in &write.columns {
            if self.column(&write.table, column).is_some_and(|known| !known.filled) {
                self.edit_column(&write.table, column, |column| column.filled = true);
            }
        }
    }

    fn apply_action(&mut self, table: &TableRef, action: &TableAction) {
        match action {
            TableAction::Attach { partition, bound } => {
                let (parent, child) = (self.resolve(table), self.resolve(partition));
                if bound.as_ref().is_some_and(|bound| bound.value.eq_ignore_ascii_case("default")) {
                    self.edit(table, |table| table.default_partition = Some(child));
                }
                self.edit(partition, |partition| partition.partition_of = Some(parent));
            }
            TableAction::Detach { partition, .. } => {
                let (now, child) = (self.now(), self.resolve(partition));
                self.edit(partition, |partition| {
                    partition.detached = now;
                    partition.partition_of = None;
                });
                self.edit(table, |parent| parent.forget_partition(&child));
            }
            TableAction::AddNotNull { name, column, not_valid } => {
                let name = name.as_ref().map(|name| name.value.clone());
                let rule = ConstraintRule::Check {
                    condition: Expr::default(),
                    proves_not_null: BTreeSet::from([column.value.clone()]),
                };
                self.add_constraint(table, name, &[&column.value], "not_null", rule, !not_valid);
            }
            TableAction::SetSchema(schema) => self.move_table(table, schema),
            _ => {}
        }
    }

    fn apply_transaction(&mut self, transaction: &Transaction) {
        match transaction {
            Transaction::Begin => {
                self.save(None);
                self.session.begin();
            }
            Transaction::Commit { chain } => {
                self.saved.clear();
                self.session.end(*chain);
                self.drop_at_commit();
            }
            Transaction::Rollback { chain } => {
                if let Some((_, before)) = std::mem::take(&mut self.saved).into_iter().next() {
                    *self = Arc::unwrap_or_clone(before);
                }
                self.session.end(*chain);
            }
            Transaction::Savepoint(name) => self.save(Some(name.value.clone())),
            Transaction::RollbackTo(name) => {
                let at = self.saved.iter().rposition(|(saved, _)| saved.as_ref() == Some(&name.value));
                let Some(at) = at else { return };
                let mut saved = std::mem::take(&mut self.saved);
                saved.truncate(at + 1);
                if let Some((_, before)) = saved.last() {
                    *self = Self::clone(before);
                }
                self.saved = saved;
            }
            Transaction::Release => {}
        }
    }

    /// A file that the runner wraps, or one query string, can be rolled back from its start.
    pub fn save_start(&mut self) {
        if self.session.in_transaction() {
            self.save(None);
        }
    }

    fn save(&mut self, name: Option<Ident>) {
        let before = Self { saved: Vec::new(), ..self.clone() };
        self.saved.push((name, Arc::new(before)));
    }
}
