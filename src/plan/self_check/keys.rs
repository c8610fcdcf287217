//! Which key a foreign key depends on: PostgreSQL binds it to the first index over the columns, and won't drop that one.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Index, Table};
use crate::ident::{Ident, TableName};

/// Foreign keys by table and name, with the table and index that each of them depends on.
#[derive(Debug, Clone, Default)]
pub(super) struct Bindings(BTreeMap<(TableName, Ident), (TableName, Ident)>);

impl Bindings {
    /// Those of a catalog, where only one index comes into question.
    pub(super) fn of(catalog: &Catalog) -> Self {
        let mut bound = Self::default();
        for (parent, table) in &catalog.tables {
            for key in &table.referenced_by {
                let mut candidates = candidates(table, &key.columns);
                if let (Some(index), None) = (candidates.next(), candidates.next()) {
                    let child = (key.table.clone(), key.constraint.clone());
                    bound.0.insert(child, (parent.clone(), index.name.clone()));
                }
            }
        }
        bound
    }

    /// A foreign key that is new depends on the oldest index.
    pub(super) fn add(&mut self, catalog: &Catalog) {
        for (parent, table) in &catalog.tables {
            for key in &table.referenced_by {
                let child = (key.table.clone(), key.constraint.clone());
                if let Some(index) = candidates(table, &key.columns).next() {
                    self.0.entry(child).or_insert_with(|| (parent.clone(), index.name.clone()));
                }
            }
        }
    }

    /// Forgets what is gone.
    pub(super) fn prune(&mut self, catalog: &Catalog) {
        self.0.retain(|(child, name), _| {
            catalog.tables.values().any(|table| {
                table.referenced_by.iter().any(|key| key.table == *child && key.constraint == *name)
            })
        });
    }

    /// An index has another name.
    pub(super) fn rename_index(&mut self, table: &TableName, from: &Ident, to: &Ident) {
        for (parent, index) in self.0.values_mut() {
            if parent == table && index == from {
                *index = to.clone();
            }
        }
    }

    /// A foreign key has another name.
    pub(super) fn rename_key(&mut self, table: &TableName, from: &Ident, to: &Ident) {
        if let Some(on) = self.0.remove(&(table.clone(), from.clone())) {
            self.0.insert((table.clone(), to.clone()), on);
        }
    }

    /// A table has another name.
    pub(super) fn rename_table(&mut self, from: &TableName, to: &TableName) {
        let renamed = |table: TableName| if table == *from { to.clone() } else { table };
        self.0 = std::mem::take(&mut self.0)
            .into_iter()
            .map(|((child, key), (parent, index))| ((renamed(child), key), (renamed(parent), index)))
            .collect();
    }

    /// The foreign key that depends on an index.
    pub(super) fn on(&self, table: &TableName, index: &Ident) -> Option<String> {
        let hangs = |(_, on): &(&(TableName, Ident), &(TableName, Ident))| on.0 == *table && on.1 == *index;
        self.0.iter().find(hangs).map(|((child, key), _)| format!("foreign key {key} of {child}"))
    }
}

/// The unique indexes over just these columns, as old as they are.
fn candidates<'t>(table: &'t Table, columns: &'t [Ident]) -> impl Iterator<Item = &'t Index> {
    table.indexes.iter().filter(move |index| {
        let keys = index.parts.iter().take(index.keys).flatten();
        let same = keys.clone().count() == columns.len() && keys.clone().all(|key| columns.contains(key));
        index.unique
            && index.valid
            && same
            && index.keys == columns.len()
            && !index.definition.contains(" WHERE ")
    })
}
