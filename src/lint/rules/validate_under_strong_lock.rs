//! `VALIDATE CONSTRAINT` under a lock that blocks the application.

use crate::lint::schema::Block;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "validate-under-strong-lock",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/validate-under-strong-lock.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::ValidateConstraint(validate) = &cx.step.operation else { return None };
    let table = cx.schema.resolve(&validate.table);
    if cx.created_here(&validate.table)
        || cx.schema.constraint(&validate.table, &validate.name).is_some_and(|known| known.valid)
    {
        return None;
    }
    let beside = cx.impacts.iter().flat_map(|impact| &impact.locks);
    let beside = beside.filter(|(locked, _)| *locked == table).map(|(_, lock)| *lock).max();
    let (beside, held) = (beside.filter(|lock| lock.is_blocking()), cx.held(&table));
    let lock = beside.max(held)?;
    let (name, written) = (&validate.name, &validate.table);
    let blocked = match lock {
        Lock::AccessExclusive => "nobody can read or write",
        _ => "nobody can write",
    };
    let reason = if held >= beside {
        format!("this transaction holds {} on it already", lock.name())
    } else {
        format!("another action of this ALTER TABLE takes {} on it", lock.name())
    };
    let message = format!("validating `{name}` reads all of `{written}` while {blocked} it: {reason}");
    let alone = format!("`ALTER TABLE {written} VALIDATE CONSTRAINT {name}`");
    let help = match cx.block() {
        _ if held < beside => format!("make {alone} a statement of its own, in a transaction of its own"),
        _ if cx.schema.session.in_body => format!("take {alone} out of the DO block"),
        Block::Written => format!("COMMIT before {alone}"),
        _ => format!("move {alone} to a later file: this one runs in one transaction"),
    };
    Some(Problem::new(cx.step.span, message).help(help).lock(lock))
}
