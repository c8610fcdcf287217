//! A concurrent build under `lock_timeout` or `statement_timeout`.

use std::time::Duration;

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-build-with-timeout",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    summary: "A timeout that cuts off a concurrent index build leaves an INVALID index",
    explanation: "\
CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY wait for every transaction that is older than they are. They stop
nobody while they wait, so that there is no need for a timeout; but lock_timeout and statement_timeout end the wait,
and what is left is an INVALID index, which every write maintains and no query uses. A unique one rejects duplicates
all the same.

Set both to 0 before the build, and watch it in pg_stat_progress_create_index.

Not reported: timeouts that were reset before the build, or set with SET LOCAL in a transaction that has ended; tables
made earlier in the same file.",
    online: None,
    bad: "\
SET lock_timeout = '2s';
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);",
    good: "\
SET lock_timeout = 0;
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let builds = match &cx.step.operation {
        Operation::CreateIndex(index) => {
            index.concurrently && !cx.created_here(&index.table) && !cx.is_partitioned(&index.table)
        }
        _ => matches!(cx.statement(), Some(Statement::Reindex { concurrently: true, .. })),
    };
    // inside a transaction, or on a partitioned table, it fails before it waits
    if !builds || cx.in_transaction() {
        return None;
    }
    let set = |name: &&str| cx.schema.session.timeout(name).is_some_and(|time| time > Duration::ZERO);
    let timeouts = ["lock_timeout", "statement_timeout"].into_iter().filter(set).collect::<Vec<_>>();
    let reset = timeouts.iter().map(|name| format!("`SET {name} = 0`")).collect::<Vec<_>>().join(" and ");
    let timeouts = timeouts.join(" and ");
    if timeouts.is_empty() {
        return None;
    }
    let message = format!(
        "{timeouts} can end this build while it waits for old transactions, and leave an INVALID index"
    );
    Some(Problem::new(cx.step.span, message).help(format!("run {reset} before it")))
}
