//! `SET DEFAULT` and `DROP DEFAULT` of a column in use.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-default",
    severity: Severity::Advice,
    class: Class::Incompatible,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/change-default.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, column, change) = match &cx.step.operation {
        Operation::SetDefault(set) => (&set.table, &set.column, "change what they write"),
        Operation::DropDefault(drop) => (&drop.table, &drop.column, "write NULL"),
        _ => return None,
    };
    if cx.column_created_here(table, column) {
        return None;
    }
    let message =
        format!("INSERTs of the running release that leave `{table}.{column}` out {change} from here on");
    let help =
        format!("make sure that the running release writes `{column}` itself, or can live with the change");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
