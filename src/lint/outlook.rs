//! What the whole run holds, for rules that forgive what a later file makes good.

use std::collections::BTreeMap;

use crate::ident::Ident;
use crate::migration::Migration;
use crate::migration::operation::{AddKey, CreateIndex, Operation, TableRef};

/// Indexes and validations of the whole run, by table.
#[derive(Debug, Default)]
pub struct Outlook {
    indexes: BTreeMap<Ident, Vec<(usize, Vec<String>)>>,
    validations: BTreeMap<(Ident, Ident), usize>,
}

impl Outlook {
    /// Looks through the files.
    pub fn of(migrations: &[Migration]) -> Self {
        let mut outlook = Self::default();
        for (file, migration) in migrations.iter().enumerate() {
            for step in &migration.steps {
                match &step.operation {
                    Operation::CreateIndex(index) => outlook.index(file, &index.table, columns(index)),
                    Operation::AddUnique(key) | Operation::AddPrimaryKey(key) => {
                        outlook.index(file, &key.table, key_columns(key));
                    }
                    Operation::ValidateConstraint(target) => {
                        let key = (target.table.name.clone(), target.name.value.clone());
                        outlook.validations.insert(key, file);
                    }
                    _ => {}
                }
            }
        }
        outlook
    }

    fn index(&mut self, file: usize, table: &TableRef, columns: Vec<String>) {
        self.indexes.entry(table.name.clone()).or_default().push((file, columns));
    }

    /// Whether this file or a later one makes an index that begins with these columns, in any order.
    pub fn will_index(&self, table: &TableRef, columns: &[&Ident], from: usize) -> bool {
        let begins = |index: &[String]| {
            index.len() >= columns.len()
                && index[..columns.len()]
                    .iter()
                    .all(|name| columns.iter().any(|column| column.to_string() == *name))
        };
        self.indexes
            .get(&table.name)
            .is_some_and(|known| known.iter().any(|(file, index)| *file >= from && begins(index)))
    }

    /// Whether this file or a later one validates the constraint.
    pub fn will_validate(&self, table: &TableRef, constraint: &Ident, from: usize) -> bool {
        let key = (table.name.clone(), constraint.clone());
        self.validations.get(&key).is_some_and(|file| *file >= from)
    }
}

fn columns(index: &CreateIndex) -> Vec<String> {
    index.columns.iter().map(|column| column.value.clone()).collect()
}

fn key_columns(key: &AddKey) -> Vec<String> {
    key.columns.iter().map(ToString::to_string).collect()
}
