//! `DROP OWNED BY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-owned",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DROP OWNED BY drops every table that a role owns, at once",
    explanation: "\
All tables, views, functions and schemas of the role in this database go, with their rows, and its privileges on
everything else. What that is depends on the database, not on the file. Each table is locked in ACCESS EXCLUSIVE.

To retire a role, hand over what it owns first (REASSIGN OWNED BY), look at what is left, and only then drop that.",
    online: None,
    bad: "DROP OWNED BY reporting;",
    good: "REASSIGN OWNED BY reporting TO app;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::DropOwned(_)) = cx.statement() else { return None };
    let message = "this drops every table, view and function of the role in this database";
    let help = "`REASSIGN OWNED BY … TO …` keeps them; revoke privileges by name";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
