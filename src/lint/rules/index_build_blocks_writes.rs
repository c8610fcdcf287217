//! `CREATE INDEX` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::operation::{CreateIndex, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "index-build-blocks-writes",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "CREATE INDEX without CONCURRENTLY stops every write to the table until the index is built",
    explanation: "\
CREATE INDEX takes a SHARE lock on the table and keeps it while it reads the whole table. Reads go on, but every
INSERT, UPDATE and DELETE waits. On a partitioned table the lock is on the parent and on every partition at once.
IF NOT EXISTS doesn't help: the lock is taken even when the index is there already.

CREATE INDEX CONCURRENTLY takes longer and reads the table twice, but writes go on. It can't run in a transaction,
and it must not run under lock_timeout or statement_timeout: a build that is cut off leaves an INVALID index behind.

Not reported: tables and materialised views made earlier in the same file, temporary tables, and `ON ONLY` (the
index of a partitioned parent alone is empty).",
    online: Some("`midflight expand` builds it concurrently, and builds it again when a build fails"),
    bad: "CREATE INDEX orders_created_at_idx ON orders (created_at);",
    good: "CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(index) = &cx.step.operation else { return None };
    if index.concurrently || index.only || cx.created_here(&index.table) {
        return None;
    }
    let table = &index.table;
    let problem = Problem::new(
        cx.step.span,
        format!("building this index stops every write to `{table}` until it is done"),
    );
    let partitioned = cx.is_partitioned(table);
    let help = if partitioned {
        format!(
            "`{table}` is partitioned: create the index `ON ONLY {table}`, then one with CONCURRENTLY on each \
             partition, then attach each with `ALTER INDEX … ATTACH PARTITION …`"
        )
    } else {
        format!("run `{}` by itself, outside a transaction", concurrently(index))
    };
    Some(problem.help(help).lock(Lock::Share))
}

/// The same statement with CONCURRENTLY.
fn concurrently(index: &CreateIndex) -> String {
    let mut sql = format!("CREATE {}INDEX CONCURRENTLY ", if index.unique { "UNIQUE " } else { "" });
    if let Some(name) = &index.name {
        sql.push_str(&format!("{name} "));
    }
    sql.push_str(&format!("ON {} ", index.table));
    if let Some(method) = &index.using {
        sql.push_str(&format!("USING {method} "));
    }
    let columns = index.columns.iter().map(|column| column.value.as_str()).collect::<Vec<_>>().join(", ");
    sql.push_str(&format!("({columns})"));
    if !index.include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", super::list(&index.include)));
    }
    if let Some(options) = &index.options {
        sql.push_str(&format!(" {options}"));
    }
    if let Some(predicate) = &index.predicate {
        sql.push_str(&format!(" WHERE {predicate}"));
    }
    sql
}
