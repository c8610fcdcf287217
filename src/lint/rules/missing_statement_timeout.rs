//! A strong lock without a `statement_timeout`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-statement-timeout",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    summary: "A statement locks a table in use, and no statement_timeout limits how long it runs",
    explanation: "\
lock_timeout limits the wait for the lock; how long the lock is then held, only statement_timeout limits, or
transaction_timeout (PostgreSQL 17). Where a statement that should take an instant turns out to read the whole table,
the timeout ends the outage.

Not reported: tables made earlier in the same file, and statements that stop nobody. VALIDATE CONSTRAINT and concurrent
builds take their time and must not be cut off: set the timeout back to 0 for them.",
    online: None,
    bad: "ALTER TABLE orders ADD COLUMN note text;",
    good: "\
SET statement_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, lock) = super::unlimited_lock(cx, &["statement_timeout", "transaction_timeout"])?;
    let message = format!("nothing limits how long this keeps `{table}` locked");
    let help = "`SET statement_timeout = '5s'` before it, and back to 0 before VALIDATE CONSTRAINT and concurrent builds";
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}
