//! `char(n)`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "avoid-char",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/avoid-char.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "bpchar"),
        "char(n) fills values with blanks that comparisons ignore",
    )?;
    Some(problem.help("write text, and a CHECK on the length where one is needed"))
}
