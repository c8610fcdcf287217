//! `SET LOGGED`, `SET UNLOGGED`, `SET TABLESPACE`, `SET ACCESS METHOD`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::{IndexAction, Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "table-storage-rewrite",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/table-storage-rewrite.md")),
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
