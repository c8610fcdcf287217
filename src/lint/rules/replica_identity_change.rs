//! `REPLICA IDENTITY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "replica-identity-change",
    severity: Severity::Advice,
    class: Class::Correctness,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/replica-identity-change.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::SetReplicaIdentity(set) = &cx.step.operation else { return None };
    if cx.created_here(&set.table) {
        return None;
    }
    let (table, to) = (&set.table, &set.to);
    let message = format!(
        "replica identity {to}: subscribers get other columns of the old rows of `{table}` from here on"
    );
    let help = format!("make sure that every reader of the replication stream of `{table}` can do with it");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
