//! `ALTER SCHEMA … RENAME`.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-schema",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-schema.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Rename { kind: ObjectKind::Schema, name, to, .. }) = cx.statement() else {
        return None;
    };
    if cx.object_created_here(ObjectKind::Schema, name) {
        return None;
    }
    let message = format!(
        "every statement and search_path of the running release that names schema `{name}` fails once it is named `{to}`"
    );
    let help = format!(
        "make schema `{to}`, and move the objects one by one, each with a view under its old name in the same transaction"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
