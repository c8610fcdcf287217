//! `DROP COLUMN`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-column",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DROP COLUMN breaks the running release and loses the data",
    explanation: "\
Every statement of the running release that names the column fails from this moment on, and the values are gone. The
lock itself (ACCESS EXCLUSIVE, also on the table that a foreign key of the column refers to) is short, but waits for
every open transaction on the table, and everything else waits behind it. IF EXISTS takes it even when the column is
gone already.

First deploy a release that neither reads nor writes the column (tell the ORM to ignore it). Then drop it, a release
later.

Not reported: columns and tables made earlier in the same file.",
    online: Some("`midflight expand` makes the column optional, and `midflight contract` drops it after the old release is gone"),
    bad: "ALTER TABLE users DROP COLUMN legacy_flag;",
    good: "-- once no release reads or writes it\n-- midflight: allow drop-column because no release reads it since 2026-10\nALTER TABLE users DROP COLUMN legacy_flag;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropColumn(drop) = &cx.step.operation else { return None };
    if cx.column_created_here(&drop.table, &drop.column) {
        return None;
    }
    let (table, column) = (&drop.table, &drop.column);
    let cascade = if drop.cascade { ", with whatever else depends on it" } else { "" };
    let message = format!(
        "dropping `{column}` breaks every statement that still names it, and its values in `{table}` are lost{cascade}"
    );
    let help = format!(
        "first deploy a release that no longer reads or writes `{column}` (and drop its NOT NULL), then drop it in a \
         later migration"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
