//! Whole tables, and what they are set to.

use super::{columns, constraints};
use crate::catalog::{Catalog, RelationKind, ReplicaIdentity, Table, TableSettings};
use crate::ident::{Ident, TableName};
use crate::migration::change::{SetStorage, TableProperty};
use crate::migration::operation::{CreateTable, Operation, TableRef};

pub(super) fn create(catalog: &mut Catalog, op: &CreateTable) {
    let name = catalog.resolve(&op.table);
    if catalog.relations.contains_key(&name) {
        return;
    }
    let partitioned =
        op.options.as_ref().is_some_and(|options| crate::migration::mentions(&options.value, "PARTITION BY"));
    let kind = if partitioned { RelationKind::PartitionedTable } else { RelationKind::Table };
    catalog.relations.insert(name.clone(), kind);
    let columns = op.columns.iter().map(|column| columns::defined(catalog, column)).collect();
    let more_columns = op.columns.is_empty()
        || op.constraints.iter().any(|one| crate::migration::is_like(&one.value))
        || op.options.as_ref().is_some_and(|options| crate::migration::mentions(&options.value, "INHERITS"));
    let table = Table {
        kind,
        owned: true,
        columns,
        more_columns,
        is_partition: op.partition_of.is_some(),
        ..Table::default()
    };
    catalog.tables.insert(name, table);
    for column in &op.columns {
        columns::inline(catalog, &op.table, column);
    }
    for constraint in &op.constraints {
        match crate::migration::constraint_of(&op.table, &constraint.value) {
            Some(Operation::AddCheck(op)) => constraints::check(catalog, &op),
            Some(Operation::AddForeignKey(op)) => constraints::foreign_key(catalog, &op),
            Some(Operation::AddUnique(op)) => {
                constraints::key(catalog, &op, crate::catalog::ConstraintKind::Unique);
            }
            Some(Operation::AddPrimaryKey(op)) => {
                constraints::key(catalog, &op, crate::catalog::ConstraintKind::PrimaryKey);
            }
            Some(Operation::AddExclusion(op)) => constraints::exclusion(catalog, &op),
            // `LIKE`, and kinds outside the vocabulary.
            _ => {}
        }
    }
}

pub(super) fn drop(catalog: &mut Catalog, name: &TableName) {
    let Some(table) = catalog.tables.remove(name) else {
        catalog.relations.remove(name);
        return;
    };
    catalog.relations.remove(name);
    for index in &table.indexes {
        catalog.relations.remove(&Catalog::beside(name, &index.name));
    }
    for constraint in &table.constraints {
        let index = Catalog::beside(name, &constraint.name);
        if catalog.constraint_indexes.remove(&index).is_some() {
            catalog.relations.remove(&index);
        }
    }
    let owned = table.columns.iter().filter_map(|column| column.owned_sequence.as_ref());
    for sequence in owned.chain(table.sequences.iter().map(|sequence| &sequence.name)) {
        catalog.relations.remove(sequence);
    }
    for other in catalog.tables.values_mut() {
        other.referenced_by.retain(|key| key.table != *name);
        other.forget_partition(name);
    }
    catalog.settings.remove(name);
    catalog.objects.retain(|object, _| object.table.as_ref() != Some(name));
}

/// A partition is a table of its own from then on.
pub(super) fn detach(catalog: &mut Catalog, partition: &TableRef) {
    let partition = catalog.resolve(partition);
    catalog.tables.values_mut().for_each(|table| table.forget_partition(&partition));
    if let Some(known) = catalog.tables.get_mut(&partition) {
        known.is_partition = false;
        known.partition_of = None;
        known.referenced_from_above = false;
    }
}

pub(super) fn rename(catalog: &mut Catalog, table: &TableRef, to: &Ident) {
    let from = catalog.resolve(table);
    let to = Catalog::beside(&from, to);
    give_name(catalog, &from, to);
}

/// Its indexes and the sequences of its columns go with it.
pub(super) fn set_schema(catalog: &mut Catalog, table: &TableRef, to: &Ident) {
    let from = catalog.resolve(table);
    let Some(known) = catalog.tables.get_mut(&from) else { return };
    let mut moved: Vec<Ident> = known.indexes.iter().map(|index| index.name.clone()).collect();
    let owned = known.columns.iter_mut().filter_map(|column| column.owned_sequence.as_mut());
    for sequence in owned.chain(known.sequences.iter_mut().map(|sequence| &mut sequence.name)) {
        moved.push(sequence.name.clone());
        sequence.schema = to.clone();
    }
    for name in moved {
        let (before, after) =
            (TableName::new(from.schema.clone(), name.clone()), TableName::new(to.clone(), name));
        if let Some(kind) = catalog.relations.remove(&before) {
            catalog.relations.insert(after.clone(), kind);
        }
        if let Some(constraint) = catalog.constraint_indexes.remove(&before) {
            catalog.constraint_indexes.insert(after, constraint);
        }
    }
    let to = TableName::new(to.clone(), from.name.clone());
    give_name(catalog, &from, to);
}

fn give_name(catalog: &mut Catalog, from: &TableName, to: TableName) {
    if catalog.relations.contains_key(&to) {
        return;
    }
    if let Some(kind) = catalog.relations.remove(from) {
        catalog.relations.insert(to.clone(), kind);
    }
    if let Some(known) = catalog.tables.remove(from) {
        catalog.tables.insert(to.clone(), known);
    }
    for other in catalog.tables.values_mut() {
        for key in other.referenced_by.iter_mut().filter(|key| key.table == *from) {
            key.table = to.clone();
        }
        for constraint in &mut other.constraints {
            if constraint.references.as_ref() == Some(from) {
                constraint.references = Some(to.clone());
            }
        }
    }
    if let Some(settings) = catalog.settings.remove(from) {
        catalog.settings.insert(to, settings);
    }
}

pub(super) fn change(catalog: &mut Catalog, table: &TableRef, change: impl FnOnce(&mut Table)) {
    if let Some(table) = catalog.table_mut(table) {
        change(table);
    }
}

pub(super) fn row_security(catalog: &mut Catalog, op: &TableProperty) {
    let (flag, forced) = match op.to.trim().to_ascii_uppercase().as_str() {
        "ENABLE" => (true, false),
        "DISABLE" => (false, false),
        "FORCE" => (true, true),
        "NO FORCE" => (false, true),
        _ => return,
    };
    let settings = settings(catalog, &op.table);
    match forced {
        true => settings.forced_row_security = flag,
        false => settings.row_security = flag,
    }
    change(catalog, &op.table, |table| match forced {
        true => table.forced_row_security = flag,
        false => table.row_security = flag,
    });
}

pub(super) fn replica_identity(catalog: &mut Catalog, op: &TableProperty) {
    settings(catalog, &op.table).replica_identity = op.to.value.clone();
    let Some((identity, index)) = ReplicaIdentity::read(&op.to) else { return };
    change(catalog, &op.table, |table| {
        table.identity = identity;
        for known in &mut table.indexes {
            known.replica_identity = index.as_ref() == Some(&known.name);
        }
    });
}

pub(super) fn storage(catalog: &mut Catalog, op: &SetStorage) {
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, "true"));
        (name.trim().to_lowercase(), value.trim().trim_matches('\'').to_owned())
    };
    let set: Vec<(String, String)> = op.set.iter().map(|one| pair(&one.value)).collect();
    let gone: Vec<String> = set
        .iter()
        .map(|(name, _)| name.clone())
        .chain(op.reset.iter().map(|one| pair(&one.value).0))
        .collect();
    match &op.column {
        Some(column) => columns::change(catalog, &op.table, column, |column| {
            column.options.retain(|known| !gone.contains(&pair(known).0));
            column.options.extend(set.iter().map(|(name, value)| format!("{name}={value}")));
        }),
        None => {
            let settings = settings(catalog, &op.table);
            settings.options.retain(|(name, _)| !gone.contains(name));
            settings.options.extend(set);
        }
    }
}

fn settings<'c>(catalog: &'c mut Catalog, table: &TableRef) -> &'c mut TableSettings {
    let name = catalog.resolve(table);
    catalog.settings.entry(name).or_default()
}
