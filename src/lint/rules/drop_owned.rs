//! `DROP OWNED BY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-owned",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-owned.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::DropOwned(_)) = cx.statement() else { return None };
    let message = "this drops every table, view and function of the role in this database";
    let help = "`REASSIGN OWNED BY … TO …` keeps them; revoke privileges by name";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
