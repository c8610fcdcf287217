//! `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "refresh-matview-blocks-reads",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/refresh-matview-blocks-reads.md")),
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
