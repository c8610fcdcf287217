//! `money`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "avoid-money",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/avoid-money.md")),
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
