//! `DROP CONSTRAINT` of a primary key.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-primary-key",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    summary: "Without its primary key a published table takes no UPDATE or DELETE, and upserts fail",
    explanation: "\
`INSERT … ON CONFLICT` on the key's columns fails from this moment on, duplicates come in, and lookups by key read the
whole table. Where the table is in a publication, every UPDATE and DELETE fails, since it has no replica identity any
more. The lock is ACCESS EXCLUSIVE for an instant. Foreign keys that refer to the table stop the statement, and CASCADE
drops them.

To change the key, build the new unique index concurrently first, then let the new constraint take the old one's place
in one ALTER TABLE.

Not reported: another primary key in the same transaction, and tables and keys made earlier in the same file. Where no
file says what the constraint is, PostgreSQL's own way of naming a key tells.",
    online: None,
    bad: "ALTER TABLE events DROP CONSTRAINT events_pkey;",
    good: "\
ALTER TABLE events ADD CONSTRAINT events_key_set CHECK (tenant IS NOT NULL AND id IS NOT NULL) NOT VALID;
ALTER TABLE events VALIDATE CONSTRAINT events_key_set;
CREATE UNIQUE INDEX CONCURRENTLY events_key ON events (tenant, id);
ALTER TABLE events DROP CONSTRAINT events_pkey, ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_key;",
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
