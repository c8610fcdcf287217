//! Long work in a transaction that has locked a table already.

use crate::lint::schema::{Block, Held};
use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity, Work};
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "long-work-under-lock",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "Rows are written, or an index is built, while the transaction keeps a lock that it took before",
    explanation: "\
A lock is kept until the transaction ends, not until the statement does. ALTER TABLE … ADD COLUMN takes ACCESS
EXCLUSIVE for an instant when it runs alone; in front of an UPDATE of a million rows in the same transaction, it
takes it for as long as the UPDATE runs, and everything that reads or writes the table waits.

The transaction may be written (BEGIN), opened by the runner, one DO block, or a file that is sent as one query
string. Long work is UPDATE, DELETE, MERGE, INSERT … SELECT, COPY, CREATE TABLE … AS, REFRESH, and the building of an
index or validation of a constraint, where the locks in SHARE or stronger are on tables that others use.

So change the schema in one transaction, and move the rows in others, batch by batch.

Not reported: locks on tables made earlier in the same file, writes to such tables, INSERT … VALUES, rows picked by
their keys, statements after COMMIT, and ALTER TABLE that reads the table under its own ACCESS EXCLUSIVE, which other
rules report.",
    online: None,
    bad: "\
BEGIN;
ALTER TABLE orders ADD COLUMN currency text;
UPDATE orders SET currency = 'EUR' WHERE currency IS NULL;
COMMIT;",
    good: "\
ALTER TABLE orders ADD COLUMN currency text;
-- and so on, batch by batch
UPDATE orders SET currency = 'EUR' WHERE id BETWEEN 1 AND 10000;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let work = cx.impact.work?;
    let own = cx.impact.locks.iter().map(|(_, lock)| *lock).max();
    let validated = match &cx.step.operation {
        Operation::ValidateConstraint(target) => Some(cx.schema.resolve(&target.table)),
        _ => None,
    };
    // what reads or builds under a lock as strong is reported for that, and has to leave the transaction anyway
    let worse =
        |held: &&Held| work == Work::Rows || Some(held.lock) > own && Some(&held.table) != validated.as_ref();
    let held = cx.held_locks().filter(worse).max_by_key(|held| held.lock)?;
    let table = cx.shown(&held.table);
    let wait = if held.lock == Lock::AccessExclusive {
        "nobody can read or write it"
    } else {
        "nobody can write to it"
    };
    let message = format!(
        "{} runs while the transaction holds {} on `{table}` since an earlier statement: {wait} until this is done",
        described(cx, work),
        held.lock.name()
    );
    Some(Problem::new(cx.step.span, message).help(way_out(cx, &table)).lock(held.lock))
}

fn described(cx: &Context<'_>, work: Work) -> String {
    match (cx.statement(), work) {
        (Some(Statement::Write(writes)), _) => {
            let tables = writes.iter().map(|write| format!("`{}`", write.table)).collect::<Vec<_>>();
            format!("writing to {}", tables.join(" and "))
        }
        (Some(Statement::Refresh { view, .. }), _) => format!("refreshing `{view}`"),
        (_, Work::Build) => "building this index".to_owned(),
        (_, Work::Rows) => "this query".to_owned(),
        (_, Work::Scan) => "this check of every row".to_owned(),
        (_, Work::Rewrite) => "writing the table again".to_owned(),
    }
}

fn way_out(cx: &Context<'_>, table: &str) -> String {
    if cx.schema.session.in_body {
        return format!("a DO block is one transaction: take out of it what locks `{table}`");
    }
    match cx.block() {
        Block::Written => {
            format!("COMMIT what locks `{table}` first, then do this in a transaction of its own")
        }
        Block::None | Block::Runner | Block::QueryString => {
            format!("move this to a migration of its own, behind the one that locks `{table}`")
        }
    }
}
