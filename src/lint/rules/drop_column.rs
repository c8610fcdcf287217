//! `DROP COLUMN`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-column",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-column.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropColumn(drop) = &cx.step.operation else { return None };
    if cx.column_created_here(&drop.table, &drop.column) {
        return None;
    }
    let (table, column) = (&drop.table, &drop.column);
    let message = format!(
        "dropping `{column}` breaks every statement that still names it, and its values in `{table}` are lost"
    );
    let help = format!(
        "first deploy a release that no longer reads or writes `{column}` (and drop its NOT NULL), then drop it in a \
         later migration"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
