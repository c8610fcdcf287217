//! Changes that prepared statements don't survive.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "prepared-plan-break",
    severity: Severity::Advice,
    class: Class::Incompatible,
    on: false,
    summary: "Prepared statements that return the changed columns fail until they are prepared again",
    explanation: "\
A prepared statement remembers the columns that it returns. When a column of `SELECT *` or `RETURNING *` comes, goes or
gets another name, or a returned column gets another type or length, even from varchar(10) to varchar(20), the next
execution fails with `cached plan must not change result type`. Statements that only filter on the column keep working.

Name the columns that are read, and let the pool reconnect after the migration; many drivers prepare again by
themselves, but not inside a transaction.

Not reported: tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE users ADD COLUMN nickname text;",
    good: "CREATE TABLE nicknames (user_id bigint PRIMARY KEY, nickname text);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, which) = match &cx.step.operation {
        Operation::AddColumn(_) => {
            (&super::added_column(cx)?.table, "`SELECT *` and `RETURNING *`".to_owned())
        }
        Operation::DropColumn(drop) => (&drop.table, "`SELECT *` and `RETURNING *`".to_owned()),
        Operation::RenameColumn(rename) => (&rename.table, "`SELECT *` and `RETURNING *`".to_owned()),
        Operation::ChangeType(change) => (&change.table, format!("`{}`", change.column)),
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let message = format!(
        "prepared statements that return {which} of `{table}` fail with `cached plan must not change result type`"
    );
    let help = "name the columns that are read, and let pooled connections reconnect";
    Some(Problem::new(cx.step.span, message).help(help))
}
