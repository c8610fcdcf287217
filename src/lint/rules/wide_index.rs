//! Indexes with many columns.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wide-index",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/wide-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(index) = &cx.step.operation else { return None };
    let count = index.columns.len();
    if index.unique || count <= 3 {
        return None;
    }
    let message = format!("this index on `{}` has {count} columns", index.table);
    Some(
        Problem::new(cx.step.span, message)
            .help("keep the columns that narrow a search down, most of all the first ones"),
    )
}
