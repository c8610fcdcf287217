//! `SET NOT NULL` without a proof.

use crate::lint::{Check, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "set-not-null-scans",
    severity: Severity::Error,
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
    online: Some("`midflight backfill` proves it with a validated check first, and drops the check afterwards"),
    bad: "ALTER TABLE users ALTER COLUMN email SET NOT NULL;",
    good: "\
ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_email_not_null;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::SetNotNull(set) = &cx.step.operation else { return None };
    let (table, column) = (&set.table, &set.column);
    if cx.created_here(table) || cx.column(table, column).is_some_and(|column| column.not_null) {
        return None;
    }
    let dropped =
        cx.statement.iter().filter_map(|step| dropped_constraint(&step.operation, table)).collect::<Vec<_>>();
    if cx.schema.proven_not_null(table, column, &dropped) {
        return None;
    }
    let message = if cx.schema.proven_not_null(table, column, &[]) {
        format!(
            "the check that proves `{column}` is dropped in the same statement, so all of `{table}` is read under the lock"
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

fn dropped_constraint<'a>(operation: &'a Operation, table: &TableRef) -> Option<&'a crate::ident::Ident> {
    match operation {
        Operation::DropConstraint(drop) if drop.table.value == *table => Some(&drop.name.value),
        _ => None,
    }
}
