//! `TRUNCATE … CASCADE`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "truncate-cascade",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/truncate-cascade.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Truncate { tables, cascade: true }) = cx.statement() else { return None };
    let gone = super::in_use(cx, tables)?;
    let named = tables.iter().map(|table| cx.schema.resolve(table)).collect::<Vec<_>>();
    let refers = |table: &crate::lint::schema::Table| table.references().any(|parent| named.contains(parent));
    let too = cx.schema.relations().filter(|(name, table)| refers(table) && !named.contains(name));
    let too = too.map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>();
    let too = if too.is_empty() { String::new() } else { format!(" ({} among them)", too.join(", ")) };
    let message = format!(
        "truncating {gone} also empties every table with a foreign key to it{too}, and so on from there"
    );
    let help =
        "delete the rows in batches by key, referring tables first, or name every table instead of CASCADE";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
