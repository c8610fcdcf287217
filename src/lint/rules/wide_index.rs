//! Indexes with many columns.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wide-index",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "An index has more than three columns",
    explanation: "\
An index serves the conditions on its first columns; each further column makes it larger and every write slower, and a
column that queries read often keeps UPDATE from leaving the index alone (HOT). Beyond three columns an index mostly
serves one query.

Not reported: unique indexes, whose columns are a rule, and INCLUDE.",
    online: None,
    bad: "CREATE INDEX CONCURRENTLY orders_idx ON orders (shop_id, user_id, state, created_at);",
    good: "CREATE INDEX CONCURRENTLY orders_idx ON orders (shop_id, user_id, created_at);",
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
