//! `ADD EXCLUDE`, and keys `WITHOUT OVERLAPS`, which are the same inside.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-exclusion-constraint",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-exclusion-constraint.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let table = added(cx)?;
    if cx.created_here(table) {
        return None;
    }
    let message = format!("this constraint builds its index on `{table}` while nobody can read or write it");
    let help = format!(
        "PostgreSQL can't do this online: fill a new table that has the constraint, by a trigger and in batches, and \
         let it change names with `{table}`; or do it at a time without traffic, with lock_timeout set"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn added<'a>(cx: &Context<'a>) -> Option<&'a TableRef> {
    if let Operation::AddExclusion(add) = &cx.step.operation {
        return Some(&add.table);
    }
    match cx.statement()? {
        Statement::AlterTable(table, TableAction::AddTemporalKey { foreign: false }) => Some(table),
        _ => None,
    }
}
