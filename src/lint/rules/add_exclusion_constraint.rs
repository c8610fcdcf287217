//! `ADD EXCLUDE`, and keys `WITHOUT OVERLAPS`, which are the same inside.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-exclusion-constraint",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "ADD EXCLUDE builds an index and reads the table again while nobody can read or write it",
    explanation: "\
An exclusion constraint is added under ACCESS EXCLUSIVE: its index is built, and then every row is looked up in it.
Unlike UNIQUE it can't take over an index that was built concurrently, and it can't be NOT VALID, so that PostgreSQL
has no way to add one online. A PRIMARY KEY or UNIQUE … WITHOUT OVERLAPS (PostgreSQL 18) is one as well.

On a large table: create a new table with the constraint, keep it filled by a trigger, copy the old rows in batches,
and let the tables change names in one short transaction. On a small one: a time without traffic, and lock_timeout.

Not reported: tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);",
    good: "\
CREATE TABLE bookings_checked (
    room int,
    during tstzrange,
    CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&)
);",
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
