//! What statements change about tables and their columns.

use std::sync::Arc;

use super::object::{Column, ConstraintRule, Relation, Table};
use super::{Schema, TEMPORARY};
use crate::ident::{Ident, TableName};
use crate::lint::created;
use crate::migration::operation::{
    CreateTable, Name, RenameColumn, RenameTable, SqlText, TableRef, TransformColumns,
};
use crate::migration::{self, mentions};

impl Schema {
    /// Changes a table; one that no file spoke of before is known from here on.
    pub(super) fn edit(&mut self, table: &TableRef, change: impl FnOnce(&mut Table)) {
        let name = self.resolve(table);
        match self.tables.get_mut(&name) {
            Some(known) => change(Arc::make_mut(known)),
            None => {
                let mut new = Table::default();
                change(&mut new);
                self.tables.insert_mut(name, Arc::new(new));
            }
        }
    }

    /// The same for a table only that a file spoke of before.
    pub(super) fn edit_known(&mut self, table: &TableRef, change: impl FnOnce(&mut Table)) {
        let name = self.resolve(table);
        if let Some(known) = self.tables.get_mut(&name) {
            change(Arc::make_mut(known));
        }
    }

    pub(super) fn edit_column(&mut self, table: &TableRef, column: &Name, change: impl FnOnce(&mut Column)) {
        self.edit(table, |table| change(table.columns.entry(column.value.clone()).or_default()));
    }

    pub(super) fn forget(&mut self, table: &TableRef) {
        let name = self.resolve(table);
        if let Some(parent) = self.relation(&name).and_then(|table| table.partition_of.clone()) {
            let parent = TableRef { schema: Some(parent.schema), name: parent.name };
            self.edit(&parent, |parent| parent.forget_partition(&name));
        }
        self.tables.remove_mut(&name);
        self.views.remove_mut(&name);
        self.forget_views_of(&name, None);
        let gone = self.indexes_of(&name).map(|(index, _)| index.clone()).collect::<Vec<_>>();
        gone.into_iter().for_each(|index| self.forget_index(index));
    }

    pub(super) fn create_relation(
        &mut self,
        table: &TableRef,
        temporary: bool,
        if_not_exists: bool,
        kind: Relation,
    ) {
        let name = match (&table.schema, temporary) {
            (None, true) => TableName::new(TEMPORARY, table.name.clone()),
            _ => table.in_schema(&self.session_schema()),
        };
        if !(if_not_exists && self.tables.contains_key(&name)) {
            let new = Table { created_in: self.now(), kind, complete: true, ..Table::default() };
            self.views.remove_mut(&name);
            self.tables.insert_mut(name, Arc::new(new));
        }
    }

    pub(super) fn create_table(&mut self, create: &CreateTable) {
        if create.if_not_exists && self.table(&create.table).is_some() {
            return;
        }
        let partition_key =
            create.options.as_ref().and_then(|options| migration::after(options, "PARTITION BY"));
        let kind = if partition_key.is_some() { Relation::Partitioned } else { Relation::Table };
        self.create_relation(&create.table, create.temporary, create.if_not_exists, kind);
        let (now, name) = (self.now(), create.table.name.clone());
        self.edit(&create.table, |table| {
            create.columns.iter().for_each(|column| table.add(&name, column, now));
            // a partition, a copy or a query may bring columns that no file spells out
            table.complete = create.partition_of.is_none() && !create.columns.is_empty();
            table.partition_key = partition_key;
            table.drops_at_commit =
                create.options.as_ref().is_some_and(|text| mentions(text, "ON COMMIT DROP"));
        });
        create.columns.iter().for_each(|column| self.add_column_key(&create.table, column));
        if let Some(parent) = &create.partition_of {
            let (parent_name, child) = (self.resolve(parent), self.resolve(&create.table));
            self.edit(&create.table, |table| table.partition_of = Some(parent_name));
            let default =
                |options: &SqlText| mentions(options, "DEFAULT") && !mentions(options, "FOR VALUES");
            if create.options.as_ref().is_some_and(default) {
                self.edit(parent, |parent| parent.default_partition = Some(child));
            }
        }
        created::constraints(create).iter().for_each(|constraint| self.apply(constraint));
    }

    pub(super) fn rename_table(&mut self, rename: &RenameTable) {
        let old = self.resolve(&rename.table);
        let new = TableName::new(old.schema.clone(), rename.to.value.clone());
        // ALTER TABLE renames indexes too
        if self.tables.contains_key(&old) {
            self.rename_everywhere(&old, &new);
        } else {
            self.rename_index(&rename.table, &rename.to);
        }
    }

    /// `SET SCHEMA`: its indexes move along.
    pub(super) fn move_table(&mut self, table: &TableRef, schema: &Ident) {
        let old = self.resolve(table);
        self.rename_everywhere(&old, &TableName::new(schema.clone(), old.name.clone()));
    }

    pub(super) fn rename_schema(&mut self, old: &Ident, new: &Ident) {
        let inside = self.tables.keys().filter(|name| name.schema == *old).cloned().collect::<Vec<_>>();
        for table in inside {
            self.rename_everywhere(&table, &TableName::new(new.clone(), table.name.clone()));
        }
    }

    fn rename_everywhere(&mut self, old: &TableName, new: &TableName) {
        let Some(table) = self.tables.get(old).cloned() else { return };
        self.tables.remove_mut(old);
        self.tables.insert_mut(new.clone(), table);
        self.rename_in_views(old, new);
        let moved = self.indexes_of(old).map(|(name, _)| name.clone()).collect::<Vec<_>>();
        for name in moved {
            let Some(mut index) = self.indexes.remove(&name) else { continue };
            Arc::make_mut(&mut index).table = new.clone();
            self.indexes.insert(TableName::new(new.schema.clone(), name.name), index);
        }
        let held = self.session.transaction.held.iter_mut().filter(|held| held.table == *old);
        held.for_each(|held| held.table = new.clone());
    }

    /// Temporary tables that end with their transaction.
    pub(super) fn drop_at_commit(&mut self) {
        let temporary = self.temporary_tables();
        for name in temporary {
            if self.relation(&name).is_some_and(|table| table.drops_at_commit) {
                self.tables.remove_mut(&name);
            }
        }
    }

    pub(super) fn drop_column(&mut self, table: &TableRef, column: &Ident) {
        self.forget_views_of(&self.resolve(table), Some(column));
        self.edit(table, |table| {
            table.columns.remove(column);
            table.users.retain(|_, columns| !columns.contains(column));
            table.constraints.retain(|_, constraint| match &constraint.rule {
                ConstraintRule::Check { proves_not_null, .. } => !proves_not_null.contains(column),
                ConstraintRule::ForeignKey { columns, .. }
                | ConstraintRule::Unique(columns)
                | ConstraintRule::PrimaryKey(columns) => !columns.contains(column),
                ConstraintRule::Exclusion => true,
            });
        });
    }

    pub(super) fn rename_column(&mut self, rename: &RenameColumn) {
        let (old, new) = (&rename.column.value, &rename.to.value);
        self.edit(&rename.table, |table| {
            if let Some(column) = table.columns.remove(old) {
                table.columns.insert(new.clone(), column);
            }
            table.constraints.values_mut().for_each(|constraint| constraint.rule.rename(old, new));
            for columns in table.users.values_mut().filter(|columns| columns.contains(old)) {
                columns.remove(old);
                columns.insert(new.clone());
            }
        });
        self.rename_column_in_views(&self.resolve(&rename.table), old, new);
    }

    pub(super) fn transform(&mut self, transform: &TransformColumns) {
        let now = self.now();
        self.edit(&transform.table, |table| {
            table.columns.retain(|name, _| !transform.from.iter().any(|gone| gone.value == *name));
            for new in &transform.to {
                let type_ = Some(new.type_.value.clone());
                let default = new.default.is_some();
                let not_null = new.not_null;
                let column =
                    Column { type_, not_null, default, computed: None, filled: true, created_in: now };
                table.columns.insert(new.name.value.clone(), column);
            }
        });
    }
}
