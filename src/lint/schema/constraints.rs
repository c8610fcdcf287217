//! What statements change about constraints.

use std::sync::Arc;

use super::Schema;
use super::object::{Constraint, ConstraintRule, Index, Table};
use crate::ident::{Ident, TableName};
use crate::migration;
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{AddCheck, AddForeignKey, AddKey, ColumnDef, Name, TableRef};

impl Schema {
    /// The constraints that a column definition brings besides its CHECK.
    pub(super) fn add_column_key(&mut self, table: &TableRef, column: &ColumnDef) {
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

    pub(super) fn add_check(&mut self, check: &AddCheck) {
        let (now, table) = (self.now(), check.table.name.clone());
        let name = check.name.as_ref().map(|name| name.value.clone());
        self.edit(&check.table, |entry| entry.add_check(&table, name, &check.check, !check.not_valid, now));
    }

    pub(super) fn add_foreign_key(&mut self, key: &AddForeignKey) {
        let columns = key.columns.iter().map(|column| column.value.clone()).collect::<Vec<_>>();
        let names = key.columns.iter().map(|column| &column.value).collect::<Vec<_>>();
        let rule = ConstraintRule::ForeignKey { columns, references: self.resolve(&key.references) };
        let name = key.name.as_ref().map(|name| name.value.clone());
        self.add_constraint(&key.table, name, &names, "fkey", rule, !key.not_valid);
    }

    pub(super) fn add_key(&mut self, key: &AddKey, primary: bool) {
        let written = key.name.as_ref().or(key.using_index.as_ref()).map(|name| name.value.clone());
        let adopted = key.using_index.as_ref().and_then(|index| {
            let index = TableRef { schema: key.table.schema.clone(), name: index.value.clone() };
            let name = index.in_schema(&self.session_schema());
            self.indexes.remove(&name)
        });
        let columns = match &adopted {
            Some(index) => index.columns.iter().filter_map(IndexKey::column).cloned().collect(),
            None => key.columns.iter().map(|column| column.value.clone()).collect::<Vec<_>>(),
        };
        if primary {
            self.edit(&key.table, |table| {
                columns
                    .iter()
                    .for_each(|column| table.columns.entry(column.clone()).or_default().not_null = true);
            });
        }
        let names = columns.iter().collect::<Vec<_>>();
        let (names, suffix) = if primary { (Vec::new(), "pkey") } else { (names, "key") };
        let rule = match primary {
            true => ConstraintRule::PrimaryKey(columns.clone()),
            false => ConstraintRule::Unique(columns.clone()),
        };
        self.add_constraint(&key.table, written, &names, suffix, rule, true);
    }

    /// Adds a constraint, with the name that PostgreSQL would give it where none is written, and the index of a key.
    pub(super) fn add_constraint(
        &mut self,
        table: &TableRef,
        name: Option<Ident>,
        columns: &[&Ident],
        suffix: &str,
        rule: ConstraintRule,
        valid: bool,
    ) {
        let created_in = self.now();
        let free = |known: &Table| known.free_name(&table.name, columns.iter().copied(), suffix);
        let name = name.unwrap_or_else(|| self.table(table).map_or_else(|| free(&Table::default()), free));
        let constraint = Constraint { rule: rule.clone(), valid, created_in };
        self.edit(table, |entry| drop(entry.constraints.insert(name.clone(), constraint)));
        let (columns, unique) = match rule {
            ConstraintRule::Unique(columns) | ConstraintRule::PrimaryKey(columns) => (columns, true),
            ConstraintRule::Exclusion => (Vec::new(), false),
            ConstraintRule::Check { .. } | ConstraintRule::ForeignKey { .. } => return,
        };
        let table = self.resolve(table);
        let key = TableName::new(table.schema.clone(), name.clone());
        let columns = columns.iter().map(IndexKey::plain).collect();
        let constraint = Some(name);
        let index = Index { created_in, table, columns, unique, predicate: None, btree: unique, constraint };
        self.indexes.insert(key, Arc::new(index));
    }
}
