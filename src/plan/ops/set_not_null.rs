//! `SET NOT NULL`: a check that is validated while writes go on proves it; with `up`, a shadow column gets a value
//! where the old one has none.

use super::offenders::nulls;
use super::online;
use super::replace::{self, Successor, shadow_name};
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::migration::operation::SetNotNull;
use crate::pg::null::given;
use crate::plan::planner::{ColumnChange, Draft};
use crate::plan::{LockMode, Place, Step};

pub(super) fn plan(op: &SetNotNull, draft: &mut Draft<'_>) -> Result<()> {
    let found =
        if op.up.is_none() { draft.table_or_partitioned(&op.table) } else { draft.table_of_rows(&op.table) };
    let (table_name, table) = found?;
    let old = draft.column(&table_name, &table, &op.column)?;
    let name = old.name.clone();
    if old.not_null {
        draft.note(format!("{table_name}.{name} is NOT NULL already"));
        return Ok(());
    }
    if let Some(up) = &op.up {
        draft.there_before(&table_name, &op.column)?;
        draft.typed.push((table_name.clone(), name.clone()));
        if old.type_info.constrained {
            return Err(draft.blame(Draft::constrained_domain(&old.type_), op.column.span));
        }
        let successor = Successor {
            final_name: name.clone(),
            physical: shadow_name(&name),
            type_text: old.type_.clone(),
            type_info: old.type_info.clone(),
            collation: old.collation.clone(),
            not_null: true,
            up: Some(up),
            down: None,
            lossless: false,
            one_way: false,
            known_back: true,
            can_fail: true,
            nulls_written: false,
        };
        return replace::plan(draft, &table_name, &table, old, &successor);
    }
    draft.touch(&table_name, Some(&name));
    let added = draft.adds_column(&table_name, &name)
        && old.default.is_none()
        && !draft.filled_columns(&table_name).contains(&name);
    if added {
        after_the_old_release(draft, &table_name, op)?;
    }
    let flag = format!("ALTER TABLE {table_name} ALTER COLUMN {name} SET NOT NULL");
    if table.proves_not_null(&name) {
        draft.in_contract(
            format!("set {table_name}.{name} NOT NULL, which a validated check proves"),
            &table_name,
            [flag],
        );
        return Ok(());
    }
    draft.change_column(&table_name, &name, ColumnChange::NotNull);
    draft.binds(&table_name, std::slice::from_ref(&name), &format!("NULL in {name}"), "23514");
    let check = Draft::not_null_check(&name);
    let composite = old.type_info.composite;
    let mut require = Step::catalog_only(
        format!("require {table_name}.{name} in new rows"),
        &table_name,
        LockMode::AccessExclusive,
        vec![format!(
            "ALTER TABLE {table_name} ADD CONSTRAINT {check} CHECK ({}) NOT VALID",
            given(&name, composite)
        )],
        vec![format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {check}")],
    );
    require.violations = Some(nulls(draft, &table_name, &table, &name));
    draft.expand(require);
    // Rows that were written between the change of rows and this.
    if let Some(again) = draft.fills_again(&table_name, &name) {
        draft.after_rows(again);
    }
    draft.after_rows(online::validate(&table_name, &check));
    draft.in_contract(
        format!("set {table_name}.{name} NOT NULL, which the validated check proves"),
        &table_name,
        // A column that is replaced has taken the check with it, and its successor is NOT NULL already.
        [flag, format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {check}")],
    );
    Ok(())
}

/// A new column that an UPDATE of the file fills. The old release leaves it NULL, so that the rows that it wrote since are
/// filled once it is gone, and only then may no other come.
fn after_the_old_release(draft: &mut Draft<'_>, table: &TableName, op: &SetNotNull) -> Result<()> {
    let Some(again) = draft.fills_again(table, &op.column) else {
        let error = Error::refused(format!(
            "column `{}` is NOT NULL without a value that the old release's INSERTs would get",
            op.column.as_str()
        ))
        .hint(
            "give it a DEFAULT; or say how it is computed from the row: `-- midflight: up COLUMN = EXPRESSION` above this \
             statement",
        );
        return Err(draft.blame(error, op.column.span));
    };
    draft.place = Place::Contract;
    draft.after_rows(again);
    Ok(())
}
