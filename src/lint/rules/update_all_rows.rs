//! `UPDATE` of a whole table.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::statement::{Reach, Statement, Write, WriteKind};

/// The rule.
pub static RULE: Rule = Rule {
    id: "update-all-rows",
    severity: Severity::Warning,
    class: Class::Performance,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/update-all-rows.md")),
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
