//! A free change of type that still reads the table or builds an index.

use crate::lint::types::Cost;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, cost};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-rescans",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/change-type-rescans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) || cost::of_change(cx.schema, op) != Cost::Free {
        return None;
    }
    let dropped = cx.siblings.iter().filter_map(|step| super::dropped_constraint(&step.operation, &op.table));
    let again = cost::again(cx.schema, op, &dropped.collect::<Vec<_>>());
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let list = |names: &[&crate::ident::Ident]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let (checks, indexes) = (list(&again.checks), list(&again.indexes));
    let mut does = Vec::new();
    let mut help = Vec::new();
    if !checks.is_empty() {
        does.push(format!("tests every row against {checks}"));
        help.push(format!(
            "drop {checks} before, add it again with NOT VALID, then run VALIDATE CONSTRAINT in a transaction of its own"
        ));
    }
    if !indexes.is_empty() {
        does.push(format!("builds {indexes} again"));
        help.push(format!("drop {indexes} with CONCURRENTLY before, and build it with CONCURRENTLY after"));
    }
    if does.is_empty() {
        return None;
    }
    let message = format!(
        "changing `{column}` to {new} writes no row, but {} while nobody can use `{table}`",
        does.join(" and ")
    );
    Some(Problem::new(cx.at(op.type_.span), message).help(help.join("; ")).lock(Lock::AccessExclusive))
}
