//! `DROP DATABASE`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-database",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DROP DATABASE in a migration",
    explanation: "\
Every schema, table and row of the database is gone, and only a backup brings it back. A migration changes the schema of
a database and never has a reason to drop one; with FORCE it also ends every session that uses it.

Drop databases by hand, after looking twice.",
    online: None,
    bad: "DROP DATABASE shop;",
    good: "DROP TABLE IF EXISTS pg_temp.import;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::DropDatabase(name)) = cx.statement() else { return None };
    let message = format!("this drops database `{name}` with everything in it");
    let help = "take it out of the migration: a database is dropped by hand";
    Some(Problem::new(cx.step.span, message).help(help))
}
