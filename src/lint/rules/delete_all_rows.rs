//! `DELETE` without a condition.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::statement::{Reach, Statement, WriteKind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "delete-all-rows",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/delete-all-rows.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Write(writes)) = cx.statement() else { return None };
    let write = writes.iter().find(|write| {
        matches!(write.kind, WriteKind::Delete(_)) && super::reach(cx, write) == Some(Reach::All)
    })?;
    let table = &write.table;
    let message = format!("this DELETE removes every row of `{table}` in one transaction");
    let help = format!(
        "delete in batches by key, each in a transaction of its own: `DELETE FROM {table} WHERE … IN (SELECT … FROM \
         {table} LIMIT 1000)` until no row is left; or write the condition that is missing"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
