//! `REINDEX` without `CONCURRENTLY`.

use super::not_allowed_in_transaction::forbidden;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::{ReindexScope, Statement};

/// The rule.
pub static RULE: Rule = Rule {
    id: "reindex-blocks-access",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/reindex-blocks-access.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::Reindex { scope, concurrently: false } = cx.statement()? else { return None };
    // where it fails anyway, not-allowed-in-transaction says so
    if cx.in_transaction() && forbidden(&cx.step.operation, cx.schema).is_some() {
        return None;
    }
    let (message, help) = match scope {
        ReindexScope::Table(table) => {
            if cx.created_here(table) {
                return None;
            }
            let message =
                format!("`{table}` can be neither read nor written until all of its indexes are rebuilt");
            (message, format!("run `REINDEX TABLE CONCURRENTLY {table}` by itself, outside a transaction"))
        }
        ReindexScope::Index(name) => {
            let known = cx.schema.index(name);
            if known.is_some_and(|index| cx.schema.table_is_new(&index.table)) {
                return None;
            }
            let table = known.map_or_else(
                || "its table".to_owned(),
                |index| format!("`{}`", cx.schema.written(&index.table)),
            );
            let message = format!("{table} can be neither read nor written until `{name}` is rebuilt");
            (message, format!("run `REINDEX INDEX CONCURRENTLY {name}` by itself, outside a transaction"))
        }
        ReindexScope::Many => (
            "each table can be neither read nor written while its indexes are rebuilt".to_owned(),
            "run `REINDEX TABLE CONCURRENTLY …` for the tables that need it, each by itself".to_owned(),
        ),
    };
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
