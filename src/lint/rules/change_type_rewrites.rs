//! `ALTER COLUMN … TYPE` that isn't provably free.

use crate::lint::types::Cost;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity, cost};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-rewrites",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    summary: "ALTER COLUMN TYPE writes the whole table again while nobody can read or write it",
    explanation: "\
Most changes of type write every row and every index of the table again, under ACCESS EXCLUSIVE: reads and writes
wait until it is done. The tables on the other side of the column's foreign keys are locked as well.

Some changes only touch the catalog and are not reported, when an earlier file of the folder says what the type was:
varchar(n) to a longer varchar, to varchar or text; text to varchar and back; numeric(p,s) to more digits before the
point, or to numeric; timestamp, timestamptz, time and interval to a higher precision; bit and varbit to varbit
without limit, varbit(n) to a longer one; cidr to inet; xml to text; a domain without checks and the type below it.
`USING column::type` changes nothing about that. timestamp to timestamptz and back is free only when the session's
TimeZone is UTC.

Many that look free are not: char(n) to text, text to varchar(n), integer to bigint, real to double precision, a
numeric's scale, timestamp to timestamp(3), json to jsonb, an enum to text, arrays of anything, and
`USING … AT TIME ZONE …`.

When no file says what the type was, the finding is a warning, unless the new type is never free to reach.",
    online: Some("`midflight expand` adds a shadow column that a trigger keeps in step, and converts the rows in batches"),
    bad: "ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;",
    good: "\
ALTER TABLE orders ADD COLUMN amount_cents_new bigint;
-- a trigger keeps both columns in step, old rows are copied in batches, later the columns change places",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) {
        return None;
    }
    let old = cx.column(&op.table, &op.column).and_then(|column| column.type_.as_deref());
    let cost = cost::of_change(cx.schema, op);
    if cost == Cost::Free {
        return None;
    }
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let from = old.map_or_else(String::new, |old| format!(" from {old}"));
    let (message, severity) = match cost {
        Cost::Unknown if old.is_none() => (
            format!(
                "changing `{column}` to {new} may write all of `{table}` again: no file says what its type is"
            ),
            Severity::Warning,
        ),
        Cost::Unknown => (
            format!(
                "changing `{column}`{from} to {new} may write all of `{table}` again: one of the types is unknown"
            ),
            Severity::Warning,
        ),
        _ => (
            format!("changing `{column}`{from} to {new} writes every row and index of `{table}` again"),
            Severity::Error,
        ),
    };
    let help = format!(
        "add a second column of type {new} to `{table}`, keep it in step with `{column}` by a trigger, convert the \
         old rows in batches, then let the columns change places"
    );
    Some(
        Problem::new(cx.at(op.type_.span), message).help(help).lock(Lock::AccessExclusive).severity(severity),
    )
}
