//! `RENAME COLUMN`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-column",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-column.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameColumn(rename) = &cx.step.operation else { return None };
    if cx.column_created_here(&rename.table, &rename.column) {
        return None;
    }
    let (table, old, new) = (&rename.table, &rename.column, &rename.to);
    let message = format!(
        "the running release knows `{table}.{old}` only: its statements fail once it is named `{new}`"
    );
    let help = format!(
        "add `{new}` to `{table}`, keep it in step with `{old}` by a trigger, copy the old rows in batches, and drop \
         `{old}` when no release uses it"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
