//! `DROP SCHEMA`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-schema",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DROP SCHEMA … CASCADE loses every table in it, at once",
    explanation: "\
With CASCADE all tables, views, functions and types in the schema go, with their rows, and everything outside that
depends on them (drop-cascade says so besides). Each table is locked in ACCESS EXCLUSIVE. Without CASCADE the statement fails while anything is left in
the schema, so that only its name is lost: that is a warning.

Drop the tables one by one, each once no release uses it, and the empty schema last.

Not reported: schemas made earlier in the same file.",
    online: None,
    bad: "DROP SCHEMA reports CASCADE;",
    good: "-- empty since the last table was dropped\n-- midflight: allow drop-schema because nothing is left in it since 2026-10\nDROP SCHEMA reports;",
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
