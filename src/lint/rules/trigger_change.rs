//! Triggers, rules and policies of a table in use.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Runner, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "trigger-change",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/trigger-change.md")),
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
