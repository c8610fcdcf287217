//! `CREATE INDEX` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{CreateIndex, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "index-build-blocks-writes",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/index-build-blocks-writes.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(index) = &cx.step.operation else { return None };
    // of a partitioned table nothing is built yet; of any other, ONLY changes nothing
    let unbuilt = index.only && !cx.schema.is_plain(&index.table);
    if index.concurrently || unbuilt || cx.created_here(&index.table) {
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
    let columns = index.columns.iter().map(|column| column.text.as_str()).collect::<Vec<_>>().join(", ");
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
