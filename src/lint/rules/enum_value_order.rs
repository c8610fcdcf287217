//! `ADD VALUE` without a place.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "enum-value-order",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "ALTER TYPE ADD VALUE without BEFORE or AFTER",
    explanation: "\
Enum values sort and compare in the order of their type, not of their text. A new value without BEFORE or AFTER comes
last, and values can't be moved later. For teams that want the place to be written.",
    online: None,
    bad: "ALTER TYPE order_state ADD VALUE 'packed';",
    good: "ALTER TYPE order_state ADD VALUE 'packed' BEFORE 'sent';",
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
