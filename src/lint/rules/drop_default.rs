//! `DROP DEFAULT` of a new required column.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-default",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-default.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropDefault(drop) = &cx.step.operation else { return None };
    let known = cx.column(&drop.table, &drop.column)?;
    if cx.created_here(&drop.table) || !cx.is_new(known.created_in) || !known.not_null {
        return None;
    }
    let (table, column) = (&drop.table, &drop.column);
    let message = format!(
        "the running release doesn't write the new `{column}`: without its default every INSERT into `{table}` fails"
    );
    let help =
        format!("drop the default of `{column}` in a later migration, when every release writes the column");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
