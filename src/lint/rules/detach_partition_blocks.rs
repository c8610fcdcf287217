//! `DETACH PARTITION` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "detach-partition-blocks",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/detach-partition-blocks.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterTable(parent, action) = cx.statement()? else { return None };
    let TableAction::Detach { partition, concurrently: false, finalize: false } = action else { return None };
    let has_default = cx.table(parent).is_some_and(|parent| parent.default_partition.is_some());
    if has_default || cx.created_here(parent) {
        return None;
    }
    let message = format!("detaching `{partition}` locks all of `{parent}` against reads and writes");
    let help = format!(
        "run `ALTER TABLE {parent} DETACH PARTITION {partition} CONCURRENTLY` by itself, outside a transaction; where \
         `{parent}` has a default partition, set a short lock_timeout and try again instead"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
