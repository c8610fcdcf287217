//! `ALTER COLUMN … TYPE` that isn't provably free.

use crate::lint::types::Cost;
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, cost};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "change-type-rewrites",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/change-type-rewrites.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ChangeType(op) = &cx.step.operation else { return None };
    if cx.column_created_here(&op.table, &op.column) {
        return None;
    }
    let old = cx.column(&op.table, &op.column).and_then(|column| column.type_.as_deref());
    let cost = cost::of_change(cx.schema, op);
    if cost == Cost::Free {
        return None;
    }
    let (table, column, new) = (&op.table, &op.column, &op.type_.value);
    let from = old.map_or_else(String::new, |old| format!(" from {old}"));
    let (message, severity) = match cost {
        Cost::Unknown if old.is_none() => (
            format!("changing `{column}` to {new} may rewrite `{table}`: no file says what its type is"),
            Severity::Warning,
        ),
        Cost::Unknown => (
            format!("changing `{column}`{from} to {new} may rewrite `{table}`: one of the types is unknown"),
            Severity::Warning,
        ),
        _ => (format!("changing `{column}`{from} to {new} rewrites `{table}`"), Severity::Error),
    };
    let help = format!(
        "add a second column of type {new} to `{table}`, keep it in step with `{column}` by a trigger, convert the \
         old rows in batches, then let the columns change places"
    );
    let help = match old.filter(|old| Type::is_serial(old)) {
        Some(_) => {
            let sequence = super::constraint_name(None, table.name.as_str(), &[column.as_str()], "seq");
            format!("{help}; its sequence keeps the old type: `ALTER SEQUENCE {sequence} AS {new}`")
        }
        None => help,
    };
    Some(
        Problem::new(cx.at(op.type_.span), message).help(help).lock(Lock::AccessExclusive).severity(severity),
    )
}
