//! The indexes, and what statements change about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rpds::{RedBlackTreeMapSync as Map, RedBlackTreeSetSync as Set};

use super::Schema;
use super::object::Index;
use crate::ident::{Ident, TableName};
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{CreateIndex, TableRef};
use crate::pg::naming;

/// The indexes by their names, and their names by table.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    known: Map<TableName, Arc<Index>>,
    names: Map<TableName, Set<TableName>>,
}

impl Indexes {
    pub fn of(known: &BTreeMap<TableName, Index>) -> Self {
        let mut indexes = Self::default();
        known.iter().for_each(|(name, index)| indexes.insert(name.clone(), Arc::new(index.clone())));
        indexes
    }

    pub fn get(&self, name: &TableName) -> Option<&Arc<Index>> {
        self.known.get(name)
    }

    pub fn contains(&self, name: &TableName) -> bool {
        self.known.contains_key(name)
    }

    /// Those of a table, sorted by name.
    pub fn on<'a>(&'a self, table: &TableName) -> impl Iterator<Item = (&'a TableName, &'a Arc<Index>)> {
        let names = self.names.get(table).into_iter().flat_map(Set::iter);
        names.filter_map(|name| Some((name, self.known.get(name)?)))
    }

    pub fn insert(&mut self, name: TableName, index: Arc<Index>) {
        self.remove(&name);
        match self.names.get_mut(&index.table) {
            Some(names) => names.insert_mut(name.clone()),
            None => self.names.insert_mut(index.table.clone(), Set::new_sync().insert(name.clone())),
        }
        self.known.insert_mut(name, index);
    }

    pub fn remove(&mut self, name: &TableName) -> Option<Arc<Index>> {
        let index = self.known.get(name).cloned()?;
        self.known.remove_mut(name);
        if let Some(names) = self.names.get_mut(&index.table) {
            names.remove_mut(name);
        }
        Some(index)
    }
}

impl Schema {
    pub(super) fn create_index(&mut self, create: &CreateIndex) {
        let table = self.resolve(&create.table);
        let columns = create.columns.clone();
        let generated = || {
            let names = naming::joined(&naming::index_columns(columns.iter().map(IndexKey::name)));
            let taken =
                |name: &Ident| self.indexes.contains(&TableName::new(table.schema.clone(), name.clone()));
            naming::object_name(table.name.as_str(), &names, "idx", taken)
        };
        let name = create.name.as_ref().map_or_else(generated, |name| name.value.clone());
        let key = TableName::new(table.schema.clone(), name);
        if create.if_not_exists && self.indexes.contains(&key) {
            return;
        }
        let (created_in, unique) = (self.now(), create.unique);
        let predicate = create.predicate.clone();
        let btree = create.using.as_ref().is_none_or(|method| method.as_str() == "btree");
        let index = Index { created_in, table, columns, unique, predicate, btree, constraint: None };
        self.indexes.insert(key, Arc::new(index));
    }

    pub(super) fn drop_index(&mut self, index: &TableRef) {
        let name = self.resolve_index(index);
        self.forget_index(name);
    }

    pub(super) fn forget_index(&mut self, name: TableName) {
        self.indexes.remove(&name);
        self.dropped_indexes.insert_mut(name);
    }

    /// The index that a constraint owns has its name.
    pub(super) fn rename_constraint(&mut self, table: &TableRef, old: &Ident, new: &Ident) {
        self.edit(table, |table| {
            if let Some(constraint) = table.constraints.remove(old) {
                table.constraints.insert(new.clone(), constraint);
            }
        });
        let name = TableName::new(self.resolve(table).schema, old.clone());
        if self.indexes.get(&name).is_some_and(|index| index.constraint.is_some())
            && let Some(mut index) = self.indexes.remove(&name)
        {
            Arc::make_mut(&mut index).constraint = Some(new.clone());
            self.indexes.insert(TableName::new(name.schema, new.clone()), index);
        }
    }

    pub(super) fn rename_index(&mut self, index: &TableRef, new: &Ident) {
        let name = self.resolve_index(index);
        let Some(index) = self.indexes.get(&name).cloned() else { return };
        if let Some(constraint) = &index.constraint {
            let table = TableRef { schema: Some(index.table.schema.clone()), name: index.table.name.clone() };
            return self.rename_constraint(&table, &constraint.clone(), new);
        }
        self.indexes.remove(&name);
        self.indexes.insert(TableName::new(name.schema, new.clone()), index);
    }
}
