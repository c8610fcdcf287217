//! A lock without a `lock_timeout`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-lock-timeout",
    severity: Severity::Advice,
    class: Class::Hygiene,
    on: false,
    summary: "A statement waits for a lock on a table in use, and no lock_timeout limits the wait",
    explanation: "\
While a statement waits for a strong lock, every later statement that needs the table waits behind it, reads included.
A lock_timeout of a few seconds ends that, and the migration can be tried again.

A timeout may be set by SET, by set_config, by SET LOCAL in the same transaction (it ends at COMMIT), or outside the
files, by ALTER ROLE or the runner; then this rule has nothing to say and stays off. midflight sets one by itself.

Not reported: tables made earlier in the same file, tables that the transaction has locked as strongly before, and
statements that stop nobody. Concurrent builds must have no timeout: it leaves an INVALID index.",
    online: None,
    bad: "ALTER TABLE orders ADD COLUMN note text;",
    good: "\
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, lock) = super::unlimited_lock(cx, &["lock_timeout"])?;
    let message = format!("nothing limits how long this waits for `{table}`, and everybody else behind it");
    let help = "`SET lock_timeout = '2s'` before it, and try again when the time runs out";
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}
