//! `ALTER TABLE … RENAME TO`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, RenameTable, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-table",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-table.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameTable(rename) = &cx.step.operation else { return None };
    // ALTER TABLE renames indexes and sequences too
    let is_index = cx.table(&rename.table).is_none() && cx.schema.index(&rename.table).is_some();
    let is_new =
        cx.created_here(&rename.table) || cx.object_created_here(ObjectKind::Sequence, &rename.table);
    if is_index || is_new || cx.later_in_transaction().any(|later| is_view_for(cx, later, rename)) {
        return None;
    }
    let (table, new) = (&rename.table, &rename.to);
    let message = format!(
        "the running release knows `{table}` only: its statements fail once the table is named `{new}`"
    );
    let renamed = match &table.schema {
        Some(schema) => format!("{schema}.{new}"),
        None => new.to_string(),
    };
    let help = format!(
        "in one transaction with it: `CREATE VIEW {table} AS SELECT * FROM {renamed}`; drop the view when no release \
         uses the old name"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn is_view_for(cx: &Context<'_>, later: &Operation, rename: &RenameTable) -> bool {
    let same = |name: &TableRef| cx.schema.resolve(name) == cx.schema.resolve(&rename.table);
    matches!(later, Operation::CreateView(view) if same(&view.name))
}
