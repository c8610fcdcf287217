//! `SET SCHEMA`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "move-schema",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "SET SCHEMA breaks every statement that looks for the object in its old schema",
    explanation: "\
The move takes an instant (ACCESS EXCLUSIVE on a table, view or sequence, nothing on types and functions), but from then
on every statement of the running release that finds the object by its old schema fails, be it written or in
search_path. The new release failed until then.

A view under the old name, created in the same transaction, keeps the old release working: PostgreSQL passes INSERT,
UPDATE and DELETE on a simple view through to the table. For a function, create one under the old name that calls the
moved one. Drop it a release later.

Not reported: objects made earlier in the same file, and moves with such a view or function in the same transaction.",
    online: None,
    bad: "ALTER TABLE invoices SET SCHEMA sales;",
    good: "\
BEGIN;
ALTER TABLE invoices SET SCHEMA sales;
CREATE VIEW public.invoices AS SELECT * FROM sales.invoices;
COMMIT;",
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
        Statement::SetSchema { kind, name } => Some((*kind, name)),
        _ => None,
    }
}

/// Whether something takes the old name.
fn stands_in(cx: &Context<'_>, operation: &Operation, old: &TableRef) -> bool {
    operation.created().is_some_and(|(_, create)| cx.schema.resolve(&create.name) == cx.schema.resolve(old))
}
