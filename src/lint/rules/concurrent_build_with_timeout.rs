//! A concurrent build under `lock_timeout` or `statement_timeout`.

use std::time::Duration;

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-build-with-timeout",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/concurrent-build-with-timeout.md")),
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
