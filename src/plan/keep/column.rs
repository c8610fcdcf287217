//! A column that contract would drop is renamed, and stripped of all that could refuse a row. Constraints and indexes are
//! remembered by their definitions.

use super::hide::{Back, HiddenColumn, Hide, is_own};
use super::prepare::{Prepared, Rebuilt};
use crate::catalog::{Column, ConstraintKind, Evidence, Index, RelationKind, Table};
use crate::ident::{Ident, TableName, literal};
use crate::migration::definition::deferrability;
use crate::migration::mentions;
use crate::plan::{LockMode, Mode, Step};

/// What takes up the same room whatever its value is: an index on it refuses none.
const FIXED: [&str; 13] = [
    "smallint",
    "integer",
    "bigint",
    "boolean",
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
    "real",
    "double precision",
    "uuid",
    "oid",
];

impl Hide<'_, '_> {
    /// Hides a column of the application. One of midflight's own goes, and comes back empty: what expand made of it is about
    /// to go by rollback.
    pub(super) fn drop_column(&mut self, name: &TableName, column: &Ident) {
        let Some(table) = self.catalog.tables.get(name).cloned() else {
            return self.refuse(&format!("drop {name}.{column}"));
        };
        let Some(known) = table.column(column).cloned() else {
            return self.refuse(&format!("drop {name}.{column}"));
        };
        let there = self.draft.first.tables.get(name).is_some_and(|first| first.column(column).is_some());
        if !there {
            let collation =
                known.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
            let add = format!("ALTER TABLE {name} ADD COLUMN {column} {}{collation}", known.type_);
            self.back.push(vec![Back::Sql(add)]);
            return self.run(format!("ALTER TABLE {name} DROP COLUMN {column}"));
        }
        let successor = self.draft.successor_of(name, column);
        if let Some(why) = cannot_hide(name, &table, &known, successor.is_some()) {
            self.refused.push(format!("{name}.{column} can't be kept: {why}"));
        }
        if successor.is_some_and(|pair| pair.down.is_none()) {
            self.refused.push(format!(
                "the way back to {name}.{column} is not known: write `-- midflight: reverse {column} = …` above the statement, in \
                 YAML `down:`"
            ));
        }
        let replaced = successor.is_some();
        self.hide_column(name, &table, &known, replaced);
    }

    fn hide_column(&mut self, name: &TableName, table: &Table, column: &Column, replaced: bool) {
        let was = &column.name;
        let hidden = self.hidden_name(name, was);
        let mut back = vec![format!("ALTER TABLE {name} RENAME COLUMN {hidden} TO {was}")];
        let mut restored = Vec::new();
        let on_column = |columns: &[Ident]| columns.contains(was);
        for constraint in table.constraints.iter().filter(|one| on_column(&one.columns)) {
            if constraint.kind == ConstraintKind::NotNull {
                continue;
            }
            if self.drop_constraint(name, &constraint.name, &mut restored) {
                self.run(format!("ALTER TABLE {name} DROP CONSTRAINT {}", constraint.name));
            }
        }
        for index in table.indexes.iter().filter(|one| one.constraint.is_none() && on_column(&one.columns)) {
            self.rebuild(name, index, &mut restored);
            self.run(format!("DROP INDEX {}", TableName::new(name.schema.clone(), index.name.clone())));
        }
        let mut alter = |action: &str| self.run(format!("ALTER TABLE {name} ALTER COLUMN {was} {action}"));
        if column.not_null {
            alter("DROP NOT NULL");
        }
        if let Some(default) = column.default.as_ref().filter(|_| replaced) {
            alter("DROP DEFAULT");
            back.push(format!("ALTER TABLE {name} ALTER COLUMN {was} SET DEFAULT {default}"));
        }
        if column.not_null {
            let check = was.prefixed("_midflight_undo_not_null_");
            back.push(format!("ALTER TABLE {name} ALTER COLUMN {was} SET NOT NULL"));
            back.push(format!("ALTER TABLE {name} DROP CONSTRAINT {check}"));
            self.prepared.push(Prepared::NotNull { table: name.clone(), column: was.clone(), check });
        }
        self.run(format!("ALTER TABLE {name} RENAME COLUMN {was} TO {hidden}"));
        self.lock(name, LockMode::AccessExclusive);
        let back = back.into_iter().map(Back::Sql).chain(restored).collect();
        self.back.push(back);
        self.what.push(format!("column {name}.{was}"));
        // Expand has let it be NULL for the new release, and rollback makes it NOT NULL again.
        let first = self.draft.first.tables.get(name).and_then(|table| table.column(was));
        let not_null = first.is_some_and(|column| column.not_null);
        self.hidden.push(HiddenColumn { table: name.clone(), was: was.clone(), name: hidden, not_null });
    }

    /// What makes a constraint again. The statement that drops it is the caller's. Whether it can be.
    pub(super) fn drop_constraint(
        &mut self,
        name: &TableName,
        constraint: &Ident,
        back: &mut Vec<Back>,
    ) -> bool {
        let Some(table) = self.catalog.tables.get(name).cloned() else { return false };
        // Gone already, with a column or by a statement above; or a helper of expand's.
        let Some(known) = table.constraints.iter().find(|one| one.name == *constraint) else { return true };
        if is_own(constraint) {
            return true;
        }
        if known.parent || known.inherited {
            return false;
        }
        let add = format!("ALTER TABLE {name} ADD CONSTRAINT {constraint}");
        let comment = known.comment.as_ref().map(|text| {
            Back::Sql(format!("COMMENT ON CONSTRAINT {constraint} ON {name} IS {}", literal(text)))
        });
        match known.kind {
            ConstraintKind::Check | ConstraintKind::ForeignKey => {
                let definition = known.definition.trim_end_matches(" NOT VALID");
                back.push(Back::Sql(format!("{add} {definition} NOT VALID")));
                if let Some(parent) = &known.references {
                    self.lock(parent, LockMode::AccessExclusive);
                }
                if known.validated {
                    self.validated.push((name.clone(), constraint.clone()));
                }
            }
            ConstraintKind::PrimaryKey | ConstraintKind::Unique => {
                let Some(index) =
                    table.indexes.iter().find(|one| one.constraint.as_ref() == Some(constraint))
                else {
                    return false;
                };
                if index.replica_identity || index.clustered || !index.valid {
                    return false;
                }
                let kind = if known.kind == ConstraintKind::Unique { "UNIQUE" } else { "PRIMARY KEY" };
                let built = Rebuilt::of(name, index);
                let deferrable = deferrability(&known.definition);
                let using = format!("{add} {kind} USING INDEX {} {deferrable}", built.name.name);
                back.push(Back::Sql(using.trim_end().to_owned()));
                let named = TableName::new(name.schema.clone(), constraint.clone());
                back.push(Back::PartsOf {
                    prepared: self.prepared.len(),
                    index: named,
                    parts: index.parts.clone(),
                });
                self.prepared.push(Prepared::Index(built));
            }
            ConstraintKind::Exclusion | ConstraintKind::ConstraintTrigger | ConstraintKind::NotNull => {
                return false;
            }
        }
        back.extend(comment);
        true
    }

    /// What builds an index again.
    fn rebuild(&mut self, table: &TableName, index: &Index, back: &mut Vec<Back>) {
        if index.replica_identity || index.clustered || !index.valid || index.inherited {
            self.refused.push(format!(
                "index {} is the replica identity, invalid, part of another index, or the one of CLUSTER",
                index.name
            ));
        }
        let built = Rebuilt::of(table, index);
        let named = TableName::new(table.schema.clone(), index.name.clone());
        back.push(Back::Sql(format!("ALTER INDEX {} RENAME TO {}", built.name, index.name)));
        if let Some(comment) = &index.comment {
            back.push(Back::Sql(format!("COMMENT ON INDEX {named} IS {}", literal(comment))));
        }
        back.push(Back::PartsOf { prepared: self.prepared.len(), index: named, parts: index.parts.clone() });
        self.prepared.push(Prepared::Index(built));
    }

    /// An index that the file drops. One that refuses no value is renamed, by a step in place of the one that drops it; any
    /// other goes, and undo rebuilds it.
    pub(super) fn drop_index(&mut self, name: &TableName) -> Option<Step> {
        let found = self.catalog.tables.iter().find_map(|(table, known)| {
            let index =
                known.indexes.iter().find(|index| index.name == name.name && table.schema == name.schema);
            index.map(|index| (table.clone(), known.clone(), index.clone()))
        });
        let Some((table, known, index)) = found else {
            // Gone already with a column, where it was there at all.
            if self.catalog.relations.get(name) == Some(&RelationKind::Index) {
                self.refuse(&format!("drop index {name}"));
            }
            return None;
        };
        let fixed = |part: &Option<Ident>| {
            let column = part.as_ref().and_then(|part| known.column(part));
            column.is_some_and(|column| FIXED.contains(&column.type_info.base.as_str()))
        };
        let plain = !index.unique
            && index.valid
            && !index.has_expressions
            && mentions(&index.definition, "USING btree")
            && !mentions(&index.definition, "WHERE")
            && !index.replica_identity
            && !index.clustered
            && index.parts.iter().all(fixed);
        if !plain {
            let mut back = Vec::new();
            self.rebuild(&table, &index, &mut back);
            self.back.push(back);
            return None;
        }
        let hidden = TableName::new(name.schema.clone(), self.hidden_name(name, &name.name));
        self.what.push(format!("index {name}"));
        self.indexes.push(hidden.clone());
        self.back.push(vec![Back::Sql(format!("ALTER INDEX {hidden} RENAME TO {}", name.name))]);
        let sql = vec![format!("ALTER INDEX {name} RENAME TO {}", hidden.name)];
        let step = Step::catalog_only(
            format!("hide index {name}"),
            name,
            LockMode::ShareUpdateExclusive,
            sql,
            Vec::new(),
        );
        Some(Step { mode: Mode::Transaction, ..step })
    }

    /// The step that removes a hidden index.
    pub(super) fn purge_index(index: &TableName) -> Step {
        let step = Step::free(
            format!("drop index {index}"),
            vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")],
            Vec::new(),
        );
        Step { mode: Mode::Alone { done_when: Some(Evidence::IndexGone(index.clone())) }, ..step }
    }
}

/// What makes a column one that can't be hidden.
fn cannot_hide(name: &TableName, table: &Table, column: &Column, replaced: bool) -> Option<&'static str> {
    let refers =
        table.referenced_by.iter().any(|key| key.columns.contains(&column.name) && key.table != *name);
    match () {
        () if table.partitioning.is_some()
            || table.is_partition
            || table.has_children
            || column.inherited =>
        {
            Some("the table has partitions or children, or is one")
        }
        () if !table.publications.is_empty() => {
            Some("a publication sends the table, and subscribers would need the hidden column")
        }
        () if column.identity.is_some() => Some("it is an identity column"),
        () if column.generated.is_some() => Some("it is a generated column"),
        () if column.type_info.constrained || column.type_info.refuses_null => {
            Some("its domain has constraints, which would go on refusing values")
        }
        () if column.type_info.composite => Some("its values are rows"),
        () if replaced && refers => Some("foreign keys of other tables refer to it"),
        () if table.attributes > 1500 => Some("the table has too many columns"),
        () => None,
    }
}
