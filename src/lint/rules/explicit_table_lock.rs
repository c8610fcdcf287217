//! `LOCK TABLE`.

use crate::lint::{Check, Class, Context, Lock, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "explicit-table-lock",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    summary: "LOCK TABLE stops the application until the transaction ends",
    explanation: "\
LOCK TABLE takes ACCESS EXCLUSIVE unless a mode is named: nobody can read or write the table before the transaction
ends. SHARE, SHARE ROW EXCLUSIVE and EXCLUSIVE stop writes. And while the statement waits for its lock, everything else
waits behind it.

Where two migrations must not run at the same time, an advisory lock (`pg_advisory_xact_lock`) does that without
stopping the application.

Not reported: modes below SHARE, and tables made earlier in the same file.",
    online: None,
    bad: "\
BEGIN;
LOCK TABLE orders;
ALTER TABLE orders ADD COLUMN note text;
COMMIT;",
    good: "\
BEGIN;
SELECT pg_advisory_xact_lock(42);
ALTER TABLE orders ADD COLUMN note text;
COMMIT;",
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
