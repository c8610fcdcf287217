//! `SET LOGGED`, `SET UNLOGGED`, `SET TABLESPACE`, `SET ACCESS METHOD`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::{IndexAction, Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "table-storage-rewrite",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    summary: "SET LOGGED, UNLOGGED, TABLESPACE and ACCESS METHOD copy the whole table while nobody can read or write it",
    explanation: "\
Each takes ACCESS EXCLUSIVE and keeps it while every row is copied: SET LOGGED and SET UNLOGGED write the indexes
again as well, SET TABLESPACE copies the files of the table, SET ACCESS METHOD (PostgreSQL 15) writes everything
again. PostgreSQL skips the copy where the value is what it was before.

ALTER INDEX … SET TABLESPACE copies the index in the same way, and queries of its table wait, since planning them
opens the index. REINDEX (CONCURRENTLY, TABLESPACE …) does it while the application works.

For a table make a new one, keep it in step by triggers, copy the rows in batches, and swap the two; pg_repack can
move a table to another tablespace.

Not reported: tables made earlier in the same file; partitioned tables, which have no rows of their own; storage
parameters, SET STATISTICS and CLUSTER ON, which take SHARE UPDATE EXCLUSIVE only.",
    online: None,
    bad: "ALTER TABLE orders SET TABLESPACE fast;",
    good: "ALTER TABLE orders SET (fillfactor = 90);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (message, help) = match cx.statement()? {
        Statement::AlterTable(table, TableAction::Storage(words)) => {
            if cx.created_here(table) || cx.is_partitioned(table) {
                return None;
            }
            let message = format!("{words} copies all of `{table}` while nobody can read or write it");
            let help = format!(
                "make a new table, keep it in step with `{table}` by triggers, copy the rows in batches, then let the \
                 two change places"
            );
            (message, help)
        }
        Statement::AlterIndex(index, IndexAction::SetTablespace) => {
            let known = cx.schema.index(index);
            if known.is_some_and(|index| cx.is_new(index.created_in) || cx.schema.table_is_new(&index.table))
            {
                return None;
            }
            let message =
                format!("SET TABLESPACE copies index `{index}` while every query of its table waits");
            (
                message,
                format!(
                    "`REINDEX (CONCURRENTLY, TABLESPACE …) INDEX {index}` by itself, outside a transaction"
                ),
            )
        }
        _ => return None,
    };
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
