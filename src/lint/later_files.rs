//! What the whole run holds, for rules that forgive what a later file makes good.

use std::collections::BTreeMap;

use crate::ident::Ident;
use crate::migration::Migration;
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{AddKey, Operation, TableRef};

/// Indexes and validations of the whole run, by table.
#[derive(Debug, Default)]
pub struct LaterFiles {
    indexes: BTreeMap<Ident, Vec<(usize, Vec<IndexKey>)>>,
    validations: BTreeMap<(Ident, Ident), usize>,
}

impl LaterFiles {
    /// Looks through the files.
    pub fn of(migrations: &[Migration]) -> Self {
        let mut later_files = Self::default();
        for (file, migration) in migrations.iter().enumerate() {
            for step in &migration.steps {
                match &step.operation {
                    Operation::CreateIndex(index) if index.predicate.is_none() => {
                        later_files.index(file, &index.table, index.columns.clone());
                    }
                    Operation::AddUnique(key) | Operation::AddPrimaryKey(key) => {
                        later_files.index(file, &key.table, key_columns(key));
                    }
                    Operation::ValidateConstraint(target) => {
                        let key = (target.table.name.clone(), target.name.value.clone());
                        later_files.validations.insert(key, file);
                    }
                    _ => {}
                }
            }
        }
        later_files
    }

    fn index(&mut self, file: usize, table: &TableRef, columns: Vec<IndexKey>) {
        self.indexes.entry(table.name.clone()).or_default().push((file, columns));
    }

    /// Whether this file or a later one makes an index that begins with these columns, in any order.
    pub fn will_index(&self, table: &TableRef, columns: &[&Ident], from: usize) -> bool {
        self.indexes.get(&table.name).is_some_and(|known| {
            known.iter().any(|(file, index)| *file >= from && begins_with(index, columns))
        })
    }

    /// Whether this file or a later one validates the constraint.
    pub fn will_validate(&self, table: &TableRef, constraint: &Ident, from: usize) -> bool {
        let key = (table.name.clone(), constraint.clone());
        self.validations.get(&key).is_some_and(|file| *file >= from)
    }
}

/// Whether an index begins with these columns, in any order. It may sort them its own way: `a DESC`.
pub fn begins_with(index: &[IndexKey], columns: &[&Ident]) -> bool {
    let head = index.get(..columns.len()).unwrap_or_default();
    !head.is_empty() && columns.iter().all(|column| head.iter().any(|key| key.column() == Some(column)))
}

fn key_columns(key: &AddKey) -> Vec<IndexKey> {
    key.columns.iter().map(|column| IndexKey::plain(column)).collect()
}
