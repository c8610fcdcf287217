//! `money`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "avoid-money",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "money depends on a setting of the session, and knows no currency",
    explanation: "\
How money is read, shown and rounded depends on lc_monetary: the same value is dollars for one session and yen for
another. numeric holds exact amounts; the currency belongs into a column of its own.",
    online: None,
    bad: "CREATE TABLE orders (amount money);",
    good: "CREATE TABLE orders (amount numeric(12,2), currency text);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "money"),
        "what money means depends on lc_monetary of the session",
    )?;
    Some(problem.help("write numeric"))
}
