//! `SET LOCAL` outside a transaction.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "ineffective-set-local",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/ineffective-set-local.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::Unplaced(unplaced) = &cx.step.operation else { return None };
    let setting = unplaced.head.strip_prefix("SET LOCAL ")?;
    if cx.in_transaction() {
        return None;
    }
    let message = format!("SET LOCAL {} has no effect outside a transaction", setting.to_lowercase());
    Some(Problem::new(cx.step.span, message).help("write SET without LOCAL, or BEGIN in front of it"))
}
