//! `timestamp` without time zone.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-timestamptz",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prefer-timestamptz.md")),
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
