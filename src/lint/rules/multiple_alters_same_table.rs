//! Several `ALTER TABLE` where one would do.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{Operation, Step, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "multiple-alters-same-table",
    severity: Severity::Advice,
    class: Class::Performance,
    on: false,
    summary: "Two ALTER TABLE in a row on the same table could be one",
    explanation: "\
Each ALTER TABLE waits for its lock anew, and reads or writes the table anew where it has to. Actions that take the
same lock can stand in one statement, with a comma between them.

Not reported: statements that must stay apart. VALIDATE CONSTRAINT in one statement with anything stronger reads the
table under the stronger lock, and SET NOT NULL beside DROP CONSTRAINT loses its proof. Neither are statements with
others between them, nor tables made earlier in the same file.",
    online: None,
    bad: "\
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN channel text;",
    good: "\
ALTER TABLE orders
    ADD COLUMN note text,
    ADD COLUMN channel text;",
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
