//! `serial`.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-identity",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prefer-identity.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        Type::is_serial,
        "serial is a sequence with privileges and a default of its own",
    )?;
    Some(problem.help("write `bigint GENERATED ALWAYS AS IDENTITY`"))
}
