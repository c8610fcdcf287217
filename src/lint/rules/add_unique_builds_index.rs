//! `ADD UNIQUE` without `USING INDEX`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names};
use crate::migration::operation::{AddKey, Operation};

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
    let inline;
    let (table, key) = match &cx.step.operation {
        Operation::AddUnique(key) if key.using_index.is_none() => (&key.table, key),
        Operation::AddColumn(add) if add.column.unique => {
            let name = add.column.names.unique.clone();
            let columns = vec![add.column.name.clone()];
            inline = AddKey { table: add.table.clone(), name, columns, ..AddKey::default() };
            (&add.table, &inline)
        }
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let name = constraint_names::unique(cx, table, key);
    let message = format!("this constraint builds its index on `{table}` while everything waits");
    let (index, constraint) = super::key_options(key);
    let help = format!(
        "`CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({}){index}` outside a transaction, then `ALTER TABLE {table} \
         ADD CONSTRAINT {name} UNIQUE USING INDEX {name}{constraint}`",
        super::list(&key.columns)
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
