//! `ALTER COLUMN … SET EXPRESSION`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, Work};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "set-expression-rewrites",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/set-expression-rewrites.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterTable(table, TableAction::SetExpression(column)) = cx.statement()? else {
        return None;
    };
    if cx.impact.work != Some(Work::Rewrite) {
        return None;
    }
    let message = format!("computing `{column}` again rewrites `{table}`");
    let help = format!(
        "add a second column to `{table}`, fill it by a trigger and in batches, and drop `{column}` when nobody reads it"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
