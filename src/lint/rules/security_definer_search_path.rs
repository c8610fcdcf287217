//! `SECURITY DEFINER` without a search_path.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "security-definer-search-path",
    severity: Severity::Advice,
    class: Class::Security,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/security-definer-search-path.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (Operation::CreateFunction(create) | Operation::CreateProcedure(create)) = &cx.step.operation else {
        return None;
    };
    let definition = create.definition.as_ref()?;
    if !mentions(definition, "SECURITY DEFINER") || mentions(definition, "SET search_path") {
        return None;
    }
    let name = &create.name;
    let message =
        format!("`{name}` runs with its owner's rights, and finds its tables by its caller's search_path");
    let help = "add `SET search_path = …, pg_temp` with the schemas that it needs";
    Some(Problem::new(cx.at(name.span), message).help(help))
}
