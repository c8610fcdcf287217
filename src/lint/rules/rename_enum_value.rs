//! `ALTER TYPE … RENAME VALUE`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-enum-value",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-enum-value.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameEnumValue(rename) = &cx.step.operation else { return None };
    let (type_, old, new) = (&rename.type_, &rename.value, &rename.to);
    if cx.object_created_here(ObjectKind::Type, type_) {
        return None;
    }
    let message = format!(
        "the running release knows `{old}` of `{type_}` only: its statements with it fail once it is `{new}`, and rows \
         come back with a value that it doesn't know"
    );
    let literal = crate::ident::literal;
    let help = format!(
        "`ALTER TYPE {type_} ADD VALUE {} AFTER {}`, deploy a release that reads both and writes the new one, then \
         update the old rows in batches",
        literal(new),
        literal(old)
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
