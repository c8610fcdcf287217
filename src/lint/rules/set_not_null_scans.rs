//! `SET NOT NULL` without a proof.

use crate::ident::Ident;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "set-not-null-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "SET NOT NULL reads the whole table while nobody can read or write it",
    explanation: "\
SET NOT NULL takes ACCESS EXCLUSIVE and then reads every row, to see that none has a NULL. PostgreSQL skips the
reading when a valid CHECK constraint proves it already: `c IS NOT NULL`, alone or joined to other conditions by AND.
`CHECK (c > 0)` proves nothing, since NULL passes it, and neither does a check that is NOT VALID or that is dropped
in the same ALTER TABLE.

So add the check NOT VALID (instant), VALIDATE it (reads and writes go on), SET NOT NULL (instant), and drop the
check. Each is its own statement, and VALIDATE its own transaction.

Not reported: columns that earlier files prove to be free of NULL, and tables made earlier in the same file.",
    online: Some("`midflight backfill` proves it by a validated check, and `midflight contract` sets the flag and drops the check"),
    bad: "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    good: "\
ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_email_not_null;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    match &cx.step.operation {
        Operation::SetNotNull(set) => column_set(cx, &set.table, &set.column),
        Operation::AddColumn(_) => virtual_column(cx),
        _ => constraint_added(cx),
    }
}

fn column_set(cx: &Context<'_>, table: &TableRef, column: &Ident) -> Option<Problem> {
    if is_new_or_not_null(cx, table, column) {
        return None;
    }
    let dropped =
        cx.siblings.iter().filter_map(|step| dropped_constraint(&step.operation, table)).collect::<Vec<_>>();
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
    let check = super::constraint_name(None, table.name.as_str(), &[column.as_str()], "not_null");
    let help = format!(
        "one statement each: `ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID`, \
         `ALTER TABLE {table} VALIDATE CONSTRAINT {check}`, this one, `ALTER TABLE {table} DROP CONSTRAINT {check}`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
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

/// A virtual column is stored nowhere, so that nobody knows its values before each is computed.
fn virtual_column(cx: &Context<'_>) -> Option<Problem> {
    let add = super::added_column(cx)?;
    let column = &add.column;
    let generated = column.generated.as_ref()?;
    if !column.not_null
        || cx.options.pg_version < 18
        || mentions(generated, "STORED")
        || mentions(generated, "IDENTITY")
    {
        return None;
    }
    let (table, column) = (&add.table, &column.name);
    let message =
        format!("NOT NULL computes the new column `{column}` for all of `{table}` while everything waits");
    let check = super::constraint_name(None, table.name.as_str(), &[column.as_str()], "not_null");
    let help = format!(
        "add `{column}` without NOT NULL, then `ALTER TABLE {table} ADD CONSTRAINT {check} NOT NULL {column} NOT VALID`, \
         then `ALTER TABLE {table} VALIDATE CONSTRAINT {check}` in a transaction of its own"
    );
    Some(Problem::new(cx.at(generated.span), message).help(help).lock(Lock::AccessExclusive))
}

fn is_new_or_not_null(cx: &Context<'_>, table: &TableRef, column: &Ident) -> bool {
    cx.created_here(table) || cx.column(table, column).is_some_and(|column| column.not_null)
}

fn dropped_constraint<'a>(operation: &'a Operation, table: &TableRef) -> Option<&'a Ident> {
    match operation {
        Operation::DropConstraint(drop) if drop.table.value == *table => Some(&drop.name.value),
        _ => None,
    }
}
