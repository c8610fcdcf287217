//! `CREATE TYPE … AS ENUM`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "create-enum",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/create-enum.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateType(create) = &cx.step.operation else { return None };
    if !create.definition.as_ref().is_some_and(|definition| mentions(definition, "AS ENUM")) {
        return None;
    }
    let name = &create.name;
    let message = format!("values of `{name}` can be added later, but neither removed nor moved");
    Some(
        Problem::new(cx.at(name.span), message)
            .help("use a table of values with a foreign key, or text with a CHECK"),
    )
}
