//! Constraints and indexes.

use super::index::{index_name, index_of};
use crate::catalog::{Catalog, Constraint, ConstraintKind, Inbound, Index, RelationKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration::change::AddExclusion;
use crate::migration::definition::{deferrability, names_used};
use crate::migration::index_key::IndexKey;
use crate::migration::operation::{AddCheck, AddForeignKey, AddKey, CreateIndex, Name, TableRef};
use crate::migration::statement::Timing;
use crate::pg::naming::{self, object_name};

pub(super) fn check(catalog: &mut Catalog, op: &AddCheck) {
    let table = catalog.resolve(&op.table);
    let Some(known) = catalog.tables.get(&table) else { return };
    let used = op.check.columns_of(&table.name, known.columns.iter().map(|column| &column.name));
    let only = if let [column] = &used[..] { column.as_str() } else { "" };
    let name = chosen(catalog, op.name.as_ref(), &table, only, "check");
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let definition = format!("CHECK ({}){options}", op.check);
    add(
        catalog,
        &table,
        Constraint {
            name,
            kind: ConstraintKind::Check,
            definition,
            columns: used,
            validated: !op.not_valid,
            ..Constraint::default()
        },
    );
}

pub(super) fn foreign_key(catalog: &mut Catalog, op: &AddForeignKey) {
    let (table, parent) = (catalog.resolve(&op.table), catalog.resolve(&op.references));
    let columns: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
    let name = chosen(catalog, op.name.as_ref(), &table, &joined(&op.columns), "fkey");
    let referenced: Vec<Ident> = match op.referenced_columns.is_empty() {
        true => catalog.tables.get(&parent).map(Table::key).unwrap_or_default(),
        false => op.referenced_columns.iter().map(|column| column.value.clone()).collect(),
    };
    let list = |columns: &[Ident]| columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let definition =
        format!("FOREIGN KEY ({}) REFERENCES {parent}({}){options}", list(&columns), list(&referenced));
    let added = add(
        catalog,
        &table,
        Constraint {
            name: name.clone(),
            kind: ConstraintKind::ForeignKey,
            definition: definition.clone(),
            columns,
            references: Some(parent.clone()),
            validated: !op.not_valid,
            ..Constraint::default()
        },
    );
    let partitioned = catalog.tables.get(&table).is_some_and(|table| table.partitioning.is_some());
    let Some(parent) = catalog.tables.get_mut(&parent).filter(|_| added) else { return };
    parent.referenced_by.push(Inbound {
        table,
        constraint: name,
        columns: referenced,
        definition,
        validated: !op.not_valid,
        comment: None,
        owned: true,
        partitioned,
    });
}

pub(super) fn key(catalog: &mut Catalog, op: &AddKey, kind: ConstraintKind) {
    let table = catalog.resolve(&op.table);
    let primary = kind == ConstraintKind::PrimaryKey;
    let (label, after) = if primary { ("pkey", String::new()) } else { ("key", joined(&op.columns)) };
    let name = match (&op.name, &op.using_index) {
        (None, Some(index)) => index.value.clone(),
        (name, _) => chosen(catalog, name.as_ref(), &table, &after, label),
    };
    let taken_over = op.using_index.as_ref().map(|index| index.value.clone());
    let Some(known) = catalog.tables.get_mut(&table) else { return };
    let columns: Vec<Ident> = match &taken_over {
        Some(index) => {
            let index = known.indexes.iter().find(|known| known.name == *index);
            index.map(|index| index.parts.iter().flatten().cloned().collect()).unwrap_or_default()
        }
        None => op.columns.iter().map(|column| column.value.clone()).collect(),
    };
    if primary {
        for column in known.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
            column.not_null = true;
        }
    }
    match &taken_over {
        Some(index) => {
            for known in known.indexes.iter_mut().filter(|known| known.name == *index) {
                known.name = name.clone();
                known.constraint = Some(name.clone());
            }
            let kind = catalog.relations.remove(&Catalog::beside(&table, index));
            catalog.relations.extend(kind.map(|kind| (Catalog::beside(&table, &name), kind)));
        }
        None => {
            let include = op.include.iter().map(|column| column.value.clone());
            let all: Vec<Ident> = columns.iter().cloned().chain(include).collect();
            known.indexes.push(Index {
                name: name.clone(),
                definition: key_definition(op),
                parts: all.iter().cloned().map(Some).collect(),
                keys: columns.len(),
                columns: all,
                unique: true,
                valid: true,
                constraint: Some(name.clone()),
                ..Index::default()
            });
            catalog.relations.insert(Catalog::beside(&table, &name), RelationKind::Index);
        }
    }
    catalog.constraint_indexes.insert(Catalog::beside(&table, &name), name.clone());
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let word = if primary { "PRIMARY KEY" } else { "UNIQUE" };
    add(
        catalog,
        &table,
        Constraint {
            name,
            kind,
            definition: format!("{word}{options}"),
            columns,
            validated: true,
            ..Constraint::default()
        },
    );
}

/// The index of a key, as far as its copy needs it.
fn key_definition(op: &AddKey) -> String {
    let list = |columns: &[Name]| columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let include =
        if op.include.is_empty() { String::new() } else { format!(" INCLUDE ({})", list(&op.include)) };
    let nulls = if op.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    format!("USING btree ({}){include}{nulls}", list(&op.columns))
}

pub(super) fn exclusion(catalog: &mut Catalog, op: &AddExclusion) {
    let table = catalog.resolve(&op.table);
    let name = chosen(catalog, op.name.as_ref(), &table, &exclusion_elements(&op.exclude), "excl");
    let columns = catalog
        .tables
        .get(&table)
        .map(|known| names_used(&op.exclude.value, known.columns.iter().map(|column| &column.name)));
    catalog.relations.insert(Catalog::beside(&table, &name), RelationKind::Index);
    catalog.constraint_indexes.insert(Catalog::beside(&table, &name), name.clone());
    add(
        catalog,
        &table,
        Constraint {
            name,
            kind: ConstraintKind::Exclusion,
            definition: format!("EXCLUDE {}", op.exclude.value),
            columns: columns.unwrap_or_default(),
            validated: true,
            ..Constraint::default()
        },
    );
}

fn add(catalog: &mut Catalog, table: &TableName, constraint: Constraint) -> bool {
    let Some(table) = catalog.tables.get_mut(table) else { return false };
    if table.constraints.iter().any(|known| known.name == constraint.name) {
        return false;
    }
    table.constraints.push(constraint);
    true
}

fn chosen(catalog: &Catalog, name: Option<&Name>, table: &TableName, columns: &str, label: &str) -> Ident {
    let known = catalog.tables.get(table);
    let taken = |name: &Ident| {
        known.is_some_and(|table| table.constraints.iter().any(|known| known.name == *name))
            || catalog.relations.contains_key(&Catalog::beside(table, name))
    };
    name.map_or_else(|| object_name(table.name.as_str(), columns, label, taken), |name| name.value.clone())
}

fn joined(columns: &[Name]) -> String {
    columns.iter().map(|column| column.as_str()).collect::<Vec<_>>().join("_")
}

pub(super) fn validate(catalog: &mut Catalog, table: &TableRef, name: &Ident) {
    let (table, mut parent) = (catalog.resolve(table), None);
    if let Some(known) = catalog.tables.get_mut(&table) {
        for constraint in known.constraints.iter_mut().filter(|known| known.name == *name) {
            constraint.validated = true;
            parent = constraint.references.clone();
        }
    }
    let Some(parent) = parent.and_then(|parent| catalog.tables.get_mut(&parent)) else { return };
    let ours = |key: &&mut Inbound| key.table == table && key.constraint == *name;
    parent.referenced_by.iter_mut().filter(ours).for_each(|key| key.validated = true);
}

pub(super) fn set_timing(catalog: &mut Catalog, table: &TableRef, name: &Ident, timing: Timing) {
    let table = catalog.resolve(table);
    let Some(known) = catalog.tables.get_mut(&table) else { return };
    for constraint in known.constraints.iter_mut().filter(|known| known.name == *name) {
        constraint.deferrable = timing.deferrable;
        constraint.initially_deferred = timing.initially_deferred;
        let rest = constraint.definition.len() - deferrability(&constraint.definition).len();
        constraint.definition.truncate(rest);
        let said = match timing {
            Timing { initially_deferred: true, .. } => " DEFERRABLE INITIALLY DEFERRED",
            Timing { deferrable: true, .. } => " DEFERRABLE",
            Timing { .. } => "",
        };
        constraint.definition.truncate(constraint.definition.trim_end().len());
        constraint.definition.push_str(said);
    }
}

pub(super) fn drop(catalog: &mut Catalog, table: &TableName, name: &Ident) {
    let its = |index: &Index| index.constraint.as_ref() == Some(name);
    let mut owned = false;
    if let Some(known) = catalog.tables.get_mut(table) {
        known.constraints.retain(|known| known.name != *name);
        owned = known.indexes.iter().any(its);
        known.indexes.retain(|index| !its(index));
    }
    // A table that nobody asked for is known to those that it refers to.
    let index = Catalog::beside(table, name);
    if owned || catalog.constraint_indexes.contains_key(&index) {
        catalog.relations.remove(&index);
        catalog.constraint_indexes.remove(&index);
    }
    for parent in catalog.tables.values_mut() {
        parent.referenced_by.retain(|key| key.table != *table || key.constraint != *name);
    }
}

pub(super) fn rename(catalog: &mut Catalog, table: &TableRef, name: &Ident, to: &Ident) {
    let table = catalog.resolve(table);
    let Some(known) = catalog.tables.get_mut(&table) else { return };
    known
        .constraints
        .iter_mut()
        .filter(|known| known.name == *name)
        .for_each(|known| known.name = to.clone());
    for index in known.indexes.iter_mut().filter(|index| index.constraint.as_ref() == Some(name)) {
        index.name = to.clone();
        index.constraint = Some(to.clone());
    }
    let (from, full) = (Catalog::beside(&table, name), Catalog::beside(&table, to));
    if catalog.constraint_indexes.remove(&from).is_some() {
        catalog.constraint_indexes.insert(full.clone(), to.clone());
        let kind = catalog.relations.remove(&from);
        catalog.relations.extend(kind.map(|kind| (full, kind)));
    }
    for parent in catalog.tables.values_mut() {
        let ours = |key: &&mut Inbound| key.table == table && key.constraint == *name;
        parent.referenced_by.iter_mut().filter(ours).for_each(|key| key.constraint = to.clone());
    }
}

pub(super) fn index(catalog: &mut Catalog, op: &CreateIndex) {
    let table = catalog.resolve(&op.table);
    let taken = |name: &Ident| catalog.relations.contains_key(&Catalog::beside(&table, name));
    let name = op.name.as_ref().map_or_else(|| index_name(op, &table, taken), |name| name.value.clone());
    if catalog.relations.contains_key(&Catalog::beside(&table, &name)) {
        return;
    }
    let Some(known) = catalog.tables.get_mut(&table) else { return };
    let index = index_of(op, &name, &table, known);
    known.indexes.push(index);
    catalog.relations.insert(Catalog::beside(&table, &name), RelationKind::Index);
}

pub(super) fn drop_index(catalog: &mut Catalog, name: &TableName) {
    catalog.relations.remove(name);
    let here = catalog.tables.iter_mut().filter(|(table, _)| table.schema == name.schema);
    here.for_each(|(_, table)| table.indexes.retain(|index| index.name != name.name));
}

pub(super) fn rename_index(catalog: &mut Catalog, name: &TableName, to: &Ident) {
    let Some(kind) = catalog.relations.remove(name) else { return };
    let full = Catalog::beside(name, to);
    catalog.relations.insert(full.clone(), kind);
    let constraint = catalog.constraint_indexes.remove(name);
    for (table, known) in catalog.tables.iter_mut().filter(|(table, _)| table.schema == name.schema) {
        let mut its = known.indexes.iter_mut().filter(|index| index.name == name.name);
        let Some(index) = its.next() else { continue };
        index.name = to.clone();
        // A constraint is called as its index.
        if let Some(old) = index.constraint.replace(to.clone()) {
            known
                .constraints
                .iter_mut()
                .filter(|known| known.name == old)
                .for_each(|known| known.name = to.clone());
        } else {
            index.constraint = None;
        }
        debug_assert_eq!(table.schema, name.schema);
    }
    if constraint.is_some() {
        catalog.constraint_indexes.insert(full, to.clone());
    }
}

/// The elements in the middle of the constraint's name.
pub(crate) fn exclusion_elements(exclude: &str) -> String {
    let inside = exclude.split_once('(').map_or("", |(_, rest)| rest);
    let list = crate::migration::list(inside);
    let operator = |element: &str| element.to_ascii_lowercase().rfind(" with ").unwrap_or(element.len());
    let names = list.iter().map(|element| IndexKey::parse(&element[..operator(element)]).name());
    naming::joined(&naming::index_columns(names))
}
