//! `DROP SCHEMA`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-schema",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-schema.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropSchema(drop) = &cx.step.operation else { return None };
    if cx.object_created_here(ObjectKind::Schema, &drop.name) {
        return None;
    }
    let name = &drop.name;
    Some(if drop.cascade {
        let message =
            format!("this drops every table in schema `{name}` with its rows, and whatever depends on them");
        let help = format!(
            "drop what is in `{name}` one by one, each once no release uses it, and the schema last, without CASCADE"
        );
        Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive)
    } else {
        let message = format!("this fails while anything is left in schema `{name}`");
        let help = format!("drop what is in `{name}` first, in earlier migrations");
        Problem::new(cx.step.span, message).help(help).severity(Severity::Warning)
    })
}
