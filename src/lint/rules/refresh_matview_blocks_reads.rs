//! `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "refresh-matview-blocks-reads",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    summary: "REFRESH MATERIALIZED VIEW without CONCURRENTLY stops every query of the view until it is done",
    explanation: "\
REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE on the view and keeps it while its query runs and its indexes are
built again. With CONCURRENTLY it takes EXCLUSIVE: queries go on, only other refreshes wait. That needs a unique index
on columns of the view, without WHERE, and works inside a transaction.

WITH NO DATA leaves the view unreadable: every query of it fails until the next refresh.

Not reported: views made earlier in the same file, and views that no one can read yet, since files made them WITH NO
DATA.",
    online: None,
    bad: "REFRESH MATERIALIZED VIEW revenue_by_month;",
    good: "REFRESH MATERIALIZED VIEW CONCURRENTLY revenue_by_month;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::Refresh { view, concurrently: false, empties } = cx.statement()? else { return None };
    if cx.created_here(view) || cx.table(view).is_some_and(|view| view.unreadable) {
        return None;
    }
    let message = match empties {
        true => format!("WITH NO DATA empties `{view}`: every query of it fails until the next refresh"),
        false => format!("refreshing `{view}` stops every query of it until it is done"),
    };
    let help = format!(
        "`REFRESH MATERIALIZED VIEW CONCURRENTLY {view}`; it needs a unique index on columns of `{view}`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
