//! `UPDATE` of a whole table.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::statement::{Reach, Statement, Write, WriteKind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "update-all-rows",
    severity: Severity::Warning,
    class: Class::Performance,
    on: true,
    summary: "One UPDATE writes every row of a table",
    explanation: "\
Every row is written again and stays locked until the transaction ends (ROW EXCLUSIVE on the table, so that reads and
inserts go on, but an update or delete of any row waits). The table and its indexes grow by as many dead rows, VACUUM
can't clean up behind anybody meanwhile, and replicas have to repeat all of it.

That is so without WHERE, with a condition that is always true, with FROM and a condition that doesn't mention the
table, and with `WHERE column IS NULL` after a column was added without a default: every row has NULL there.

Update in batches by key, each in a short transaction, outside the one that changes the schema.

Not reported: temporary tables, tables made earlier in the same file, other conditions, and bodies of functions. Where
a column is filled where it is NULL and no file says how many rows that are, it is advice.",
    online: None,
    bad: "UPDATE users SET plan = 'free';",
    good: "-- again and again, until no row is left\nUPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 1000);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Some(Statement::Write(writes)) = cx.statement() else { return None };
    let mut updates = writes.iter().filter(|write| matches!(write.kind, WriteKind::Update(_)));
    updates.find_map(|write| match super::reach(cx, write)? {
        Reach::All => Some(problem(cx, write, "this UPDATE writes every row of")),
        Reach::Some if fills(cx, write) => {
            let fill = "this UPDATE fills every NULL in one transaction, however many there are, in";
            Some(problem(cx, write, fill).severity(Severity::Advice))
        }
        _ => None,
    })
}

fn problem(cx: &Context<'_>, write: &Write, what: &str) -> Problem {
    let table = &write.table;
    let help = format!(
        "update in batches by key, each in a transaction of its own: `UPDATE {table} SET … WHERE … IN (SELECT … FROM \
         {table} WHERE … LIMIT 1000)` until no row is left"
    );
    Problem::new(cx.step.span, format!("{what} `{table}`")).help(help)
}

/// Whether it gives a column values wherever it has none.
fn fills(cx: &Context<'_>, write: &Write) -> bool {
    let Some(test) = write.null_test.as_ref().filter(|test| test.is_null) else { return false };
    let filled = cx.column(&write.table, &test.column).is_some_and(|column| column.filled || column.not_null);
    !filled && write.columns.iter().any(|column| column.value == test.column.value)
}
