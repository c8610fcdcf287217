//! `DROP NOT NULL`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{ColumnTarget, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-not-null",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    summary: "DROP NOT NULL lets NULL reach readers that never saw it",
    explanation: "\
The statement takes ACCESS EXCLUSIVE for an instant and touches no row. But the running release was written for a
column that is never NULL, and as soon as anybody writes NULL its code meets it.

Let every reader live with NULL first, then drop NOT NULL, then write NULL.

Not reported: columns that an earlier file makes nullable; columns that the same file drops; columns and tables made
earlier in the same file.",
    online: None,
    bad: "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
    good: "ALTER TABLE users ADD COLUMN nickname text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropNotNull(target) = &cx.step.operation else { return None };
    let ColumnTarget { table, column } = target;
    let nullable = cx.column(table, column).is_some_and(|known| known.type_.is_some() && !known.not_null);
    if nullable || cx.column_created_here(table, column) || cx.later_steps().any(|step| drops(step, target)) {
        return None;
    }
    let message = format!("readers of `{table}.{column}` that were never written for NULL will meet it");
    let help = format!("deploy code that can read NULL from `{column}` first");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn drops(operation: &Operation, target: &ColumnTarget) -> bool {
    match operation {
        Operation::DropColumn(drop) => {
            drop.table.value == target.table.value && drop.column.value == target.column.value
        }
        _ => false,
    }
}
