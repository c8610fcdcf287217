//! Triggers, rules and policies of a table in use.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Runner, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "trigger-change",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    summary: "Making or dropping a trigger, rule or policy locks the table until the transaction ends",
    explanation: "\
CREATE TRIGGER takes SHARE ROW EXCLUSIVE: writes wait. DROP TRIGGER, ALTER TRIGGER, CREATE RULE, DROP RULE and all of
CREATE, ALTER and DROP POLICY take ACCESS EXCLUSIVE: reads wait as well. All of them take an instant once they have the
lock, but while they wait for it behind a long query, everything else waits behind them.

So set a short lock_timeout, run the statement by itself, and try again when the time runs out.

Not reported: tables made earlier in the same file, and statements outside a transaction for which the file has set a
lock_timeout; nor what midflight makes and drops, which waits for its locks in short attempts.",
    online: None,
    bad: "CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();",
    good: "\
SET lock_timeout = '2s';
CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION audit();",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let table = changed(cx)?;
    let limited = cx.schema.session.timeout("lock_timeout").is_some_and(|timeout| !timeout.is_zero());
    let taken_care_of = cx.runner == Runner::Midflight && cx.statement().is_none();
    if taken_care_of || cx.created_here(table) || limited && !cx.in_transaction() {
        return None;
    }
    let lock = cx.impact.lock()?;
    let waits = if lock == Lock::AccessExclusive { "reads and writes" } else { "writes" };
    let message = format!("this takes {} on `{table}`: {waits} wait until the transaction ends", lock.name());
    let help = "run it by itself after `SET lock_timeout = '2s'`, and again when the time runs out";
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}

fn changed<'a>(cx: &Context<'a>) -> Option<&'a TableRef> {
    let operation = &cx.step.operation;
    if let Operation::Unplaced(_) = operation {
        return match cx.statement()? {
            Statement::ChangeTrigger(table) => Some(table),
            _ => None,
        };
    }
    let created = operation.created().map(|(kind, create)| (kind, create.table.as_ref()));
    let (kind, table) =
        created.or_else(|| operation.dropped().map(|(kind, drop)| (kind, drop.table.as_ref())))?;
    let table = table.filter(|_| matches!(kind, ObjectKind::Trigger | ObjectKind::Policy))?;
    Some(table)
}
