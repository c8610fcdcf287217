//! `varchar(n)`.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-text",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prefer-text.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "varchar") && !Type::parse(type_).modifiers.is_empty(),
        "lowering the limit of varchar(n) rewrites the whole table",
    )?;
    Some(problem.help("write text, and a CHECK on the length where one is needed"))
}
