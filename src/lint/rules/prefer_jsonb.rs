//! `json`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-jsonb",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prefer-jsonb.md")),
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
