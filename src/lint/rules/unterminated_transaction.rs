//! `BEGIN` without an end.

use crate::lint::schema::Block;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::{Statement, Transaction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unterminated-transaction",
    severity: Severity::Error,
    class: Class::Transaction,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/unterminated-transaction.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::Transaction(control) = cx.statement()? else { return None };
    let (opens, verb) = match control {
        Transaction::Begin => (matches!(cx.block(), Block::None | Block::QueryString), "BEGIN"),
        Transaction::Commit { chain } => (*chain, "COMMIT AND CHAIN"),
        Transaction::Rollback { chain } => (*chain, "ROLLBACK AND CHAIN"),
        _ => return None,
    };
    // a COMMIT inside a DO block ends nothing outside of it
    let outside = cx.later.iter().filter(|statement| statement.body.is_none());
    if !opens || outside.flat_map(|statement| &*statement.steps).any(|step| ends(&step.operation)) {
        return None;
    }
    let message =
        format!("nothing ends the transaction that this {verb} opens: its locks stay, its changes don't");
    Some(
        Problem::new(cx.step.span, message).help("write COMMIT behind the last statement that belongs to it"),
    )
}

fn ends(operation: &Operation) -> bool {
    let Operation::Unplaced(unplaced) = operation else { return false };
    matches!(
        unplaced.statement,
        Statement::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. })
    )
}
