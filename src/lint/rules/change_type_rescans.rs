//! A free change of type that still reads the table or builds an index.

use crate::lint::types::Cost;
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity, cost};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-rescans",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "A change of type that writes no row, but tests every row or builds an index again under the lock",
    explanation: "\
Making a varchar longer, or a text of it, only touches the catalog. What hangs on the column does not: under the same
ACCESS EXCLUSIVE lock PostgreSQL tests every row against each CHECK that names the column, and builds each index again
that has the column in an expression or in its WHERE. An index on the column itself is kept, except where the new type
sorts in another way: another COLLATE, timestamp to timestamptz in UTC, integer to oid, text to citext or bpchar, bit
to varbit.

Drop the CHECK before, add it again NOT VALID, and validate it in a transaction of its own. Drop the index and build
it again concurrently.

Reported where earlier files say what the type was and what hangs on the column. Not reported: a CHECK that the same
statement drops; tables and columns made earlier in the same file.",
    online: Some("`midflight expand` adds a shadow column that a trigger keeps in step, and builds its indexes concurrently"),
    bad: "\
CREATE TABLE users (name varchar(50) CONSTRAINT name_filled CHECK (name <> ''));
-- next file
ALTER TABLE users ALTER COLUMN name TYPE text;",
    good: "\
CREATE TABLE users (name varchar(50));
CREATE INDEX users_name_idx ON users (name);
-- next file
ALTER TABLE users ALTER COLUMN name TYPE text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) || cost::of_change(cx.schema, op) != Cost::Free {
        return None;
    }
    let dropped = cx.siblings.iter().filter_map(|step| super::dropped_constraint(&step.operation, &op.table));
    let again = cost::again(cx.schema, op, &dropped.collect::<Vec<_>>());
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let list = |names: &[&crate::ident::Ident]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let (checks, indexes) = (list(&again.checks), list(&again.indexes));
    let mut does = Vec::new();
    let mut help = Vec::new();
    if !checks.is_empty() {
        does.push(format!("tests every row against {checks}"));
        help.push(format!(
            "drop {checks} before, add it again with NOT VALID, then run VALIDATE CONSTRAINT in a transaction of its own"
        ));
    }
    if !indexes.is_empty() {
        does.push(format!("builds {indexes} again"));
        help.push(format!("drop {indexes} with CONCURRENTLY before, and build it with CONCURRENTLY after"));
    }
    if does.is_empty() {
        return None;
    }
    let message = format!(
        "changing `{column}` to {new} writes no row, but {} while nobody can use `{table}`",
        does.join(" and ")
    );
    Some(Problem::new(cx.at(op.type_.span), message).help(help.join("; ")).lock(Lock::AccessExclusive))
}
