//! `RENAME COLUMN`: both names exist until contract, kept in step. Then the new name's column goes and the old column
//! takes the name, so that everything that depends on it stays: constraints, foreign keys, views, its place in the row.

use super::pending_rule;
use super::replace::attributes;
use super::row::{Row, new_variable, old_side};
use crate::catalog::{ObjectClass, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::mentions;
use crate::migration::operation::RenameColumn;
use crate::plan::conversion::{Check, NewSide, PairConversion};
use crate::plan::dual_write::Pair;
use crate::plan::planner::{Draft, Replaced, Stays};

pub(super) fn plan(op: &RenameColumn, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    draft.there_before(&table_name, &op.column)?;
    let old = draft.changed_column(&table_name, &table, &op.column)?;
    draft.free_column(&table_name, &table, &op.to)?;
    let (name, to) = (old.name.clone(), op.to.value.clone());
    let rename = format!("ALTER TABLE {table_name} RENAME COLUMN {name} TO {to}");
    if old.generated.is_some() {
        let error = Error::refused(format!(
            "column `{}` is generated: nothing can be written to its double",
            old.name.as_str()
        ))
        .hint("add a generated column of the new name, and drop the old one once no release reads it");
        return Err(draft.blame(error, op.column.span));
    }
    let rules = table.dependents.get(&name).into_iter().flatten();
    if let Some(rule) = rules.into_iter().find(|one| one.class == ObjectClass::Rule) {
        let error = Error::refused(format!(
            "{} reads column `{}` before any trigger: of what the new release writes under its name it would see nothing",
            rule.what,
            name.as_str()
        ));
        let hint = "make a trigger of the rule in an earlier migration; or rename the column while no release uses it, under \
                    `-- midflight: phase contract`";
        return Err(draft.blame(error.hint(hint), op.column.span));
    }
    draft.can_be_left_out(&table_name, old, op.column.span)?;
    draft.touch(&table_name, Some(&name));
    draft.touch(&table_name, Some(&to));
    if old.default.is_some() && !draft.versioned() {
        let what = if old.not_null { "fails (SQLSTATE 23502)" } else { "gives NULL" };
        draft.warn(
            false,
            format!("until contract `SET {to} = DEFAULT` in an UPDATE of {table_name} {what}: {to} has no default yet"),
        );
    }
    tell_of_triggers(&table_name, &table, &name, &to, draft);
    let collation = old.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    // The table would be rewritten for a double of a domain with constraints. The old column checks every value: each is
    // written to both.
    let type_info = old.type_info.unchecked();
    let definition = format!("{}{collation}", type_info.spelling);
    draft.shadow_column(&table_name, &to, &definition, &type_info, attributes(&table_name, old, &to))?;

    let double = new_variable(&to, &to, &type_info);
    let up = Row::old(draft, &table_name, &table).derive(&to, &type_info, None, &name);
    let new_row = Row::new(draft, &table_name, &table, std::slice::from_ref(&double));
    let down = new_row.derive(&name, &old.type_info, None, &to);
    // Where neither name takes NULL, it is in no row that is converted.
    let nulls = if op.nulls_written { vec![0] } else { Vec::new() };
    let marker = if old.not_null { None } else { Some(draft.marker(&table_name, nulls)?) };
    let pair = Pair {
        old: old_side(&table, std::slice::from_ref(&name), std::slice::from_ref(&up)),
        new: vec![double],
        up: vec![up],
        down: vec![down],
        can_fail: false,
        hidden: false,
        counted: true,
        same_value: true,
        marker,
    };
    pending_rule::refuse_nulls(draft, op.nulls_written && old.not_null, &op.to)?;
    pending_rule::tell(draft, &table_name, std::slice::from_ref(&name), &pair);
    // What the old column refuses, NULL included, the new name refuses too: every write to it goes through both.
    let side = NewSide { physical: to.clone(), type_info, not_null: false };
    draft.dual_write(&table_name, pair, PairConversion { columns: vec![side], check: Check::Values })?;
    draft.replaces(
        &table_name,
        Replaced {
            old: name.clone(),
            physical: to.clone(),
            last: to.clone(),
            stays: Stays::Old,
            not_null: old.not_null,
        },
    );
    draft.note(format!(
        "the new release may write whole values to {table_name}.{to} from expand on; it may search by it (WHERE, JOIN, ON \
         CONFLICT) once {}.readable() says true",
        draft.context.state_schema
    ));
    draft.in_contract(
        format!("{table_name}.{name} takes the name {to}, with everything that depends on it"),
        &table_name,
        [format!("ALTER TABLE {table_name} DROP COLUMN {to}"), rename],
    );
    Ok(())
}

/// PostgreSQL looks at the columns that a statement names, and at the row as the triggers before have left it: what the new
/// release writes is not under the old name yet.
fn tell_of_triggers(table_name: &TableName, table: &Table, old: &Ident, new: &Ident, draft: &mut Draft<'_>) {
    for trigger in table.column_triggers.iter().filter(|trigger| trigger.columns.contains(old)) {
        let why = if mentions(&trigger.definition, "UPDATE OF") {
            format!("it fires for UPDATE OF {old}")
        } else if mentions(&trigger.definition, "BEFORE") {
            format!("its WHEN reads {old}")
        } else {
            continue;
        };
        draft.warn(
            false,
            format!(
                "trigger {} of {table_name} does not see what the new release writes to {new} until contract: {why}",
                trigger.name
            ),
        );
    }
}
