//! Indexes: CONCURRENTLY.

use super::Fix;
use super::statement::{Statement, one_line};
use crate::migration::operation::Operation;
use crate::migration::source::Span;
use crate::migration::statement::{ReindexScope, Statement as Known};

/// `CREATE INDEX`. With IF NOT EXISTS, what a failed build leaves would be taken for the index.
pub fn build(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Operation::CreateIndex(index) = statement.operation() else { return None };
    if index.only || index.if_not_exists || statement.cx.is_partitioned(&index.table) {
        return None;
    }
    concurrently(statement, "INDEX")
}

/// `REINDEX TABLE`, `REINDEX INDEX`
pub fn reindex(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Known::Reindex { scope, .. } = statement.cx.statement()? else { return None };
    match scope {
        ReindexScope::Table(_) => concurrently(statement, "TABLE"),
        ReindexScope::Index(_) => concurrently(statement, "INDEX"),
        ReindexScope::Many => None,
    }
}

/// `DROP INDEX`: only one goes at a time, and nothing along with it.
pub fn drop(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let Operation::DropIndex(drop) = statement.operation() else { return None };
    let (cx, table) = (statement.cx, |name| statement.cx.schema.index(name).map(|index| index.table.clone()));
    if drop.cascade || table(&drop.index).is_some_and(|table| cx.schema.is_partitioned(&table)) {
        return None;
    }
    if cx.siblings.len() == 1 {
        return concurrently(statement, "INDEX");
    }
    one_line(statement.text)?;
    let if_exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let each = cx.siblings.iter().map(|step| match &step.operation {
        Operation::DropIndex(drop) => {
            Some(format!("DROP INDEX CONCURRENTLY {if_exists}{}", statement.at(drop.index.span)?))
        }
        _ => None,
    });
    let mut each = each.collect::<Option<Vec<_>>>()?.into_iter();
    let first = super::Edit { place: statement.span.into(), text: each.next()? };
    Some(Fix { edits: vec![first], after: each.collect(), apart: true, ..statement.fix() })
}

fn concurrently(statement: &Statement<'_>, keyword: &str) -> Option<Fix> {
    let edit = statement.insert_behind(keyword, "CONCURRENTLY")?;
    Some(Fix { edits: vec![edit], apart: true, ..statement.fix() })
}
