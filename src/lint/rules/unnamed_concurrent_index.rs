//! `CREATE INDEX CONCURRENTLY` without a name.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unnamed-concurrent-index",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/unnamed-concurrent-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(index) = &cx.step.operation else { return None };
    if !index.concurrently || index.name.is_some() {
        return None;
    }
    let table = &index.table;
    let message = format!("if this build on `{table}` fails, nothing says what the INVALID index is called");
    let name = super::constraint_name(None, table.name.as_str(), &[], "idx");
    Some(
        Problem::new(cx.step.span, message)
            .help(format!("name it, say `{name}`, so that a second attempt can drop it first")),
    )
}
