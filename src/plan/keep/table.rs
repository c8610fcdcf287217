//! A table that contract would drop moves into midflight's schema, under a name of its own; so do its indexes and sequences,
//! whose names are free then for whoever wants them. Its foreign keys go: they would refuse changes of other tables.

use super::hide::{Back, Hide};
use crate::catalog::{ConstraintKind, RelationKind, Table};
use crate::ident::{Ident, TableName};
use crate::plan::LockMode;

impl Hide<'_, '_> {
    /// Hides a table.
    pub(super) fn drop_table(&mut self, name: &TableName) {
        let there = self.draft.first.tables.contains_key(name);
        let Some(table) = self.catalog.tables.get(name).cloned().filter(|_| there) else {
            return self.refuse(&format!("drop table {name}"));
        };
        if let Some(why) = cannot_hide(&table) {
            self.refused.push(format!("table {name} can't be kept: {why}"));
        }
        let mut restored = Vec::new();
        for constraint in table.constraints.iter().filter(|one| one.kind == ConstraintKind::ForeignKey) {
            if constraint.references.as_ref() != Some(name)
                && self.drop_constraint(name, &constraint.name, &mut restored)
            {
                self.run(format!("ALTER TABLE {name} DROP CONSTRAINT {}", constraint.name));
            }
        }
        let state = &self.draft.context.state_schema;
        let hidden = self.hidden_name(name, &name.name);
        let kept = TableName::new(state.clone(), hidden.clone());
        let mut back = vec![
            format!("ALTER TABLE {kept} SET SCHEMA {}", name.schema),
            format!(
                "ALTER TABLE {} RENAME TO {}",
                TableName::new(name.schema.clone(), hidden.clone()),
                name.name
            ),
        ];
        let beside = |part: &Ident| TableName::new(name.schema.clone(), part.clone());
        let indexes = table.indexes.iter().map(|index| ("INDEX", beside(&index.name)));
        let owned = table.columns.iter().filter_map(|column| column.owned_sequence.clone());
        let identities = table.sequences.iter().map(|sequence| sequence.name.clone());
        let parts: Vec<_> = indexes.chain(owned.chain(identities).map(|name| ("SEQUENCE", name))).collect();
        for (kind, part) in parts {
            let (own, of) = (self.hidden_name(name, &part.name), &part.schema);
            self.run(format!("ALTER {kind} {part} RENAME TO {own}"));
            back.push(format!("ALTER {kind} {} RENAME TO {}", TableName::new(of.clone(), own), part.name));
        }
        self.run(format!("ALTER TABLE {name} RENAME TO {hidden}"));
        self.run(format!(
            "ALTER TABLE {} SET SCHEMA {}",
            TableName::new(name.schema.clone(), hidden),
            kept.schema
        ));
        self.lock(name, LockMode::AccessExclusive);
        self.back.push(back.into_iter().map(Back::Sql).chain(restored).collect());
        self.what.push(format!("table {name}"));
        self.tables.push((kept, name.clone()));
    }
}

fn cannot_hide(table: &Table) -> Option<&'static str> {
    match () {
        () if table.kind != RelationKind::Table => Some("it is no ordinary table"),
        () if table.partitioning.is_some() || table.is_partition || table.has_children => {
            Some("it has partitions or children, or is one")
        }
        () if !table.publications.is_empty() => {
            Some("a publication sends it, and subscribers would look for it under its hidden name")
        }
        () => None,
    }
}
