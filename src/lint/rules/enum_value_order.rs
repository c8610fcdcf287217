//! `ADD VALUE` without a place.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "enum-value-order",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/enum-value-order.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::AddEnumValue(add) = &cx.step.operation else { return None };
    if add.before.is_some() || add.after.is_some() {
        return None;
    }
    let value = crate::ident::literal(&add.value);
    let message = format!("{value} becomes the last value of `{}`, and can't be moved later", add.type_);
    Some(Problem::new(cx.step.span, message).help("say where it belongs, with BEFORE or AFTER"))
}
