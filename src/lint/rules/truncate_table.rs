//! `TRUNCATE`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "truncate-table",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "TRUNCATE loses every row, and nobody can read or write the table meanwhile",
    explanation: "\
All rows are gone, without triggers that fire for each of them. The lock is ACCESS EXCLUSIVE on the table and its
indexes: it waits for every open transaction on the table, everything else waits behind it, and it is kept until the
transaction ends. Transactions that began earlier see an empty table.

Where the rows have to go, delete them in batches by key, each in a short transaction, or detach the partition that
holds them.

Not reported: temporary tables, and tables made earlier in the same file. TRUNCATE … CASCADE is `truncate-cascade`.",
    online: None,
    bad: "TRUNCATE TABLE sessions;",
    good: "-- again and again, until no row is left\nDELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expired LIMIT 1000);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Truncate { tables, cascade: false }) = cx.statement() else { return None };
    let gone = super::in_use(cx, tables)?;
    let message = format!("truncating {gone} loses every row, and nobody can read or write meanwhile");
    let help = "delete the rows in batches by key, each in a short transaction of its own";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
