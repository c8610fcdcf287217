//! Objects beside tables: made, dropped, renamed, described.

use crate::catalog::{Catalog, Object, RelationKind, Trigger, TriggerFunction};
use crate::ident::{Ident, TableName};
use crate::migration::change::{AddEnumValue, CommentOn, RenameEnumValue};
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::migration::operation::{CreateObject, DropObject, TableRef};

pub(super) fn create(catalog: &mut Catalog, kind: ObjectKind, op: &CreateObject) {
    let name = catalog.object_name(&op.object(kind));
    if catalog.objects.contains_key(&name) {
        return;
    }
    let described = format!("{} {}", kind.noun(), name.sql());
    let object = Object { identity: name.sql(), described, owned: true, ..Object::default() };
    if let Some(kind) = relation_kind(kind) {
        catalog.relations.insert(relation(&name), kind);
    }
    if let (ObjectKind::Trigger, Some(table)) = (kind, &name.table) {
        let fires = op.fires.as_ref().map_or("", |text| text.value.as_str());
        let before = crate::migration::mentions(fires, "BEFORE");
        let definition = op.definition.as_ref().map_or("", |text| text.value.as_str());
        let row = crate::migration::mentions(definition, "FOR EACH ROW");
        let update = crate::migration::mentions(fires, "UPDATE");
        if let Some(table) = catalog.tables.get_mut(table) {
            table.triggers.retain(|trigger| trigger.name != name.name);
            table.triggers.push(Trigger {
                name: name.name.clone(),
                before_update_row: before && row && update,
                before_row: before && row && (update || crate::migration::mentions(fires, "INSERT")),
                ours: false,
                function: TriggerFunction {
                    name: String::new(),
                    keeps_plans: false,
                    owned: true,
                    cost: 100.0,
                },
            });
        }
    }
    catalog.objects.insert(name, object);
}

/// What an object goes by that may be written in several ways: a function by its argument types.
fn same(catalog: &Catalog, name: &ObjectName) -> Vec<ObjectName> {
    let Some(found) = catalog.objects.get(name) else { return vec![name.clone()] };
    let alike = |(other, object): &(&ObjectName, &Object)| {
        *other == name || (found.oid != 0 && other.kind == name.kind && object.oid == found.oid)
    };
    catalog.objects.iter().filter(alike).map(|(other, _)| other.clone()).collect()
}

pub(super) fn drop(catalog: &mut Catalog, kind: ObjectKind, op: &DropObject) {
    let name = catalog.object_name(&op.object(kind));
    for one in same(catalog, &name) {
        catalog.objects.remove(&one);
    }
    if relation_kind(kind).is_some() {
        // with its indexes, where it is a materialized view
        super::tables::drop(catalog, &relation(&name));
    }
    forget(catalog, &name);
}

/// What a table knows of the things that depend on it.
fn forget(catalog: &mut Catalog, gone: &ObjectName) {
    let full = relation(gone);
    let its = |table: &TableName| gone.table.as_ref() == Some(table);
    for (name, table) in &mut catalog.tables {
        match gone.kind {
            ObjectKind::View | ObjectKind::MaterializedView => table.views.retain(|view| view.name != full),
            ObjectKind::Statistics => table.statistics.retain(|statistic| statistic.name != full),
            ObjectKind::Policy if its(name) => table.policies.retain(|policy| policy.name != gone.name),
            ObjectKind::Trigger if its(name) => {
                table.triggers.retain(|trigger| trigger.name != gone.name);
                table.column_triggers.retain(|trigger| trigger.name != gone.name);
            }
            ObjectKind::Policy
            | ObjectKind::Trigger
            | ObjectKind::Type
            | ObjectKind::Domain
            | ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Sequence
            | ObjectKind::Function
            | ObjectKind::Procedure
            | ObjectKind::Table
            | ObjectKind::Index
            | ObjectKind::Constraint => {}
        }
    }
}

pub(super) fn rename(
    catalog: &mut Catalog,
    kind: ObjectKind,
    name: &TableRef,
    table: Option<&TableRef>,
    to: &Ident,
) {
    let object = ObjectRef { table: table.cloned(), ..ObjectRef::plain(kind, name) };
    let mut from = catalog.object_name(&object);
    if kind == ObjectKind::Type && !catalog.objects.contains_key(&from) {
        // `ALTER TYPE` takes domains as well.
        from.kind = ObjectKind::Domain;
    }
    for one in same(catalog, &from) {
        let Some(object) = catalog.objects.remove(&one) else { continue };
        catalog.objects.insert(ObjectName { name: to.clone(), ..one }, object);
    }
    if let Some(kind) = catalog.relations.remove(&relation(&from)).filter(|_| relation_kind(kind).is_some()) {
        catalog.relations.insert(TableName::new(from.schema.clone(), to.clone()), kind);
    }
}

pub(super) fn set_schema(catalog: &mut Catalog, kind: ObjectKind, name: &TableRef, to: &Ident) {
    let from = catalog.object_name(&ObjectRef::plain(kind, name));
    for one in same(catalog, &from) {
        let Some(object) = catalog.objects.remove(&one) else { continue };
        catalog.objects.insert(ObjectName { schema: to.clone(), ..one }, object);
    }
}

pub(super) fn add_value(catalog: &mut Catalog, op: &AddEnumValue) {
    let name = catalog.object_name(&ObjectRef::plain(ObjectKind::Type, &op.type_));
    let Some(object) = catalog.objects.get_mut(&name) else { return };
    if object.labels.contains(&op.value) {
        return;
    }
    let place = |label: &Option<String>| object.labels.iter().position(|known| Some(known) == label.as_ref());
    let at = place(&op.before).or(place(&op.after).map(|at| at + 1)).unwrap_or(object.labels.len());
    object.labels.insert(at, op.value.clone());
}

pub(super) fn rename_value(catalog: &mut Catalog, op: &RenameEnumValue) {
    let name = catalog.object_name(&ObjectRef::plain(ObjectKind::Type, &op.type_));
    let Some(object) = catalog.objects.get_mut(&name) else { return };
    object.labels.iter_mut().filter(|label| **label == op.value).for_each(|label| *label = op.to.clone());
}

pub(super) fn comment(catalog: &mut Catalog, op: &CommentOn) {
    let Some(object) = crate::migration::object(&op.object) else { return };
    let name = catalog.object_name(&object);
    if let Some(object) = catalog.objects.get_mut(&name) {
        object.comment = op.comment.clone();
    }
}

fn relation(name: &ObjectName) -> TableName {
    TableName::new(name.schema.clone(), name.name.clone())
}

const fn relation_kind(kind: ObjectKind) -> Option<RelationKind> {
    match kind {
        ObjectKind::Sequence => Some(RelationKind::Sequence),
        ObjectKind::View => Some(RelationKind::View),
        ObjectKind::MaterializedView => Some(RelationKind::MaterializedView),
        ObjectKind::Table => Some(RelationKind::Table),
        ObjectKind::Index => Some(RelationKind::Index),
        ObjectKind::Type
        | ObjectKind::Domain
        | ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::Statistics
        | ObjectKind::Constraint => None,
    }
}
