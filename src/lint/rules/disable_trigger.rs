//! `DISABLE TRIGGER`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::mentions;
use crate::migration::operation::Operation;
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "disable-trigger",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    summary: "DISABLE TRIGGER lets rows in that triggers, and with ALL foreign keys, never saw",
    explanation: "\
The triggers are off for every session, not only for this one: whatever the application writes meanwhile is checked and
followed up by none of them. ALL switches off foreign keys as well, and nothing looks at those rows when the triggers
come back. The lock is SHARE ROW EXCLUSIVE: nobody can write to the table until the transaction ends.

To write rows without triggers, SET session_replication_role = replica in the session that writes them, and check
afterwards what they would have checked.

Not reported: tables made earlier in the same file.",
    online: None,
    bad: "ALTER TABLE orders DISABLE TRIGGER ALL;",
    good: "SET session_replication_role = replica;",
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
