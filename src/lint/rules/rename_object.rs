//! `ALTER VIEW … RENAME`, `ALTER FUNCTION … RENAME` and their like.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-object",
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-object.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Rename { kind, name, table, part, to }) = cx.statement() else { return None };
    if matches!(
        kind,
        ObjectKind::Schema | ObjectKind::Index | ObjectKind::Constraint | ObjectKind::Statistics
    ) {
        return None;
    }
    if let Some(table) = table {
        return (!cx.created_here(table)).then(|| unnamed(cx, *kind, name, table));
    }
    let new = cx.object_created_here(*kind, name);
    if new || part.is_none() && cx.later_in_transaction().any(|later| takes_name(cx, later, name)) {
        return None;
    }
    Some(named(cx, *kind, name, part.as_ref(), to))
}

fn named(cx: &Context<'_>, kind: ObjectKind, name: &TableRef, part: Option<&Name>, to: &Name) -> Problem {
    let (noun, part) = (kind.noun(), part.map(|part| format!(".{part}")).unwrap_or_default());
    let message = format!(
        "the running release knows {noun} `{name}{part}` only: its statements fail once that is named `{to}`"
    );
    let help = match part.is_empty() {
        true => format!("make a second {noun} `{to}`, and drop `{name}` when no release uses it"),
        false => format!("add `{to}` beside it, and take the old name away when no release uses it"),
    };
    let problem = Problem::new(cx.step.span, message).help(help);
    if kind.is_relation() { problem.lock(Lock::AccessExclusive) } else { problem }
}

/// A trigger or policy: no statement of an application names it.
fn unnamed(cx: &Context<'_>, kind: ObjectKind, name: &TableRef, table: &TableRef) -> Problem {
    let order =
        if kind == ObjectKind::Trigger { ", and triggers fire in the order of their names" } else { "" };
    let message = format!(
        "renaming {} `{name}` locks `{table}` against reads and writes for an instant{order}",
        kind.noun()
    );
    let help = "set lock_timeout before it, and do nothing else in the same transaction";
    Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive).severity(Severity::Advice)
}

/// Whether something else gets the old name.
fn takes_name(cx: &Context<'_>, operation: &Operation, old: &TableRef) -> bool {
    let name = match operation {
        Operation::CreateTable(create) => &create.table,
        other => match other.created() {
            Some((_, create)) => &create.name,
            None => return false,
        },
    };
    cx.schema.resolve(name) == cx.schema.resolve(old)
}
