//! Statements that can run only once.

use crate::lint::{Check, Class, Context, Problem, Rule, Runner, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-idempotent",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "Outside a transaction, a file that fails half way can't be run again without IF EXISTS",
    explanation: "\
Where each statement commits by itself, a file that fails in the middle leaves its first half behind, and the second
run fails at the first statement. IF EXISTS and IF NOT EXISTS let it get past what is done already.

They say nothing about what is there: a table of that name may have other columns.

Not reported: statements inside a transaction, which is undone as a whole; CREATE INDEX CONCURRENTLY, where IF NOT EXISTS
would hide an invalid index; what has no such clause; and files that midflight runs, which it takes up where they
stopped.",
    online: None,
    bad: "CREATE TABLE orders (id bigint PRIMARY KEY);",
    good: "CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);",
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
