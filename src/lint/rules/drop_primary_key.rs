//! `DROP CONSTRAINT` of a primary key.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-primary-key",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-primary-key.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropConstraint(drop) = &cx.step.operation else { return None };
    let (table, name) = (&drop.table, &drop.name);
    let known = cx.schema.constraint(table, name);
    if !super::is_primary_key(cx, drop)
        || cx.created_here(table)
        || known.is_some_and(|known| cx.is_new(known.created_in))
        || cx.siblings.iter().any(|step| adds_key(&step.operation, table))
        || cx.later_in_transaction().any(|later| adds_key(later, table))
    {
        return None;
    }
    let message = format!(
        "`{table}` without its primary key `{name}` lets duplicates in, upserts on the key fail, and where it is \
         published so does every UPDATE and DELETE"
    );
    let help = format!(
        "build the new key's index with CREATE UNIQUE INDEX CONCURRENTLY, then `ALTER TABLE {table} DROP CONSTRAINT \
         {name}, ADD CONSTRAINT {name} PRIMARY KEY USING INDEX …` in one statement"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn adds_key(operation: &Operation, table: &TableRef) -> bool {
    matches!(operation, Operation::AddPrimaryKey(add) if add.table.value == *table)
}
