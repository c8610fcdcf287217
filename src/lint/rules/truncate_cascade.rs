//! `TRUNCATE … CASCADE`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "truncate-cascade",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "TRUNCATE … CASCADE empties every table that refers to the table, too",
    explanation: "\
CASCADE truncates every table with a foreign key to the table, every table with a foreign key to those, and so on:
whole tables, not only the rows that refer to something. Which tables that are depends on the database, not on the
file. Each is locked in ACCESS EXCLUSIVE until the transaction ends, so that nobody can read or write it.

Delete the rows in batches by key, the referring tables first. Where everything has to go at once, name every table,
so that a table that somebody added since stops the statement.

Not reported: temporary tables, and tables made earlier in the same file.",
    online: None,
    bad: "TRUNCATE TABLE customers CASCADE;",
    good: "-- again and again, until no row is left\nDELETE FROM customers WHERE id IN (SELECT id FROM customers WHERE closed LIMIT 1000);",
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
