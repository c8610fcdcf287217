//! `BEGIN` and `COMMIT` where they don't belong.

use crate::lint::schema::Block;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;
use crate::migration::statement::{Statement, Transaction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "transaction-control",
    severity: Severity::Warning,
    class: Class::Transaction,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/transaction-control.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::Transaction(control) = cx.statement()? else { return None };
    let verb = match control {
        Transaction::Begin => "BEGIN",
        Transaction::Commit { .. } => "COMMIT",
        Transaction::Rollback { .. } => "ROLLBACK",
        Transaction::Savepoint(_) | Transaction::RollbackTo(_) | Transaction::Release => return None,
    };
    let begins = *control == Transaction::Begin;
    if cx.schema.session.in_body {
        let message = format!("{verb} fails in a DO block that is inside a transaction");
        let help = "run the DO block outside a transaction, or without it";
        let fails = cx.block() != Block::None;
        return fails.then(|| Problem::new(cx.step.span, message).help(help).severity(Severity::Error));
    }
    let (message, help) = match cx.block() {
        Block::Written if begins => (
            "there is a transaction already: this BEGIN does nothing, and the next COMMIT ends all of it"
                .to_owned(),
            "COMMIT before it, or leave it out; for a part that can be undone, write SAVEPOINT",
        ),
        Block::Runner if cx.earlier_steps().any(controls) => return None,
        Block::Runner if begins => (
            "the runner has opened a transaction: this BEGIN does nothing, and a COMMIT ends the runner's"
                .to_owned(),
            "leave it out, or tell the runner to open no transaction for this file",
        ),
        Block::Runner => (
            format!(
                "{verb} ends the transaction that the runner has opened: what follows runs outside of it"
            ),
            "leave it out, or tell the runner to open no transaction for this file",
        ),
        Block::None if !begins => (
            format!("there is no transaction to end: this {verb} does nothing"),
            "write BEGIN in front of the statements that belong together, or leave it out",
        ),
        Block::QueryString if !begins => (
            format!("{verb} ends the transaction that a query string is: what follows is another one"),
            "write BEGIN in front of the statements that belong together, or leave it out",
        ),
        Block::None | Block::Written | Block::QueryString => return None,
    };
    Some(Problem::new(cx.step.span, message).help(help))
}

fn controls(operation: &Operation) -> bool {
    let Operation::Unplaced(unplaced) = operation else { return false };
    matches!(
        unplaced.statement,
        Statement::Transaction(
            Transaction::Begin | Transaction::Commit { .. } | Transaction::Rollback { .. }
        )
    )
}
