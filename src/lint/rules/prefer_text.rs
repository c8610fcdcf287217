//! `varchar(n)`.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-text",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "varchar(n) is text with a limit that is hard to lower",
    explanation: "\
varchar(n) is stored like text and is no faster. A longer limit is free, but a shorter one writes the whole table
again under ACCESS EXCLUSIVE. A CHECK on a text column says the same, and is replaced online: add the new one NOT VALID,
validate it, drop the old one.",
    online: None,
    bad: "CREATE TABLE users (email varchar(255));",
    good: "CREATE TABLE users (email text CHECK (length(email) <= 255));",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "varchar") && !Type::parse(type_).modifiers.is_empty(),
        "lowering the limit of varchar(n) writes the whole table again",
    )?;
    Some(problem.help("write text, and a CHECK on the length where one is needed"))
}
