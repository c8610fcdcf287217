//! What each statement changes in the schema.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::object::{Column, Constraint, ConstraintRule, Index, Relation, Table, TypeInfo, TypeKind};
use super::{Function, Held, Schema, TEMPORARY};
use crate::ident::{Ident, TableName};
use crate::lint::impact::Impact;
use crate::migration::object::{CreateObject, DropObject, ObjectKind};
use crate::migration::operation::{
    AddCheck, AddForeignKey, AddKey, CreateIndex, CreateTable, Name, Operation, RenameColumn, RenameTable,
    TableRef, TransformColumns,
};
use crate::migration::source::Source;
use crate::migration::statement::{Statement, TableAction, Transaction};
use crate::migration::{self, Piece, mentions};

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

    /// The end of a statement: outside a transaction its locks are gone.
    pub fn settle(&mut self, impacts: &[Impact]) {
        let blocking = impacts.iter().flat_map(|impact| &impact.locks).filter(|(_, lock)| lock.is_blocking());
        let held = blocking.map(|(table, lock)| Held { table: table.clone(), lock: *lock });
        self.session.transaction.held.extend(held.collect::<Vec<_>>());
        self.session.settle();
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
            Operation::AddCheck(check) => self.add_check(check),
            Operation::AddForeignKey(key) => self.add_foreign_key(key),
            Operation::AddPrimaryKey(key) => {
                for column in &key.columns {
                    self.edit_column(&key.table, column, |column| column.not_null = true);
                }
                self.add_key(key, true);
            }
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
            Operation::RenameConstraint(rename) => self.edit(&rename.table, |table| {
                if let Some(constraint) = table.constraints.remove(&rename.name.value) {
                    table.constraints.insert(rename.to.value.clone(), constraint);
                }
            }),
            Operation::CreateIndex(index) => self.create_index(index),
            Operation::DropIndex(drop) => self.drop_index(&drop.index),
            Operation::RenameIndex(rename) => {
                let old = rename.index.in_schema(&self.session_schema());
                let new = TableName::new(old.schema.clone(), rename.to.value.clone());
                if let Some(index) = self.indexes.get(&old).cloned() {
                    self.indexes.remove_mut(&old);
                    self.indexes.insert_mut(new, index);
                }
            }
            Operation::AddEnumValue(add) => {
                let value = (add.type_.name.clone(), add.value.clone());
                self.session.transaction.enum_values.push(value);
            }
            Operation::Unplaced(unplaced) => self.apply_statement(&unplaced.statement),
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
            Statement::Set(setting) => self.session.set(setting),
            Statement::CreateTableAs { table, temporary, if_not_exists } => {
                self.create_relation(table, *temporary, *if_not_exists, Relation::Table);
            }
            Statement::AlterTable(table, action) => self.apply_action(table, action),
            Statement::Rename { kind, name, .. } => {
                let key = (*kind, name.in_schema(&self.session_schema()));
                self.objects.remove_mut(&key);
            }
            _ => {}
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
                self.edit(table, |parent| {
                    parent.default_partition = parent.default_partition.take().filter(|name| *name != child);
                });
            }
            TableAction::AddNotNull { name, column, not_valid } => {
                let name = name.as_ref().map(|name| name.value.clone());
                let rule = ConstraintRule::Check {
                    condition: format!("{} IS NOT NULL", column.value),
                    proves_not_null: BTreeSet::from([column.value.clone()]),
                };
                self.add_constraint(table, name, &[&column.value], "not_null", rule, !not_valid);
            }
            TableAction::SetSchema => self.forget(table),
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
            }
            Transaction::Rollback { chain } => {
                if let Some((_, before)) = std::mem::take(&mut self.saved).into_iter().next() {
                    *self = Rc::unwrap_or_clone(before);
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
        self.saved.push((name, Rc::new(before)));
    }

    /// Changes a table; one that no file spoke of before is known from here on.
    fn edit(&mut self, table: &TableRef, change: impl FnOnce(&mut Table)) {
        let name = self.resolve(table);
        match self.tables.get_mut(&name) {
            Some(known) => change(Rc::make_mut(known)),
            None => {
                let mut new = Table::default();
                change(&mut new);
                self.tables.insert_mut(name, Rc::new(new));
            }
        }
    }

    fn edit_column(&mut self, table: &TableRef, column: &Name, change: impl FnOnce(&mut Column)) {
        self.edit(table, |table| change(table.columns.entry(column.value.clone()).or_default()));
    }

    fn forget(&mut self, table: &TableRef) {
        let name = self.resolve(table);
        self.tables.remove_mut(&name);
        let gone = self.indexes_of(&name).map(|(index, _)| index.clone()).collect::<Vec<_>>();
        for index in &gone {
            self.indexes.remove_mut(index);
        }
    }

    fn create_relation(&mut self, table: &TableRef, temporary: bool, if_not_exists: bool, kind: Relation) {
        let name = match (&table.schema, temporary) {
            (None, true) => TableName::new(TEMPORARY, table.name.clone()),
            _ => table.in_schema(&self.session_schema()),
        };
        if !(if_not_exists && self.tables.contains_key(&name)) {
            let new = Table { born: self.now(), kind, complete: true, ..Table::default() };
            self.tables.insert_mut(name, Rc::new(new));
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        if create.if_not_exists && self.table(&create.table).is_some() {
            return;
        }
        let partitioned = create.options.as_ref().is_some_and(|options| mentions(options, "PARTITION BY"));
        let kind = if partitioned { Relation::Partitioned } else { Relation::Table };
        self.create_relation(&create.table, create.temporary, create.if_not_exists, kind);
        let (now, name) = (self.now(), create.table.name.clone());
        self.edit(&create.table, |table| {
            create.columns.iter().for_each(|column| table.add(&name, column, now));
            // a partition, a copy or a query may bring columns that no file spells out
            table.complete = create.partition_of.is_none() && !create.columns.is_empty();
        });
        create.columns.iter().for_each(|column| self.add_column_key(&create.table, column));
        if let Some(parent) = &create.partition_of {
            let (parent_name, child) = (self.resolve(parent), self.resolve(&create.table));
            self.edit(&create.table, |table| table.partition_of = Some(parent_name));
            if create.options.as_ref().is_some_and(|options| mentions(options, "DEFAULT")) {
                self.edit(parent, |parent| parent.default_partition = Some(child));
            }
        }
        // in parentheses or added later, a constraint means the same
        for constraint in &create.constraints {
            let added = format!("ALTER TABLE {} ADD {}", create.table, constraint.value);
            if let Ok(added) = migration::parse(Source::new("constraint.sql", added)) {
                added.steps.iter().for_each(|step| self.apply(&step.operation));
            }
        }
    }

    /// The constraints that a column definition brings besides its CHECK.
    fn add_column_key(&mut self, table: &TableRef, column: &crate::migration::operation::ColumnDef) {
        let columns = std::slice::from_ref(&column.name);
        let name = |written: &Option<Name>| written.as_ref().map(|name| name.value.clone());
        let names = [&column.name.value];
        if column.primary_key {
            let rule = ConstraintRule::PrimaryKey(vec![column.name.value.clone()]);
            self.add_constraint(table, name(&column.names.primary_key), &[], "pkey", rule, true);
        }
        if column.unique {
            let rule = ConstraintRule::Unique(vec![column.name.value.clone()]);
            self.add_constraint(table, name(&column.names.unique), &names, "key", rule, true);
        }
        if let Some((parent, _)) = column.references.as_ref().and_then(|text| migration::referenced(text)) {
            let columns = columns.iter().map(|column| column.value.clone()).collect();
            let rule = ConstraintRule::ForeignKey { columns, references: self.resolve(&parent) };
            self.add_constraint(table, name(&column.names.references), &names, "fkey", rule, true);
        }
    }

    fn rename_table(&mut self, rename: &RenameTable) {
        let old = self.resolve(&rename.table);
        let new = TableName::new(old.schema.clone(), rename.to.value.clone());
        if let Some(table) = self.tables.get(&old).cloned() {
            self.tables.remove_mut(&old);
            self.tables.insert_mut(new.clone(), table);
        }
        let moved = self.indexes_of(&old).map(|(index, _)| index.clone()).collect::<Vec<_>>();
        for index in moved {
            if let Some(index) = self.indexes.get_mut(&index) {
                Rc::make_mut(index).table = new.clone();
            }
        }
    }

    fn drop_column(&mut self, table: &TableRef, column: &Ident) {
        self.edit(table, |table| {
            table.columns.remove(column);
            table.constraints.retain(|_, constraint| match &constraint.rule {
                ConstraintRule::Check { proves_not_null, .. } => !proves_not_null.contains(column),
                ConstraintRule::ForeignKey { columns, .. }
                | ConstraintRule::Unique(columns)
                | ConstraintRule::PrimaryKey(columns) => !columns.contains(column),
                ConstraintRule::Exclusion => true,
            });
        });
    }

    fn rename_column(&mut self, rename: &RenameColumn) {
        let (old, new) = (&rename.column.value, &rename.to.value);
        self.edit(&rename.table, |table| {
            if let Some(column) = table.columns.remove(old) {
                table.columns.insert(new.clone(), column);
            }
            table.constraints.values_mut().for_each(|constraint| constraint.rule.rename(old, new));
        });
    }

    fn transform(&mut self, transform: &TransformColumns) {
        let now = self.now();
        self.edit(&transform.table, |table| {
            table.columns.retain(|name, _| !transform.from.iter().any(|gone| gone.value == *name));
            for new in &transform.to {
                let type_ = Some(new.type_.value.clone());
                let column = Column { type_, not_null: new.not_null, born: now };
                table.columns.insert(new.name.value.clone(), column);
            }
        });
    }

    fn add_check(&mut self, check: &AddCheck) {
        let (now, table) = (self.now(), check.table.name.clone());
        let name = check.name.as_ref().map(|name| name.value.clone());
        self.edit(&check.table, |entry| entry.add_check(&table, name, &check.check, !check.not_valid, now));
    }

    fn add_foreign_key(&mut self, key: &AddForeignKey) {
        let columns = key.columns.iter().map(|column| column.value.clone()).collect::<Vec<_>>();
        let names = key.columns.iter().map(|column| &column.value).collect::<Vec<_>>();
        let rule = ConstraintRule::ForeignKey { columns, references: self.resolve(&key.references) };
        let name = key.name.as_ref().map(|name| name.value.clone());
        self.add_constraint(&key.table, name, &names, "fkey", rule, !key.not_valid);
    }

    fn add_key(&mut self, key: &AddKey, primary: bool) {
        let written = key.name.as_ref().or(key.using_index.as_ref()).map(|name| name.value.clone());
        let adopted = key.using_index.as_ref().and_then(|index| {
            let index = TableRef { schema: key.table.schema.clone(), name: index.value.clone() };
            let name = index.in_schema(&self.session_schema());
            let adopted = self.indexes.get(&name).cloned();
            self.indexes.remove_mut(&name);
            adopted
        });
        let columns = match &adopted {
            Some(index) => index.columns.iter().map(|column| Ident::parse(column)).collect(),
            None => key.columns.iter().map(|column| column.value.clone()).collect::<Vec<_>>(),
        };
        let names = columns.iter().collect::<Vec<_>>();
        let (names, suffix) = if primary { (Vec::new(), "pkey") } else { (names, "key") };
        let rule = match primary {
            true => ConstraintRule::PrimaryKey(columns.clone()),
            false => ConstraintRule::Unique(columns.clone()),
        };
        self.add_constraint(&key.table, written, &names, suffix, rule, true);
    }

    /// Adds a constraint, with the name that PostgreSQL would give it where none is written, and the index of a key.
    fn add_constraint(
        &mut self,
        table: &TableRef,
        name: Option<Ident>,
        columns: &[&Ident],
        suffix: &str,
        rule: ConstraintRule,
        valid: bool,
    ) {
        let born = self.now();
        let free = |known: &Table| known.free_name(&table.name, columns.iter().copied(), suffix);
        let name = name.unwrap_or_else(|| self.table(table).map_or_else(|| free(&Table::default()), free));
        let constraint = Constraint { rule: rule.clone(), valid, born };
        self.edit(table, |entry| drop(entry.constraints.insert(name.clone(), constraint)));
        if let ConstraintRule::Unique(columns) | ConstraintRule::PrimaryKey(columns) = rule {
            let table = self.resolve(table);
            let key = TableName::new(table.schema.clone(), name.clone());
            let columns = columns.iter().map(ToString::to_string).collect();
            let index = Index { born, table, columns, unique: true, partial: false, constraint: Some(name) };
            self.indexes.insert_mut(key, Rc::new(index));
        }
    }

    fn create_index(&mut self, create: &CreateIndex) {
        let table = self.resolve(&create.table);
        let columns = create.columns.iter().map(|column| column.value.clone()).collect::<Vec<_>>();
        let generated = || {
            let parts =
                std::iter::once(table.name.as_str()).chain(columns.iter().map(String::as_str)).chain(["idx"]);
            Ident::new(crate::ident::fit(&parts.collect::<Vec<_>>().join("_")))
        };
        let name = create.name.as_ref().map_or_else(generated, |name| name.value.clone());
        let key = TableName::new(table.schema.clone(), name);
        if create.if_not_exists && self.indexes.contains_key(&key) {
            return;
        }
        let (born, unique, partial) = (self.now(), create.unique, create.predicate.is_some());
        let index = Index { born, table, columns, unique, partial, constraint: None };
        self.indexes.insert_mut(key, Rc::new(index));
    }

    fn drop_index(&mut self, index: &TableRef) {
        let name = index.in_schema(&self.session_schema());
        self.indexes.remove_mut(&name);
    }

    fn create_object(&mut self, kind: ObjectKind, create: &CreateObject) {
        let key = (kind, create.name.in_schema(&self.session_schema()));
        let exists = self.objects.contains_key(&key);
        let kept = exists && (create.or_replace || create.if_not_exists);
        if !kept && !create.or_replace {
            self.objects.insert_mut(key, self.now());
        }
        let definition = create.definition.as_ref().map_or("", |text| text.value.as_str());
        let name = create.name.name.clone();
        let born = self.now();
        match kind {
            ObjectKind::View if (!create.or_replace || self.table(&create.name).is_none()) => {
                let temporary = create.modifier.as_ref().is_some_and(|word| word.value.starts_with("TEMP"));
                self.create_relation(&create.name, temporary, create.or_replace, Relation::View);
            }
            ObjectKind::MaterializedView => {
                self.create_relation(&create.name, false, create.if_not_exists, Relation::MaterializedView);
            }
            ObjectKind::Domain => {
                self.types.insert_mut(name, Rc::new(TypeInfo { born, kind: domain(definition) }));
            }
            ObjectKind::Type => {
                self.session.transaction.types.push(name.clone());
                self.types.insert_mut(name, Rc::new(TypeInfo { born, kind: TypeKind::Other }));
            }
            ObjectKind::Function | ObjectKind::Procedure => {
                self.functions.insert_mut(name, function(definition));
            }
            ObjectKind::Policy => {
                if let Some(table) = &create.table {
                    self.edit(table, |table| table.has_policy = true);
                }
            }
            _ => {}
        }
    }

    fn drop_object(&mut self, kind: ObjectKind, drop: &DropObject) {
        let key = (kind, drop.name.in_schema(&self.session_schema()));
        self.objects.remove_mut(&key);
        match kind {
            ObjectKind::View | ObjectKind::MaterializedView => self.forget(&drop.name),
            ObjectKind::Type | ObjectKind::Domain => {
                self.types.remove_mut(&drop.name.name);
            }
            _ => {}
        }
    }
}

/// Reads what follows `CREATE DOMAIN name`.
fn domain(definition: &str) -> TypeKind {
    const CLAUSES: &[&str] = &["collate", "default", "constraint", "not", "null", "check"];
    let mut words = definition.split_whitespace().peekable();
    words.next_if(|word| word.eq_ignore_ascii_case("as"));
    let is_clause = |word: &&str| {
        let lower = word.to_lowercase();
        CLAUSES.iter().any(|clause| lower == *clause || lower.starts_with(&format!("{clause}(")))
    };
    let base = words.take_while(|word| !is_clause(word)).collect::<Vec<_>>().join(" ");
    let constrained = mentions(definition, "CHECK") || mentions(definition, "NOT NULL");
    TypeKind::Domain { base, constrained }
}

fn function(definition: &str) -> Function {
    let declared = |word: &str| mentions(definition, word);
    let volatile = !declared("IMMUTABLE") && !declared("STABLE");
    let body = definition.split_once("$").map_or("", |(_, body)| body);
    let body = body.split_once('$').map_or(body, |(_, body)| body);
    let changes = |sql: &str| {
        ["create", "alter", "drop", "truncate"].iter().any(|verb| sql.to_lowercase().starts_with(verb))
    };
    let changes_schema = migration::pieces(body).iter().any(|piece| match piece {
        Piece::Sql(span) => changes(&body[span.range()]),
        Piece::Constant(sql) => changes(&sql.value),
        Piece::Dynamic(span) => {
            let text = body[span.range()].to_lowercase();
            ["create ", "alter ", "drop ", "truncate "].iter().any(|verb| text.contains(verb))
        }
    });
    Function { volatile, changes_schema }
}
