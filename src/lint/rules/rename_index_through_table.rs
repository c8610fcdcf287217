//! `ALTER TABLE` that renames an index.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "rename-index-through-table",
    severity: Severity::Advice,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/rename-index-through-table.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::RenameTable(rename) = &cx.step.operation else { return None };
    let index = cx.schema.index(&rename.table).filter(|_| cx.table(&rename.table).is_none())?;
    if cx.schema.table_is_new(&index.table) {
        return None;
    }
    let (old, new, table) = (&rename.table, &rename.to, &index.table);
    let message = format!(
        "`{old}` is an index: renamed by ALTER TABLE, it stops reads and writes of `{table}` meanwhile"
    );
    let help = format!("`ALTER INDEX {old} RENAME TO {new}`");
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
