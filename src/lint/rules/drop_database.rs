//! `DROP DATABASE`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-database",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-database.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::DropDatabase(name)) = cx.statement() else { return None };
    let message = format!("this drops database `{name}` with everything in it");
    let help = "take it out of the migration: a database is dropped by hand";
    Some(Problem::new(cx.step.span, message).help(help))
}
