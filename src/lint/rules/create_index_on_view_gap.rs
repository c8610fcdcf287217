//! `CREATE OR REPLACE VIEW`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::object::ObjectKind;
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "create-index-on-view-gap",
    severity: Severity::Advice,
    class: Class::Locking,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/create-index-on-view-gap.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateView(view) = &cx.step.operation else { return None };
    let name = &view.name;
    if !view.or_replace || cx.object_created_here(ObjectKind::View, name) {
        return None;
    }
    let message = format!("replacing `{name}` waits for its readers, and new readers wait behind it");
    let help = "run it by itself after `SET lock_timeout = '2s'`, and again when the time runs out";
    Some(Problem::new(cx.at(name.span), message).help(help).lock(Lock::AccessExclusive))
}
