//! Statements that can run only once.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Runner, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-idempotent",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/require-idempotent.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    if cx.in_transaction() || cx.runner == Runner::Midflight {
        return None;
    }
    let clause = missing(&cx.step.operation)?;
    let message = format!("without {clause} this fails when the file is run again");
    Some(
        Problem::new(cx.step.span, message).help(format!("write {clause}, or run the file in a transaction")),
    )
}

/// The clause that would let the statement run twice, where it could have one and has none.
fn missing(operation: &Operation) -> Option<&'static str> {
    const MAKES: &str = "IF NOT EXISTS";
    const DROPS: &str = "IF EXISTS";
    if let Some((kind, create)) = operation.created() {
        let clause = if kind.takes_if_not_exists() { MAKES } else { "OR REPLACE" };
        let known = kind.takes_if_not_exists() || kind.is_replaceable();
        return (known && !create.if_not_exists && !create.or_replace).then_some(clause);
    }
    if let Some((_, drop)) = operation.dropped() {
        return (!drop.if_exists).then_some(DROPS);
    }
    let (has, clause) = match operation {
        Operation::CreateTable(create) => (create.if_not_exists, MAKES),
        Operation::AddColumn(add) => (add.if_not_exists, MAKES),
        Operation::CreateIndex(index) => {
            (index.if_not_exists || index.concurrently || index.name.is_none(), MAKES)
        }
        Operation::DropTable(drop) => (drop.if_exists, DROPS),
        Operation::DropColumn(drop) => (drop.if_exists, DROPS),
        Operation::DropConstraint(drop) => (drop.if_exists, DROPS),
        Operation::DropIndex(drop) => (drop.if_exists, DROPS),
        _ => return None,
    };
    (!has).then_some(clause)
}
