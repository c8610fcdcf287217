//! A lock without a `lock_timeout`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-lock-timeout",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/missing-lock-timeout.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, lock) = super::unlimited_lock(cx, &["lock_timeout"])?;
    let message = format!("nothing limits how long this waits for `{table}`, and everybody else behind it");
    let help = "`SET lock_timeout = '2s'` before it, and try again when the time runs out";
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}
