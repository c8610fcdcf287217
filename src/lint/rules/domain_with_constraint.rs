//! `CREATE DOMAIN` with rules.

use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "domain-with-constraint",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/domain-with-constraint.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateDomain(create) = &cx.step.operation else { return None };
    let mut after = cx.schema.clone();
    after.apply(&cx.step.operation);
    let name = &create.name;
    if !after.has_checks(&Type::parse(&name.name.to_string())) {
        return None;
    }
    let message = format!(
        "the rule of domain `{name}` can't be changed later without stopping writes to every table that uses it"
    );
    let help =
        format!("make `{name}` a domain without it, or use the plain type, and give each table a CHECK");
    Some(Problem::new(cx.step.span, message).help(help))
}
