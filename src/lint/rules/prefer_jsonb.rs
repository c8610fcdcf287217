//! `json`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-jsonb",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "json has no equality: SELECT DISTINCT, GROUP BY and UNION on it fail",
    explanation: "\
json keeps the text as it was written and has no operator for equality: SELECT DISTINCT, GROUP BY and UNION over such a
column fail, and it can't be indexed. jsonb is parsed once and has all of that. Making one into the other later writes
the whole table again.",
    online: None,
    bad: "CREATE TABLE events (body json);",
    good: "CREATE TABLE events (body jsonb);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "json"),
        "json has no equality, so that DISTINCT, GROUP BY and UNION on it fail",
    )?;
    Some(problem.help("write jsonb"))
}
