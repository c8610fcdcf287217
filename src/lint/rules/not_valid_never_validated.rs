//! `NOT VALID` without a `VALIDATE CONSTRAINT` to follow.

use crate::ident::Ident;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::{Name, Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-valid-never-validated",
    severity: Severity::Advice,
    class: Class::Correctness,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/not-valid-never-validated.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, name) = unchecked(cx)?;
    let drops = |operation: &Operation| matches!(operation, Operation::DropConstraint(drop) if drop.table.value == *table && drop.name.value == name);
    if cx.later_files.will_validate(table, &name, cx.file) || cx.later_steps().any(drops) {
        return None;
    }
    let message = format!("no file validates `{name}`: the rows that `{table}` holds already stay unchecked");
    let help = format!("add `ALTER TABLE {table} VALIDATE CONSTRAINT {name}` in a later migration");
    Some(Problem::new(cx.step.span, message).help(help))
}

/// The constraint that leaves old rows unchecked.
fn unchecked<'a>(cx: &Context<'a>) -> Option<(&'a TableRef, Ident)> {
    let name = |table: &TableRef, written: Option<&Name>, columns: &[&str], suffix: &str| {
        let text = super::constraint_name(written, table.name.as_str(), columns, suffix);
        Ident::parse(&text)
    };
    match &cx.step.operation {
        Operation::AddCheck(add) if add.not_valid && !super::not_enforced(add.options.as_ref()) => {
            let columns = add.check.columns();
            let only = columns.iter().filter(|_| columns.len() == 1).map(Ident::as_str).collect::<Vec<_>>();
            Some((&add.table, name(&add.table, add.name.as_ref(), &only, "check")))
        }
        Operation::AddForeignKey(add) if add.not_valid && !super::not_enforced(add.options.as_ref()) => {
            let columns = add.columns.iter().map(|column| column.as_str()).collect::<Vec<_>>();
            Some((&add.table, name(&add.table, add.name.as_ref(), &columns, "fkey")))
        }
        _ => match cx.statement()? {
            Statement::AlterTable(
                table,
                TableAction::AddNotNull { name: written, column, not_valid: true },
            ) => Some((table, name(table, written.as_ref(), &[column.as_str()], "not_null"))),
            _ => None,
        },
    }
}
