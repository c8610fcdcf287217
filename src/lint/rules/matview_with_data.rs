//! `CREATE MATERIALIZED VIEW` and `CREATE TABLE … AS` that run their query at once.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, Work};
use crate::migration::mentions;
use crate::migration::operation::Operation;
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "matview-with-data",
    severity: Severity::Advice,
    class: Class::Locking,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/matview-with-data.md")),
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
