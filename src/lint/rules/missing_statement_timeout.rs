//! A strong lock without a `statement_timeout`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-statement-timeout",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/missing-statement-timeout.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, lock) = super::unlimited_lock(cx, &["statement_timeout", "transaction_timeout"])?;
    let message = format!("nothing limits how long this keeps `{table}` locked");
    let help = "`SET statement_timeout = '5s'` before it, and back to 0 before VALIDATE CONSTRAINT and concurrent builds";
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}
