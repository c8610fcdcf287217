//! `ALTER COLUMN … SET EXPRESSION`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity, Work};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "set-expression-rewrites",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    summary: "SET EXPRESSION computes a stored column again for every row while nobody can use the table",
    explanation: "\
ALTER COLUMN … SET EXPRESSION AS (PostgreSQL 17) computes a stored generated column again: every row and every index
of the table is written under ACCESS EXCLUSIVE.

Add a second column, fill it by a trigger and in batches, and let readers change over; then drop the old one.

Not reported: a column that an earlier file makes VIRTUAL (PostgreSQL 18), which is computed when it is read; tables
made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE orders ALTER COLUMN total SET EXPRESSION AS (net + tax);",
    good: "\
ALTER TABLE orders ADD COLUMN total_with_tax numeric;
-- a trigger fills it, old rows are filled in batches, readers change over",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterTable(table, TableAction::SetExpression(column)) = cx.statement()? else {
        return None;
    };
    if cx.impact.work != Some(Work::Rewrite) {
        return None;
    }
    let message = format!("every row and index of `{table}` is written again to compute `{column}`");
    let help = format!(
        "add a second column to `{table}`, fill it by a trigger and in batches, and drop `{column}` when nobody reads it"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
