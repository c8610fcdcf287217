//! `ADD UNIQUE` without `USING INDEX`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-unique-builds-index",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-unique-builds-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, name, columns) = match &cx.step.operation {
        Operation::AddUnique(key) if key.using_index.is_none() => {
            (&key.table, key.name.as_ref(), key.columns.as_slice())
        }
        Operation::AddColumn(add) if add.column.unique => {
            (&add.table, add.column.names.unique.as_ref(), std::slice::from_ref(&add.column.name))
        }
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let words = columns.iter().map(|column| column.as_str()).collect::<Vec<_>>();
    let name = super::constraint_name(name, table.name.as_str(), &words, "key");
    let message = format!("this constraint builds its index on `{table}` while everything waits");
    let help = format!(
        "`CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({})` outside a transaction, then `ALTER TABLE {table} \
         ADD CONSTRAINT {name} UNIQUE USING INDEX {name}`",
        super::list(columns)
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
