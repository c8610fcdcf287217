//! `SET LOCAL` outside a transaction.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "ineffective-set-local",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    summary: "SET LOCAL outside a transaction has no effect",
    explanation: "\
SET LOCAL lasts until the transaction ends. Outside a transaction that is the end of the statement itself: PostgreSQL
warns and changes nothing, so that a `SET LOCAL lock_timeout` protects nobody.

Write SET, which lasts as long as the session, or BEGIN in front of it.

It does have an effect in a file that the runner wraps in a transaction (`--transaction file`), in one that is sent as
one query string (`--transaction batch`), and inside a DO block.",
    online: None,
    bad: "\
SET LOCAL lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;",
    good: "\
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN note text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::Unplaced(unplaced) = &cx.step.operation else { return None };
    let setting = unplaced.head.strip_prefix("SET LOCAL ")?;
    if cx.in_transaction() {
        return None;
    }
    let message = format!("SET LOCAL {} has no effect outside a transaction", setting.to_lowercase());
    Some(Problem::new(cx.step.span, message).help("write SET without LOCAL, or BEGIN in front of it"))
}
