//! `timestamp` without time zone.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-timestamptz",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "timestamp without time zone does not say which moment it means",
    explanation: "\
timestamp keeps the digits and forgets the time zone: now() is stored in the time zone of whichever session writes it.
timestamptz takes the same eight bytes, stores the moment, and shows it in the time zone of the reader.",
    online: None,
    bad: "CREATE TABLE orders (created_at timestamp);",
    good: "CREATE TABLE orders (created_at timestamptz);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "timestamp"),
        "timestamp without time zone does not say which moment it means",
    )?;
    Some(problem.help("write timestamptz"))
}
