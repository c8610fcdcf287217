//! New names of constraints and indexes. No statement of an application names them, but for ON CONFLICT ON CONSTRAINT.

use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::change::{RenameConstraint, RenameIndex};
use crate::plan::planner::Draft;

pub(super) fn constraint(op: &RenameConstraint, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let has = |name: &Ident| table.constraints.iter().any(|constraint| constraint.name == *name);
    if !has(&op.name) && !draft.is_new(&table_name) {
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
    draft.in_contract(
        format!("rename constraint {} of {table_name} to {}", op.name, op.to),
        &table_name,
        [format!("ALTER TABLE {table_name} RENAME CONSTRAINT {} TO {}", op.name, op.to)],
    );
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
    draft.in_contract_unlocked(
        format!("rename index {name} to {}", op.to),
        format!("ALTER INDEX {name} RENAME TO {}", op.to),
    );
    Ok(())
}
