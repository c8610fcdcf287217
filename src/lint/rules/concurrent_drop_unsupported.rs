//! `DROP INDEX CONCURRENTLY` with what it doesn't take.

use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "concurrent-drop-unsupported",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/concurrent-drop-unsupported.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    if !drop.concurrently || !cx.is_step(0) {
        return None;
    }
    let (takes_no, help) = match (cx.siblings.len() > 1, drop.cascade) {
        (true, _) => ("several indexes", "write a statement for each index"),
        (false, true) => ("CASCADE", "leave CASCADE out, and drop the constraint that needs the index first"),
        (false, false) => return None,
    };
    let message = format!("this fails: DROP INDEX CONCURRENTLY doesn't take {takes_no}");
    Some(Problem::new(cx.step.span, message).help(help))
}
