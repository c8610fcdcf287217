//! `ALTER COLUMN … TYPE` to a smaller type.

use crate::lint::narrowing::{self, Loss};
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-narrows",
    severity: Severity::Error,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/change-type-narrows.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) {
        return None;
    }
    let old = cx.column(&op.table, &op.column)?.type_.as_deref()?;
    let loss = narrowing::of_change(cx.schema, op)?;
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let what = match loss {
        Loss::Fails(_) => "fails on the first value that doesn't fit",
        Loss::CutsOff => "cuts off what doesn't fit, without an error",
        Loss::Rounds => "rounds values, for good",
    };
    let message = format!("changing `{column}` from {old} to {new} {what}, while it rewrites `{table}`");
    let convert = format!(
        "add a second column of type {new}, keep it in step with `{column}` by a trigger, and convert the old rows in \
         batches"
    );
    let help = match loss {
        Loss::Fails(condition) => format!(
            "make sure of the values first: `ALTER TABLE {table} ADD CHECK ({condition}) NOT VALID`, and VALIDATE \
             CONSTRAINT; then {convert}"
        ),
        Loss::CutsOff | Loss::Rounds => convert,
    };
    Some(Problem::new(cx.at(op.type_.span), message).help(help).lock(Lock::AccessExclusive))
}
