//! `DROP INDEX` of an index that a constraint owns.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-constraint-owned-index",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-constraint-owned-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    let index = cx.schema.index(&drop.index)?;
    let constraint = index.constraint.as_ref()?;
    let (name, table) = (&drop.index, cx.schema.written(&index.table));
    let message = format!("this fails: constraint `{constraint}` of `{table}` owns `{name}`");
    let help = format!(
        "`ALTER TABLE {table} DROP CONSTRAINT {constraint}` drops both; `REINDEX INDEX CONCURRENTLY {name}` rebuilds \
         it"
    );
    Some(Problem::new(cx.at(name.span), message).help(help))
}
