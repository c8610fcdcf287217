//! `ADD FOREIGN KEY` without `NOT VALID`, and the inline form that scans.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity, constraint_names};
use crate::migration::operation::{AddColumn, AddForeignKey, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "add-foreign-key-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/add-foreign-key-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    match &cx.step.operation {
        Operation::AddForeignKey(key) => table_constraint(cx, key),
        Operation::AddColumn(add) => inline(cx, add),
        _ => None,
    }
}

fn table_constraint(cx: &Context<'_>, key: &AddForeignKey) -> Option<Problem> {
    if key.not_valid || super::not_enforced(key.options.as_ref()) || cx.created_here(&key.table) {
        return None;
    }
    let (table, parent) = (&key.table, &key.references);
    let message = format!(
        "this foreign key stops writes to `{table}` and `{parent}` while every row of `{table}` is checked"
    );
    let name = constraint_names::foreign_key(cx, table, key.name.as_ref(), &key.columns);
    let help = if cx.is_partitioned(table) && cx.options.pg_version < 18 {
        format!(
            "`{table}` is partitioned, and before PostgreSQL 18 its foreign keys can't be NOT VALID: add it to each partition NOT VALID, validate those, then add it here"
        )
    } else {
        format!(
            "add `{name}` with NOT VALID, then run `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` in a transaction of its own"
        )
    };
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::ShareRowExclusive))
}

fn inline(cx: &Context<'_>, add: &AddColumn) -> Option<Problem> {
    let references = add.column.references.as_ref()?;
    if add.column.default.is_none() || cx.created_here(&add.table) {
        return None;
    }
    let (table, column) = (&add.table, &add.column.name);
    let message = format!(
        "with a DEFAULT, adding `{column}` REFERENCES {references} checks every row of `{table}` while everything waits"
    );
    let name = add.column.names.references.as_ref();
    let name = constraint_names::foreign_key(cx, table, name, std::slice::from_ref(column));
    let help = format!(
        "add `{column}` without REFERENCES, then `ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}) \
         REFERENCES {references} NOT VALID`, then `ALTER TABLE {table} VALIDATE CONSTRAINT {name}`"
    );
    Some(Problem::new(cx.at(references.span), message).help(help).lock(Lock::AccessExclusive))
}
