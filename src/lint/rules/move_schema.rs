//! `SET SCHEMA`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "move-schema",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/move-schema.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (kind, name) = moved(cx)?;
    let new = cx.object_created_here(kind, name) || kind == ObjectKind::Table && cx.created_here(name);
    if new
        || kind == ObjectKind::Statistics
        || cx.later_in_transaction().any(|later| stands_in(cx, later, name))
    {
        return None;
    }
    let noun = kind.noun();
    let message = format!(
        "the running release looks for {noun} `{name}` in its old schema: its statements fail once it has moved"
    );
    let help = match kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => format!(
            "in the same transaction, create a view with the old name over `{name}` in its new schema, and drop the \
             view when no release uses it"
        ),
        _ => format!("make a second {noun} in the new schema, and drop `{name}` when no release uses it"),
    };
    let problem = Problem::new(cx.step.span, message).help(help);
    Some(if kind.is_relation() { problem.lock(Lock::AccessExclusive) } else { problem })
}

fn moved<'a>(cx: &Context<'a>) -> Option<(ObjectKind, &'a TableRef)> {
    match cx.statement()? {
        Statement::AlterTable(table, TableAction::SetSchema(_)) => Some((ObjectKind::Table, table)),
        Statement::SetSchema { kind, name, .. } => Some((*kind, name)),
        _ => None,
    }
}

/// Whether something takes the old name.
fn stands_in(cx: &Context<'_>, operation: &Operation, old: &TableRef) -> bool {
    operation.created().is_some_and(|(_, create)| cx.schema.resolve(&create.name) == cx.schema.resolve(old))
}
