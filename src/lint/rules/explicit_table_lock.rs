//! `LOCK TABLE`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "explicit-table-lock",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/explicit-table-lock.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::LockTable { tables, mode } = cx.statement()? else { return None };
    let lock = Lock::named(mode).filter(|lock| lock.is_blocking())?;
    let used = tables.iter().filter(|table| !cx.created_here(table)).collect::<Vec<_>>();
    let first = used.first()?;
    let names = used.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(" and ");
    let waits = if lock == Lock::AccessExclusive { "read or write" } else { "write to" };
    let message = format!("nobody can {waits} {names} from here until the transaction ends");
    let help = "leave it out where the next statement takes the lock it needs by itself; to keep two migrations apart, \
                take an advisory lock: `SELECT pg_advisory_xact_lock(…)`";
    Some(Problem::new(cx.at(first.span), message).help(help).lock(lock))
}
