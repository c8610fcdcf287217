//! `ALTER TABLE` that renames an index.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-index-through-table",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    summary: "ALTER TABLE renames an index under a lock that stops reads, ALTER INDEX doesn't",
    explanation: "\
ALTER TABLE accepts the name of an index, but takes ACCESS EXCLUSIVE on it as on a table. Planning a query opens every
index of its tables, so that reads and writes wait. ALTER INDEX … RENAME takes SHARE UPDATE EXCLUSIVE, and nobody waits.

Reported where the files make the index. Not reported: indexes of tables made earlier in the same file.",
    online: None,
    bad: "\
CREATE INDEX CONCURRENTLY orders_idx ON orders (created_at);
ALTER TABLE orders_idx RENAME TO orders_created_at_idx;",
    good: "\
CREATE INDEX CONCURRENTLY orders_idx ON orders (created_at);
ALTER INDEX orders_idx RENAME TO orders_created_at_idx;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameTable(rename) = &cx.step.operation else { return None };
    let index = cx.schema.index(&rename.table).filter(|_| cx.table(&rename.table).is_none())?;
    if cx.schema.table_is_new(&index.table) {
        return None;
    }
    let (old, new, table) = (&rename.table, &rename.to, &index.table);
    let message = format!(
        "`{old}` is an index: renamed by ALTER TABLE, it stops reads and writes of `{table}` meanwhile"
    );
    let help = format!("`ALTER INDEX {old} RENAME TO {new}`");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
