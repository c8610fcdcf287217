//! Several `ALTER TABLE` where one would do.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{Operation, Step, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "multiple-alters-same-table",
    severity: Severity::Advice,
    class: Class::Performance,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/multiple-alters-same-table.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, lock) = altered(cx.siblings)?;
    let before = &cx.earlier.last()?.steps;
    if !cx.is_step(0)
        || altered(before)? != (table, lock)
        || cx.created_here(table)
        || part(cx.siblings, before)
    {
        return None;
    }
    let message =
        format!("this could be part of the ALTER TABLE `{table}` before it: each of them waits for its lock");
    Some(
        Problem::new(cx.step.span, message)
            .help("write both as one statement, with a comma between the actions"),
    )
}

/// The table and the lock of an ALTER TABLE whose actions may stand beside others.
fn altered(steps: &[Step]) -> Option<(&TableRef, Lock)> {
    let mut actions = steps.iter().map(|step| action(&step.operation));
    let (table, mut lock) = actions.next()??;
    for action in actions {
        lock = lock.max(action?.1);
    }
    Some((table, lock))
}

fn action(operation: &Operation) -> Option<(&TableRef, Lock)> {
    let (table, lock) = match operation {
        Operation::AddColumn(op) => (&op.table, Lock::AccessExclusive),
        Operation::DropColumn(op) => (&op.table, Lock::AccessExclusive),
        Operation::ChangeType(op) => (&op.table, Lock::AccessExclusive),
        Operation::SetNotNull(op) => (&op.table, Lock::AccessExclusive),
        Operation::SetDefault(op) => (&op.table, Lock::AccessExclusive),
        Operation::DropNotNull(op) | Operation::DropDefault(op) => (&op.table, Lock::AccessExclusive),
        Operation::AddIdentity(op) => (&op.table, Lock::AccessExclusive),
        Operation::SetIdentity(op) => (&op.table, Lock::AccessExclusive),
        Operation::DropIdentity(op) | Operation::DropExpression(op) => (&op.table, Lock::AccessExclusive),
        Operation::AddCheck(op) => (&op.table, Lock::AccessExclusive),
        Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => (&op.table, Lock::AccessExclusive),
        Operation::DropConstraint(op) => (&op.table, Lock::AccessExclusive),
        Operation::AddForeignKey(op) => (&op.table, Lock::ShareRowExclusive),
        Operation::SetStorageParameters(op) => (&op.table, Lock::ShareUpdateExclusive),
        Operation::SetStatistics(op) => (&op.table, Lock::ShareUpdateExclusive),
        _ => return None,
    };
    Some((table, lock))
}

/// Whether the two do less harm apart: in one statement, SET NOT NULL can't lean on a check that is dropped.
fn part(one: &[Step], other: &[Step]) -> bool {
    let sets = |steps: &[Step]| steps.iter().any(|step| matches!(step.operation, Operation::SetNotNull(_)));
    let drops =
        |steps: &[Step]| steps.iter().any(|step| matches!(step.operation, Operation::DropConstraint(_)));
    sets(one) && drops(other) || drops(one) && sets(other)
}
