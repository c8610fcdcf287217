//! `DELETE` without a condition.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::statement::{Reach, Statement, WriteKind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "delete-all-rows",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    summary: "DELETE without a condition removes every row in one transaction",
    explanation: "\
A DELETE without WHERE, or with a condition that is always true, removes every row. Until its transaction ends each row
is locked (ROW EXCLUSIVE on the table, so that reads and inserts go on, but an update of any row waits); dead rows pile
up in the table and all of its indexes, and replicas have to repeat all of it.

Where the rows have to go, delete them in batches by key, each in a short transaction. Where a condition was
forgotten, write it. `WHERE true` is no condition.

Not reported: temporary tables, tables made earlier in the same file, and bodies of functions.",
    online: None,
    bad: "DELETE FROM sessions;",
    good: "-- again and again, until no row is left\nDELETE FROM sessions WHERE id IN (SELECT id FROM sessions LIMIT 1000);",
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
