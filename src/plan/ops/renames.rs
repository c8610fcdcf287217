//! New names of constraints and indexes. No statement of an application names them, but for ON CONFLICT ON CONSTRAINT.

use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::change::{RenameConstraint, RenameIndex};
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::migration::operation::{Name, TableRef, Unplaced};
use crate::migration::source::Located;
use crate::plan::Step;
use crate::plan::names::{Handover, Named};
use crate::plan::planner::Draft;

pub(super) fn constraint(op: &RenameConstraint, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let has = |name: &Ident| table.constraints.iter().any(|constraint| constraint.name == *name);
    if !has(&op.name) {
        let error = Error::usage(format!("table `{table_name}` has no constraint `{}`", op.name.as_str()));
        return Err(draft.blame(error, op.name.span));
    }
    if has(&op.to) {
        let error =
            Error::usage(format!("table `{table_name}` already has a constraint `{}`", op.to.as_str()));
        return Err(draft.blame(error, op.to.span));
    }
    draft.touch(&table_name, None);
    draft.note(format!(
        "statements with ON CONFLICT ON CONSTRAINT {} fail once contract has renamed it to {}",
        op.name, op.to
    ));
    draft.hand_over(Handover {
        what: Named::Constraint { table: table_name },
        physical: op.name.value.clone(),
        last: op.to.value.clone(),
    });
    Ok(())
}

pub(super) fn index(op: &RenameIndex, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.resolve(&op.index);
    match draft.relation_kind(&name) {
        Some(kind) if kind.is_index() => {}
        None if op.if_exists => {
            draft.note(format!("index {name} does not exist"));
            return Ok(());
        }
        None => {
            return Err(draft.blame(Error::usage(format!("index `{name}` does not exist")), op.index.span));
        }
        Some(_) => return Err(draft.blame(Error::usage(format!("`{name}` is not an index")), op.index.span)),
    }
    let to = TableName::new(name.schema.clone(), op.to.value.clone());
    if draft.exists(&to) {
        let error = Error::usage(format!("a relation named `{to}` exists already"));
        return Err(draft.blame(error, op.to.span));
    }
    draft.touch(&name, None);
    draft.hand_over(Handover {
        what: Named::Index { schema: name.schema },
        physical: name.name,
        last: op.to.value.clone(),
    });
    Ok(())
}

/// Any other object. It has one name at a time, so the new release goes on with the old one until contract; what the
/// file itself has made is renamed at once.
pub(super) fn object(
    kind: ObjectKind,
    name: &Located<TableRef>,
    table: Option<&TableRef>,
    to: &Name,
    op: &Unplaced,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let object = ObjectRef { table: table.cloned(), ..ObjectRef::plain(kind, name) };
    let full = draft.object_name(&object);
    let renamed = ObjectName { name: to.value.clone(), ..full.clone() };
    let (noun, summary) = (kind.noun(), format!("rename {} {} to {to}", kind.noun(), full.sql()));
    let new = draft.makes(&full);
    if !new {
        draft.own_object(&full, name.span)?;
    }
    if draft.now.objects.contains_key(&renamed) {
        let error = Error::usage(format!("{noun} `{}` exists already", renamed.sql()));
        return Err(draft.blame(error, to.span));
    }
    draft.touch_object(&full);
    let taken = draft.first.objects.contains_key(&renamed);
    match kind {
        ObjectKind::Type | ObjectKind::Domain if taken || !new => {
            let physical = draft.physical_type(&full.name).unwrap_or_else(|| full.name.clone());
            let what = Named::Type { schema: full.schema.clone() };
            draft.hand_over(Handover { what, physical, last: to.value.clone() });
        }
        _ if new && !taken => {
            // The undo of what made it drops it by its first name.
            let undo = format!("ALTER {} {} RENAME TO {}", kind.keywords(), renamed.sql(), full.name);
            draft.expand(Step::free(summary, vec![op.sql.clone()], vec![undo]));
        }
        _ => {
            draft.wait_for(&renamed);
            draft.in_contract_unlocked(summary, [op.sql.clone()]);
        }
    }
    if !new {
        draft.note(format!(
            "contract renames {noun} {} to {to}: both releases know it by the old name until then",
            full.sql()
        ));
    }
    draft.renames_object(&full, &renamed);
    Ok(())
}

/// A type or domain that moves to another schema, in contract: both releases find it in the old one until then.
pub(super) fn set_schema(
    kind: ObjectKind,
    name: &Located<TableRef>,
    to: &Name,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let full = draft.object_name(&ObjectRef::plain(kind, name));
    let schema = ObjectName { schema: Ident::default(), name: to.value.clone(), ..full.clone() };
    let schema = ObjectName { kind: ObjectKind::Schema, ..schema };
    if !draft.now.objects.contains_key(&schema) {
        let error = Error::usage(format!("schema `{}` does not exist", to.as_str()));
        return Err(draft.blame(error.hint("`CREATE SCHEMA` above this makes it"), to.span));
    }
    let moved = ObjectName { schema: to.value.clone(), ..full.clone() };
    let noun = kind.noun();
    if draft.now.objects.contains_key(&moved) {
        let error = Error::usage(format!("{noun} `{}` exists already", moved.sql()));
        return Err(draft.blame(error, to.span));
    }
    let summary = format!("move {noun} {} to schema {to}", full.sql());
    let sql = format!("ALTER {} {} SET SCHEMA {to}", kind.keywords(), full.sql());
    draft.touch_object(&full);
    draft.touch_object(&moved);
    if draft.makes(&full) && draft.physical_type(&full.name).is_none() {
        let undo = format!("ALTER {} {} SET SCHEMA {}", kind.keywords(), moved.sql(), full.schema);
        draft.expand(Step::free(summary, vec![sql], vec![undo]));
        draft.renames_object(&full, &moved);
        return Ok(());
    }
    if !draft.makes(&full) {
        draft.own_object(&full, name.span)?;
    }
    draft.wait_for(&moved);
    draft.in_contract_unlocked(summary, [sql]);
    draft.note(format!(
        "contract moves {noun} {} to schema {to}: both releases find it in {} until then, and only in {to} from then on. A \
         statement that names it without a schema finds it in both where the search_path has both",
        full.sql(),
        full.schema,
    ));
    draft.renames_object(&full, &moved);
    Ok(())
}
