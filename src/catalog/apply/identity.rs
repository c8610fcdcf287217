//! Identity columns with their sequences, serial columns, and generated columns.

use super::columns::change;
use crate::catalog::{Catalog, Identity, RelationKind, Sequence};
use crate::ident::{Ident, TableName};
use crate::migration::identity::{
    AddIdentity, DropGeneration, Generation, IdentityChange, IdentityClause, OptionKind, SetIdentity,
};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{ColumnDef, TableRef};
use crate::migration::{generation, identity_changes};
use crate::pg::naming::object_name;
use crate::pg::types::serial;

/// The sequence of a column that is made with one.
pub(super) fn with_column(catalog: &mut Catalog, table: &TableRef, column: &ColumnDef) {
    if let Some(type_) = serial(&column.type_.value) {
        let name = sequence_name(catalog, table, &column.name, None);
        catalog.relations.insert(name.clone(), RelationKind::Sequence);
        change(catalog, table, &column.name, |column| {
            column.type_ = type_.to_owned();
            column.type_info = crate::catalog::TypeInfo::whole(type_);
            column.default = Some(next_value(&name));
            column.owned_sequence = Some(name);
            column.not_null = true;
            column.volatile_default = true;
        });
    } else if let Some(Generation::Identity(clause)) =
        column.generated.as_ref().and_then(|text| generation(text))
    {
        identity(catalog, table, &column.name, &clause);
    }
}

/// The default of a serial column.
pub(crate) fn next_value(sequence: &TableName) -> String {
    format!("nextval({}::regclass)", crate::ident::literal(&sequence.to_string()))
}

/// The name that the sequence of a column gets.
pub(crate) fn sequence_name(
    catalog: &Catalog,
    table: &TableRef,
    column: &Ident,
    written: Option<&TableRef>,
) -> TableName {
    let owner = catalog.resolve(table);
    if let Some(written) = written {
        return written.in_schema(&owner.schema);
    }
    let taken = |name: &Ident| catalog.relations.contains_key(&Catalog::beside(&owner, name));
    let name = object_name(owner.name.as_str(), column.as_str(), "seq", taken);
    Catalog::beside(&owner, &name)
}

pub(super) fn add(catalog: &mut Catalog, op: &AddIdentity) {
    if let Some(Generation::Identity(clause)) = generation(&op.generated) {
        identity(catalog, &op.table, &op.column, &clause);
    }
}

fn identity(catalog: &mut Catalog, table: &TableRef, column: &Ident, clause: &IdentityClause) {
    let name = sequence_name(catalog, table, column, clause.sequence.as_ref());
    let kind = if clause.always { Identity::Always } else { Identity::ByDefault };
    change(catalog, table, column, |column| column.identity = Some(kind));
    let Some(known) = catalog.table_mut(table) else { return };
    let Some(type_) = known.column(column).map(|column| column.type_info.base.clone()) else { return };
    let increment = clause.options.iter().rev().find(|option| option.kind == OptionKind::Increment);
    known.sequences.push(Sequence {
        name: name.clone(),
        column: column.clone(),
        type_,
        start: clause.start(),
        increment: increment.and_then(|option| option.number).unwrap_or(1),
        min: 1,
        max: i64::MAX,
        cache: 1,
        cycle: false,
        grants: Vec::new(),
    });
    catalog.relations.insert(name, RelationKind::Sequence);
}

pub(super) fn set(catalog: &mut Catalog, op: &SetIdentity) {
    for part in identity_changes(&op.to).unwrap_or_default() {
        if let IdentityChange::Generated { always } = part {
            let kind = if always { Identity::Always } else { Identity::ByDefault };
            change(catalog, &op.table, &op.column, |column| column.identity = Some(kind));
        }
    }
}

pub(super) fn drop(catalog: &mut Catalog, op: &DropGeneration) {
    change(catalog, &op.table, &op.column, |column| column.identity = None);
    let Some(known) = catalog.table_mut(&op.table) else { return };
    let its = |sequence: &Sequence| sequence.column == op.column.value;
    let gone: Vec<TableName> =
        known.sequences.iter().filter(|one| its(one)).map(|one| one.name.clone()).collect();
    known.sequences.retain(|one| !its(one));
    gone.iter().for_each(|name| drop_relation(catalog, name));
}

fn drop_relation(catalog: &mut Catalog, name: &TableName) {
    catalog.relations.remove(name);
    catalog.objects.retain(|known, _| {
        known.kind != ObjectKind::Sequence || known.schema != name.schema || known.name != name.name
    });
}

pub(super) fn drop_expression(catalog: &mut Catalog, op: &DropGeneration) {
    change(catalog, &op.table, &op.column, |column| column.generated = None);
}
