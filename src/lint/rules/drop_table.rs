//! `DROP TABLE`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-table",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-table.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropTable(drop) = &cx.step.operation else { return None };
    let table = &drop.table;
    let known = cx.schema.table(table);
    if cx.created_here(table) || known.is_some_and(|table| cx.is_new(table.detached)) {
        return None;
    }
    let rows = if drop.aside.is_some() { "" } else { ", and its rows are lost" };
    let message = format!("dropping `{table}` breaks every statement that still uses it{rows}");
    let help = format!(
        "first deploy a release that no longer uses `{table}`, drop its foreign keys (each locks the table it refers \
         to as well), then drop it in a later migration"
    );
    Some(Problem::new(cx.at(table.span), message).help(help).lock(Lock::AccessExclusive))
}
