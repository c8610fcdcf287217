//! `ALTER CONSTRAINT … ENFORCED` (PostgreSQL 18).

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "enforce-constraint-scans",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/enforce-constraint-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::AlterTable(table, TableAction::AlterConstraint { name, enforce: true, .. })) =
        cx.statement()
    else {
        return None;
    };
    if cx.created_here(table) {
        return None;
    }
    let message = format!(
        "enforcing `{name}` reads all of `{table}` and looks up each row in the table that it refers to, while nobody \
         can read or write `{table}`"
    );
    let help = format!(
        "add the same foreign key to `{table}` once more, NOT VALID and under a new name, VALIDATE it in a transaction \
         of its own, then `ALTER TABLE {table} DROP CONSTRAINT {name}`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
