//! `DISABLE TRIGGER`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "disable-trigger",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/disable-trigger.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::Unplaced(unplaced) = &cx.step.operation else { return None };
    let Statement::AlterTable(table, TableAction::DisableTrigger) = &unplaced.statement else { return None };
    if cx.created_here(table) {
        return None;
    }
    let off = match mentions(&unplaced.sql, "TRIGGER ALL") {
        true => "every trigger and foreign key",
        false => "the trigger",
    };
    let message = format!(
        "this switches {off} of `{table}` off for every session, and nobody can write to it until the transaction ends"
    );
    let help = "`SET session_replication_role = replica` in the one session that writes, then check its rows";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::ShareRowExclusive))
}
