//! `CONCURRENTLY` on the index of a partitioned table.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-index-on-partitioned",
    severity: Severity::Error,
    class: Class::Transaction,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/concurrent-index-on-partitioned.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    match &cx.step.operation {
        Operation::CreateIndex(index) if index.concurrently && cx.is_partitioned(&index.table) => {
            let table = &index.table;
            let message =
                format!("this fails: `{table}` is partitioned, and its indexes can't be built concurrently");
            let help = format!(
                "create the index `ON ONLY {table}` without CONCURRENTLY, then one with CONCURRENTLY on each \
                 partition, then attach each with `ALTER INDEX … ATTACH PARTITION …`"
            );
            Some(Problem::new(cx.step.span, message).help(help))
        }
        Operation::DropIndex(drop) if drop.concurrently => {
            let name = &drop.index;
            let index = cx.schema.index(name)?;
            if !cx.schema.is_partitioned(&index.table) {
                return None;
            }
            let table = cx.schema.written(&index.table);
            let message =
                format!("this fails: `{table}` is partitioned, and `{name}` can't be dropped concurrently");
            let help =
                format!("run `DROP INDEX {name}` under a short lock_timeout, and try again when it runs out");
            Some(Problem::new(cx.step.span, message).help(help))
        }
        _ => None,
    }
}
