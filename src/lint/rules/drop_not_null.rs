//! `DROP NOT NULL`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{ColumnTarget, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-not-null",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-not-null.md")),
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
