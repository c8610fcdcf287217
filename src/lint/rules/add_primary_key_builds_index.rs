//! `ADD PRIMARY KEY` without `USING INDEX`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-primary-key-builds-index",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-primary-key-builds-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, name, columns) = match &cx.step.operation {
        Operation::AddPrimaryKey(key) if key.using_index.is_none() => {
            (&key.table, key.name.as_ref(), key.columns.as_slice())
        }
        Operation::AddColumn(add) if add.column.primary_key => {
            (&add.table, add.column.names.primary_key.as_ref(), std::slice::from_ref(&add.column.name))
        }
        _ => return None,
    };
    if cx.created_here(table) {
        return None;
    }
    let name = constraint_names::primary_key(cx, table, name);
    let message = format!("this primary key builds its index on `{table}` while everything waits");
    let help = format!(
        "make the columns NOT NULL through a validated check, `CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} \
         ({})` outside a transaction, then `ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}`",
        super::list(columns)
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}
