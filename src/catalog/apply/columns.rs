//! Columns.

use super::{constraints, identity};
use crate::catalog::{Catalog, Column, ConstraintKind, Generated, Identity, Table, TypeInfo};
use crate::ident::{Ident, TableName};
use crate::migration::definition::rename_column;
use crate::migration::operation::{
    AddCheck, AddColumn, AddForeignKey, AddKey, ChangeType, ColumnDef, Name, TableRef, TransformColumns,
};
use crate::migration::source::Located;

pub(super) fn add(catalog: &mut Catalog, op: &AddColumn) {
    let column = defined(catalog, &op.column);
    let Some(table) = catalog.table_mut(&op.table) else { return };
    if table.column(&column.name).is_some() {
        return;
    }
    table.columns.push(column);
    inline(catalog, &op.table, &op.column);
}

/// A column as its definition says.
pub(super) fn defined(catalog: &Catalog, column: &ColumnDef) -> Column {
    let known = catalog.types.get(&column.type_.value).cloned();
    let written = || TypeInfo { base: column.type_.value.clone(), ..TypeInfo::default() };
    let generated = column.generated.as_ref().map(|text| text.value.to_ascii_uppercase());
    let starts = |word: &str| generated.as_ref().is_some_and(|text| text.starts_with(word));
    let is_identity = generated.as_ref().is_some_and(|text| text.contains("AS IDENTITY"));
    let identity =
        is_identity.then(|| if starts("BY DEFAULT") { Identity::ByDefault } else { Identity::Always });
    let computed = generated.as_ref().filter(|_| !is_identity);
    Column {
        name: column.name.value.clone(),
        type_: column.type_.value.clone(),
        type_info: known.unwrap_or_else(written),
        not_null: column.not_null || column.primary_key || identity.is_some(),
        default: column.default.as_ref().map(ToString::to_string),
        identity,
        generated: computed.map(|text| match text.ends_with("VIRTUAL") {
            true => Generated::Virtual,
            false => Generated::Stored,
        }),
        collation: column.collation.as_ref().map(|name| name.value.clone()),
        ..Column::default()
    }
}

/// Constraints, and the sequence, that are written with a column.
pub(super) fn inline(catalog: &mut Catalog, table: &Located<TableRef>, column: &ColumnDef) {
    let names = vec![column.name.clone()];
    if column.primary_key || column.unique {
        let key = AddKey { table: table.clone(), columns: names.clone(), ..AddKey::default() };
        if column.primary_key {
            let key = AddKey { name: column.names.primary_key.clone(), ..key.clone() };
            constraints::key(catalog, &key, ConstraintKind::PrimaryKey);
        }
        if column.unique {
            let key = AddKey { name: column.names.unique.clone(), ..key };
            constraints::key(catalog, &key, ConstraintKind::Unique);
        }
    }
    if let Some(check) = &column.check {
        let name = column.names.check.clone();
        let check =
            AddCheck { table: table.clone(), name, check: check.clone(), options: None, not_valid: false };
        constraints::check(catalog, &check);
    }
    if let Some((references, referenced_columns)) =
        column.references.as_ref().and_then(|text| crate::migration::referenced(&text.value))
    {
        let name = column.names.references.clone();
        let references = Located::new(references, column.name.span);
        let (table, columns) = (table.clone(), names);
        let key = AddForeignKey {
            table,
            name,
            columns,
            references,
            referenced_columns,
            options: None,
            not_valid: false,
        };
        constraints::foreign_key(catalog, &key);
    }
    identity::with_column(catalog, table, column);
}

pub(super) fn drop(catalog: &mut Catalog, name: &TableName, column: &Ident) {
    let Some(table) = catalog.tables.get_mut(name) else { return };
    let Some(known) = table.column(column).cloned() else { return };
    table.columns.retain(|known| known.name != *column);
    let on_column = |columns: &[Ident]| columns.contains(column);
    let indexes: Vec<Ident> = table
        .indexes
        .iter()
        .filter(|index| on_column(&index.columns))
        .map(|index| index.name.clone())
        .collect();
    let constraints: Vec<Ident> = table
        .constraints
        .iter()
        .filter(|known| on_column(&known.columns))
        .map(|known| known.name.clone())
        .collect();
    table.statistics.retain(|statistic| !on_column(&statistic.columns));
    table.sequences.retain(|sequence| sequence.column != *column);
    if let Some(sequence) = &known.owned_sequence {
        catalog.relations.remove(sequence);
    }
    constraints.iter().for_each(|constraint| constraints::drop(catalog, name, constraint));
    indexes.iter().for_each(|index| constraints::drop_index(catalog, &Catalog::beside(name, index)));
}

pub(super) fn rename(catalog: &mut Catalog, name: &TableName, column: &Ident, to: &Ident) {
    let Some(table) = catalog.tables.get_mut(name) else { return };
    if table.column(to).is_some() {
        return;
    }
    let rename = |names: &mut Vec<Ident>| {
        names.iter_mut().filter(|name| *name == column).for_each(|name| *name = to.clone());
    };
    for known in table.columns.iter_mut().filter(|known| known.name == *column) {
        known.name = to.clone();
    }
    for index in &mut table.indexes {
        rename(&mut index.columns);
        index.parts.iter_mut().flatten().filter(|part| *part == column).for_each(|part| *part = to.clone());
        index.definition = rename_column(&index.definition, column, to);
    }
    for constraint in &mut table.constraints {
        rename(&mut constraint.columns);
        constraint.definition = rename_column(&constraint.definition, column, to);
    }
    table.referenced_by.iter_mut().for_each(|key| rename(&mut key.columns));
    table.statistics.iter_mut().for_each(|statistic| rename(&mut statistic.columns));
    table.policies.iter_mut().for_each(|policy| rename(&mut policy.columns));
    table.column_triggers.iter_mut().for_each(|trigger| rename(&mut trigger.columns));
    table.views.iter_mut().for_each(|view| rename(&mut view.columns));
    table.sequences.iter_mut().filter(|one| one.column == *column).for_each(|one| one.column = to.clone());
    if let Some(dependents) = table.dependents.remove(column) {
        table.dependents.insert(to.clone(), dependents);
    }
}

pub(super) fn change(
    catalog: &mut Catalog,
    table: &TableRef,
    column: &Ident,
    change: impl FnOnce(&mut Column),
) {
    let found = catalog.table_mut(table).map(|table: &mut Table| &mut table.columns);
    if let Some(column) = found.and_then(|columns| columns.iter_mut().find(|known| known.name == *column)) {
        change(column);
    }
}

pub(super) fn change_type(catalog: &mut Catalog, op: &ChangeType) {
    let info = catalog.types.get(&op.type_.value).cloned();
    change(catalog, &op.table, &op.column, |column| {
        column.type_ = op.type_.value.clone();
        column.type_info =
            info.unwrap_or_else(|| TypeInfo { base: op.type_.value.clone(), ..TypeInfo::default() });
        if let Some(collation) = &op.collation {
            column.collation = Some(collation.value.clone());
        }
        // PostgreSQL goes back to what the type has.
        (column.storage, column.compression) = (None, None);
    });
    if let Some(to) = &op.rename_to {
        rename(catalog, &catalog.resolve(&op.table), &op.column, to);
    }
}

/// The old columns go, and the new ones stand at the end.
pub(super) fn transform(catalog: &mut Catalog, op: &TransformColumns) {
    let table = catalog.resolve(&op.table);
    op.from.iter().for_each(|name| drop(catalog, &table, name));
    for column in &op.to {
        let definition = ColumnDef {
            name: Name::new(column.name.value.clone(), column.name.span),
            type_: column.type_.clone(),
            not_null: column.not_null,
            default: column.default.clone(),
            ..ColumnDef::default()
        };
        let column = defined(catalog, &definition);
        if let Some(table) = catalog.tables.get_mut(&table) {
            table.columns.push(column);
        }
    }
}
