//! A foreign key whose lock on the referenced table outlasts it.

use crate::ident::TableName;
use crate::lint::impact::Impact;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, foreign_keys};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "foreign-key-locks-parent",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/foreign-key-locks-parent.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let refers = match &cx.step.operation {
        Operation::AddForeignKey(_) => true,
        Operation::AddColumn(add) => add.column.references.is_some(),
        Operation::CreateTable(create) => !create.references.is_empty(),
        _ => false,
    };
    if !refers || !cx.in_transaction() {
        return None;
    }
    let parents = foreign_keys::of(&cx.step.operation).into_iter().map(|key| cx.schema.resolve(&key.parent));
    let parent =
        parents.into_iter().find(|parent| cx.impact.locks.iter().any(|(table, _)| table == parent))?;
    let next = next_locked(cx)?;
    let message = format!(
        "this foreign key stops writes to `{parent}` until the transaction ends, and `{next}` has to be locked before \
         that"
    );
    let help = "commit right after this statement, and set lock_timeout before it";
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::ShareRowExclusive))
}

/// The next other table that the transaction locks so that somebody waits. Where that takes long, the finding is there.
fn next_locked(cx: &Context<'_>) -> Option<TableName> {
    let mut schema = foreign_keys::after(cx);
    let own =
        |table: &TableName| cx.impacts.iter().any(|impact| impact.locks.iter().any(|(own, _)| own == table));
    cx.later_in_transaction().find_map(|later| {
        let impact = Impact::of(later, &schema, cx.options.pg_version);
        schema.apply(later);
        let other = impact.locks.iter().find(|(table, lock)| lock.is_blocking() && !own(table));
        other.filter(|_| impact.work.is_none()).map(|(table, _)| table.clone())
    })
}
