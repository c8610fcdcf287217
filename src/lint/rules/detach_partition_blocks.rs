//! `DETACH PARTITION` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "detach-partition-blocks",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "DETACH PARTITION without CONCURRENTLY locks the whole partitioned table",
    explanation: "\
DETACH PARTITION takes ACCESS EXCLUSIVE on the partitioned table, the partition and the default partition: everything
that reads or writes any partition through the table waits, also while the statement itself waits for older queries.

DETACH PARTITION … CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the partitioned table and waits for the queries that
use the partition; nobody waits for it. It can't run in a transaction. One that was cancelled is finished with
DETACH PARTITION … FINALIZE.

Not reported: partitioned tables made earlier in the same file, and those with a default partition, where PostgreSQL
refuses CONCURRENTLY. There, set a short lock_timeout and try again.",
    online: None,
    bad: "ALTER TABLE orders DETACH PARTITION orders_2020;",
    good: "ALTER TABLE orders DETACH PARTITION orders_2020 CONCURRENTLY;",
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
