//! `VACUUM FULL` and `CLUSTER`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::{Statement, Target};

/// The rule.
pub static RULE: Rule = Rule {
    id: "rewrite-maintenance",
    severity: Severity::Error,
    class: Class::Rewriting,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rewrite-maintenance.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (verb, tables) = match cx.statement()? {
        Statement::Vacuum { full: true, tables } => ("VACUUM FULL", tables.iter().collect::<Vec<_>>()),
        Statement::Cluster(table) => ("CLUSTER", table.iter().collect()),
        _ => return None,
    };
    let named = !tables.is_empty();
    let used = tables.into_iter().filter(|table| !cx.created_here(table)).collect::<Vec<&Target>>();
    if named && used.is_empty() {
        return None;
    }
    let what = match used.as_slice() {
        [] => "every table that it finds".to_owned(),
        used => used.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(" and "),
    };
    let message = format!("{verb} rewrites {what} while nobody can read or write it");
    let help = "plain VACUUM stops nobody and makes the space available for new rows; pg_repack and pg_squeeze make the \
                table smaller while it is used";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
