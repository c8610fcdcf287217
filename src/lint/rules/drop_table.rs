//! `DROP TABLE`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-table",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DROP TABLE breaks the running release and loses the data",
    explanation: "\
Every statement of the running release that names the table fails from this moment on, and the rows are gone. The
lock is ACCESS EXCLUSIVE, on the table and on every table that its foreign keys refer to; for a partition on the
parent too.

First deploy a release that no longer uses the table, drop its foreign keys one by one, keep it for a release, then
drop it.

Not reported: tables made earlier in the same file, temporary tables, and partitions that were detached in the same
file.",
    online: Some("`midflight contract` drops it after the release that uses it is gone"),
    bad: "DROP TABLE sessions;",
    good: "-- once no release uses it\n-- midflight: allow drop-table because sessions live in redis since 2026-10\nDROP TABLE sessions;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropTable(drop) = &cx.step.operation else { return None };
    let table = &drop.table;
    let known = cx.schema.table(table);
    if known.is_some_and(|table| cx.is_new(table.born) || cx.is_new(table.detached))
        || temporary(drop.table.schema.as_ref())
    {
        return None;
    }
    let cascade = if drop.cascade { ", with whatever else depends on it" } else { "" };
    let rows = if drop.aside.is_some() { "" } else { ", and its rows are lost" };
    let message = format!("dropping `{table}` breaks every statement that still uses it{rows}{cascade}");
    let help = format!(
        "first deploy a release that no longer uses `{table}`, drop its foreign keys (each locks the table it refers \
         to as well), then drop it in a later migration"
    );
    Some(Problem::new(cx.at(table.span), message).help(help).lock(Lock::AccessExclusive))
}

fn temporary(schema: Option<&crate::ident::Ident>) -> bool {
    schema.is_some_and(|schema| schema.as_str() == "pg_temp")
}
