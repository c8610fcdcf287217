//! Long work in a transaction that has locked a table already.

use crate::lint::schema::{Block, Held};
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, Work};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "long-work-under-lock",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/long-work-under-lock.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let work = cx.impact.work?;
    let held = cx.held_locks().filter(|held| counts(cx, work, held)).max_by_key(|held| held.lock)?;
    let (table, lock) = (cx.shown(&held.table), held.lock);
    let who = if lock == Lock::AccessExclusive { "read or write" } else { "write to" };
    let message = format!(
        "nobody can {who} `{table}` while this {}: the transaction holds {} since an earlier statement",
        described(cx),
        lock.name()
    );
    Some(Problem::new(cx.step.span, message).help(way_out(cx, &table)))
}

/// Whether the lock makes the work worse, and no other rule asks for the same.
fn counts(cx: &Context<'_>, work: Work, held: &Held) -> bool {
    match &cx.step.operation {
        // concurrently it fails in a transaction
        Operation::CreateIndex(index) => !index.concurrently && held.lock > Lock::Share,
        // on the table itself it is validate-under-strong-lock
        Operation::ValidateConstraint(target) => cx.held(&cx.schema.resolve(&target.table)).is_none(),
        _ => work == Work::Rows,
    }
}

fn described(cx: &Context<'_>) -> String {
    match (&cx.step.operation, cx.statement()) {
        (_, Some(Statement::Write(writes))) => {
            let tables = writes.iter().map(|write| format!("`{}`", write.table)).collect::<Vec<_>>();
            format!("writes to {}", tables.join(" and "))
        }
        (_, Some(Statement::Refresh { view, .. })) => format!("refreshes `{view}`"),
        (Operation::CreateIndex(index), _) => format!("builds an index of `{}`", index.table),
        (Operation::ValidateConstraint(target), _) => format!("checks every row of `{}`", target.table),
        _ => "runs its query".to_owned(),
    }
}

fn way_out(cx: &Context<'_>, table: &TableRef) -> String {
    if cx.schema.session.in_body {
        return format!("a DO block is one transaction: take out of it what locks `{table}`");
    }
    match cx.block() {
        Block::Written => {
            format!("COMMIT what locks `{table}` first, then do this in a transaction of its own")
        }
        Block::None | Block::Runner | Block::QueryString => {
            format!("move this to a migration of its own, behind the one that locks `{table}`")
        }
    }
}
