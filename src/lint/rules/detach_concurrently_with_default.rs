//! `DETACH PARTITION … CONCURRENTLY` beside a default partition.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "detach-concurrently-with-default",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    summary: "DETACH PARTITION … CONCURRENTLY fails where the table has a default partition",
    explanation: "\
PostgreSQL 14 to 18 refuse to detach a partition concurrently from a table that has a default partition. Without
CONCURRENTLY the statement takes ACCESS EXCLUSIVE on the partitioned table, for an instant once it has it: set a
short lock_timeout, so that nobody queues behind it for long, and try again when it runs out.

Reported where the files say that there is a default partition.",
    online: None,
    bad: "\
CREATE TABLE orders_rest (LIKE orders INCLUDING ALL);
ALTER TABLE orders ATTACH PARTITION orders_rest DEFAULT;
ALTER TABLE orders DETACH PARTITION orders_2020 CONCURRENTLY;",
    good: "\
CREATE TABLE orders_rest (LIKE orders INCLUDING ALL);
ALTER TABLE orders ATTACH PARTITION orders_rest DEFAULT;
SET lock_timeout = '2s';
ALTER TABLE orders DETACH PARTITION orders_2020;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterTable(parent, action) = cx.statement()? else { return None };
    let TableAction::Detach { partition, concurrently: true, .. } = action else { return None };
    let default = cx.table(parent)?.default_partition.as_ref()?;
    let message = format!("this fails: `{parent}` has a default partition, `{}`", cx.shown(default));
    let help = format!(
        "`SET lock_timeout = '2s'`, then `ALTER TABLE {parent} DETACH PARTITION {partition}`, again until it gets its \
         lock"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
