//! What names a column whose type changes in place. PostgreSQL refuses the change under a view, a policy or a trigger that
//! names the column, so these are dropped before it and recreated after it, in one transaction.

use super::recreate_dependents::RecreatedViews;
use crate::catalog::{Column, Table, View};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::plan::planner::{ColumnChange, Draft, Replaced, Stays};
use crate::plan::publications;

/// Refuses what PostgreSQL would refuse in contract, and nobody can recreate.
///
/// # Errors
/// Exit 23.
pub(super) fn refuse_obstacles(
    draft: &Draft<'_>,
    name: &TableName,
    table: &Table,
    column: &Column,
) -> Result<()> {
    let others = table.dependents.get(&column.name).into_iter().flatten();
    let mut obstacles: Vec<String> =
        others.map(|dependent| dependent.what.clone()).filter(|what| draft.keeps(what)).collect();
    obstacles.extend(publications::obstacles(table, &column.name));
    let kept = |view: &&View| view.columns.contains(&column.name) && draft.keeps(&view.described());
    let views = table.views.iter().filter(kept);
    obstacles.extend(
        views.filter_map(|view| view.obstacle.as_ref().map(|why| format!("{}: {why}", view.described()))),
    );
    if obstacles.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the type of column `{}` of `{name}` can't change: something can't follow",
        column.name.as_str()
    );
    let error = Error::refused(message)
        .details(obstacles.into_iter().map(|obstacle| format!("depends on it: {obstacle}")))
        .hint(
            "where it can be dropped above this statement, in the same file, and recreated below (a view, a function), contract does \
             both; else drop it in a migration before, and recreate it in one after",
        );
    Err(draft.blame(error, draft.span))
}

/// Plans what is recreated around the changes.
pub(super) fn plan(draft: &mut Draft<'_>, views: &mut RecreatedViews) {
    let replaced = draft.tables_with_replaced();
    for (name, columns) in draft.in_place() {
        let Some(table) = draft.first.tables.get(&name) else { continue };
        let changed = |of: &[Ident]| of.iter().any(|one| columns.contains(one));
        views.over(table, |view| changed(&view.columns));
        // What names a replaced column as well follows that one.
        let follows = |of: &[Ident]| {
            let columns =
                replaced.iter().filter(|(table, _, _)| *table == name).flat_map(|(_, _, columns)| columns);
            columns.into_iter().any(|one| of.contains(&one.old))
        };
        let concerned = |of: &[Ident]| changed(of) && !follows(of);
        let mut again = Vec::new();
        for policy in table.policies.iter().filter(|policy| concerned(&policy.columns)) {
            draft.in_contract_first([format!("DROP POLICY {} ON {name}", policy.name)]);
            if draft.keeps(&format!("policy {} on {name}", policy.name)) {
                again.extend(policy.create(&name, str::to_owned));
            }
        }
        for trigger in table.column_triggers.iter().filter(|trigger| concerned(&trigger.columns)) {
            draft.in_contract_first([format!("DROP TRIGGER {} ON {name}", trigger.name)]);
            if draft.keeps(&format!("trigger {} on {name}", trigger.name)) {
                again.extend(trigger.create(&name, str::to_owned));
            }
        }
        let of_table: Vec<Replaced> = replaced
            .iter()
            .filter(|(of, _, _)| *of == name)
            .flat_map(|(_, _, columns)| columns.clone())
            .collect();
        let recreated =
            |of: &[Ident]| of_table.iter().any(|one| one.stays == Stays::New && of.contains(&one.old));
        let listed = |of: &[Ident]| changed(of) && !recreated(of);
        again.extend(draft.relist(&name, table, &of_table, listed));
        if !again.is_empty() {
            draft.in_contract(format!("recreate what depended on changed columns of {name}"), &name, again);
        }
    }
}

/// A column whose type changes in place gets its new default with the type.
pub(super) fn defaults(draft: &mut Draft<'_>, all: &[(TableName, Table, Vec<Replaced>)]) {
    for (table, column) in draft.typed.clone() {
        let of = all.iter().filter(|(name, _, _)| *name == table).flat_map(|(_, _, columns)| columns);
        if of.into_iter().any(|one| one.old == column) {
            continue;
        }
        for change in draft.column_changes(&table, &column) {
            let ColumnChange::Default(default) = change else { continue };
            let action = default.map_or("DROP DEFAULT".to_owned(), |text| format!("SET DEFAULT {text}"));
            let sql = format!("ALTER TABLE {table} ALTER COLUMN {column} {action}");
            draft.in_contract(format!("{action} on {table}.{column}"), &table, [sql]);
        }
    }
}
