//! `SET NOT NULL` without a proof.

use crate::ident::Ident;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names, cost};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "set-not-null-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/set-not-null-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    match &cx.step.operation {
        Operation::SetNotNull(set) => column_set(cx, &set.table, &set.column),
        Operation::AddColumn(_) => virtual_added(cx),
        _ => constraint_added(cx),
    }
}

fn column_set(cx: &Context<'_>, table: &TableRef, column: &Ident) -> Option<Problem> {
    if is_new_or_not_null(cx, table, column) {
        return None;
    }
    let dropped = cx
        .siblings
        .iter()
        .filter_map(|step| super::dropped_constraint(&step.operation, table))
        .collect::<Vec<_>>();
    if cx.schema.proven_not_null(table, column, &dropped) {
        return None;
    }
    let message = if cx.schema.proven_not_null(table, column, &[]) {
        format!(
            "the check that proves `{column}` is dropped in the same statement, so all of `{table}` is read under \
             the lock"
        )
    } else {
        format!("setting `{column}` NOT NULL reads all of `{table}` while everything waits")
    };
    let check = constraint_names::no_null(cx, table, column);
    let help = format!(
        "one statement each: `ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID`, \
         `ALTER TABLE {table} VALIDATE CONSTRAINT {check}`, this one, `ALTER TABLE {table} DROP CONSTRAINT {check}`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

/// PostgreSQL 18: `ADD COLUMN … GENERATED … VIRTUAL NOT NULL` writes nothing, but computes every row once.
fn virtual_added(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let column = &add.column;
    let rewritten = cost::of_added(cx.schema, column, cx.options.pg_version).is_some();
    let span = column.generated.as_ref().filter(|_| column.not_null && !rewritten)?.span;
    let (table, name) = (&add.table, &column.name);
    let message =
        format!("that the new `{name}` is never NULL is tested on all of `{table}` while everything waits");
    let help = format!(
        "add `{name}` without NOT NULL, then `ALTER TABLE {table} ADD CONSTRAINT … NOT NULL {name} NOT VALID`, then \
         VALIDATE CONSTRAINT in a transaction of its own"
    );
    Some(Problem::new(cx.at(span), message).help(help).lock(Lock::AccessExclusive))
}

/// PostgreSQL 18: `ADD CONSTRAINT … NOT NULL column`.
fn constraint_added(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::AlterTable(table, action)) = cx.statement() else { return None };
    let TableAction::AddNotNull { name, column, not_valid } = action else { return None };
    if *not_valid || is_new_or_not_null(cx, table, column) || cx.schema.proven_not_null(table, column, &[]) {
        return None;
    }
    let name = super::constraint_name(name.as_ref(), table.name.as_str(), &[column.as_str()], "not_null");
    let message = format!("setting `{column}` NOT NULL reads all of `{table}` while everything waits");
    let help = format!(
        "add `{name}` with NOT VALID, then run `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` in a transaction of \
         its own"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn is_new_or_not_null(cx: &Context<'_>, table: &TableRef, column: &Ident) -> bool {
    cx.created_here(table) || cx.column(table, column).is_some_and(|column| column.not_null)
}
