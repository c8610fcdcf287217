//! ACCESS EXCLUSIVE on several tables in one transaction.

use std::collections::BTreeMap;

use crate::ident::TableName;
use crate::lint::schema::Relation;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wide-lock-window",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/wide-lock-window.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    if cx.schema.session.transaction.held.is_empty() || changes_view(&cx.step.operation) {
        return None;
    }
    let mut first_held = BTreeMap::new();
    for held in cx.held_locks().filter(|held| held.lock == Lock::AccessExclusive) {
        first_held.entry(&held.table).or_insert(held.statement);
    }
    first_held.retain(|table, _| !is_view(cx, table));
    let (before, statement) = first_held.iter().next()?;
    let said = first_held.values().any(|other| other != statement);
    let fresh = |table: &&TableName| !first_held.contains_key(*table) && !is_view(cx, table);
    let table = cx.impact.exclusive().find(fresh)?;
    let at = cx.impacts.iter().position(|impact| impact.exclusive().any(|other| other == table))?;
    if said || !cx.is_step(at) {
        return None;
    }
    let (before, table) = (cx.shown(before), cx.shown(table));
    let message = format!(
        "`{before}` stays locked while this waits for `{table}`, and both until the transaction ends"
    );
    let help =
        format!("lock `{table}` in a transaction of its own, or set a short lock_timeout and try again");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn is_view(cx: &Context<'_>, table: &TableName) -> bool {
    cx.schema.relation(table).is_some_and(|table| table.kind == Relation::View)
        || cx.schema.session.transaction.dropped_views.contains(table)
}

fn changes_view(operation: &Operation) -> bool {
    matches!(operation, Operation::CreateView(_) | Operation::DropView(_))
}
