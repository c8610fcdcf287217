//! What statements change about indexes.

use std::rc::Rc;

use super::Schema;
use super::object::Index;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{CreateIndex, TableRef};

impl Schema {
    pub(super) fn create_index(&mut self, create: &CreateIndex) {
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
        let (born, unique) = (self.now(), create.unique);
        let predicate = create.predicate.as_ref().map(|predicate| predicate.value.clone());
        let btree = create.using.as_ref().is_none_or(|method| method.as_str() == "btree");
        let index = Index { born, table, columns, unique, predicate, btree, constraint: None };
        self.indexes.insert_mut(key, Rc::new(index));
    }

    pub(super) fn drop_index(&mut self, index: &TableRef) {
        let name = self.resolve_index(index);
        self.forget_index(name);
    }

    pub(super) fn forget_index(&mut self, name: TableName) {
        self.indexes.remove_mut(&name);
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
        let owned = self.indexes.get(&name).filter(|index| index.constraint.is_some()).cloned();
        if let Some(mut index) = owned {
            Rc::make_mut(&mut index).constraint = Some(new.clone());
            self.indexes.remove_mut(&name);
            self.indexes.insert_mut(TableName::new(name.schema, new.clone()), index);
        }
    }

    pub(super) fn rename_index(&mut self, index: &TableRef, new: &Ident) {
        let name = self.resolve_index(index);
        let Some(index) = self.indexes.get(&name).cloned() else { return };
        if let Some(constraint) = &index.constraint {
            let table = TableRef { schema: Some(index.table.schema.clone()), name: index.table.name.clone() };
            return self.rename_constraint(&table, &constraint.clone(), new);
        }
        self.indexes.remove_mut(&name);
        self.indexes.insert_mut(TableName::new(name.schema, new.clone()), index);
    }
}
