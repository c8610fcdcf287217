//! `TRUNCATE`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "truncate-table",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/truncate-table.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Truncate { tables, cascade: false }) = cx.statement() else { return None };
    let gone = super::in_use(cx, tables)?;
    let message = format!("truncating {gone} loses every row, and nobody can read or write meanwhile");
    let help = "delete the rows in batches by key, each in a short transaction of its own";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
