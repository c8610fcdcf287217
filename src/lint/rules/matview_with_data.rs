//! `CREATE MATERIALIZED VIEW` and `CREATE TABLE … AS` that run their query at once.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity, Work};
use crate::migration::mentions;
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "matview-with-data",
    severity: Severity::Advice,
    class: Class::Locking,
    on: false,
    summary: "CREATE MATERIALIZED VIEW runs its whole query inside the migration",
    explanation: "\
While the query of CREATE MATERIALIZED VIEW or CREATE TABLE … AS runs, it holds ACCESS SHARE on every table that it
reads. That stops neither reads nor writes, but an ALTER TABLE on one of them waits for it, and everything else then
waits behind the ALTER TABLE. The migration takes as long as the query.

WITH NO DATA makes the view at once; fill it by REFRESH outside the migration.",
    online: None,
    bad: "CREATE MATERIALIZED VIEW revenue AS SELECT sum(amount) AS amount FROM orders;",
    good: "CREATE MATERIALIZED VIEW revenue AS SELECT sum(amount) AS amount FROM orders WITH NO DATA;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    if cx.impact.work != Some(Work::Rows) {
        return None;
    }
    let (name, sql) = match &cx.step.operation {
        Operation::CreateMaterializedView(create) => {
            (&create.name, create.definition.as_ref()?.value.as_str())
        }
        Operation::CreateTable(create) => (&create.table, create.statement.as_deref()?),
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::CreateTableAs { table, .. } => (table, unplaced.sql.as_str()),
            _ => return None,
        },
        _ => return None,
    };
    if mentions(sql, "WITH NO DATA") {
        return None;
    }
    let message =
        format!("the query of `{name}` runs here, and what alters a table that it reads waits for it");
    let help = "add WITH NO DATA, and fill it outside the migration";
    Some(Problem::new(cx.step.span, message).help(help))
}
