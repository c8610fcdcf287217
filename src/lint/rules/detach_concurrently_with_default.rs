//! `DETACH PARTITION … CONCURRENTLY` beside a default partition.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "detach-concurrently-with-default",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/detach-concurrently-with-default.md")),
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
