//! A new column that a constraint makes required.

use std::collections::BTreeSet;

use crate::ident::Ident;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::operation::{Expr, Operation, TableRef};
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "required-by-constraint",
    severity: Severity::Error,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/required-by-constraint.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, required) = required(cx)?;
    if cx.created_here(table) {
        return None;
    }
    let lacks_value = |column: &&Ident| {
        let known = cx.column(table, column);
        known.is_some_and(|known| cx.is_new(known.created_in) && !known.default)
            || added_beside(cx, table, column)
    };
    let column = required.iter().find(lacks_value)?;
    if cx.earlier_steps().any(|step| makes_trigger(step, table)) {
        return None;
    }
    let message = format!(
        "the running release doesn't write the new `{column}`: its INSERTs into `{table}` fail as soon as NULL is \
         forbidden"
    );
    let help = format!(
        "give `{column}` a default, or let a trigger fill it, until every release writes it; add the constraint after \
         that"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}

/// The columns that the step forbids to be NULL.
fn required<'a>(cx: &Context<'a>) -> Option<(&'a TableRef, BTreeSet<Ident>)> {
    match &cx.step.operation {
        Operation::AddCheck(add) if !super::not_enforced(add.options.as_ref()) => {
            Some((&add.table, add.check.proves_not_null()))
        }
        Operation::SetNotNull(set) if set.up.is_none() => {
            Some((&set.table, BTreeSet::from([set.column.value.clone()])))
        }
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::AlterTable(table, TableAction::AddNotNull { column, .. }) => {
                Some((table, BTreeSet::from([column.value.clone()])))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the same statement adds the column, without a default.
fn added_beside(cx: &Context<'_>, table: &TableRef, column: &Ident) -> bool {
    cx.siblings.iter().any(|step| match &step.operation {
        Operation::AddColumn(add) => {
            add.table.value == *table
                && add.column.name.value == *column
                && add.column.generated.is_none()
                && !crate::lint::types::Type::is_serial(&add.column.type_)
                && add.column.default.as_ref().is_none_or(Expr::is_null_literal)
        }
        _ => false,
    })
}

fn makes_trigger(operation: &Operation, table: &TableRef) -> bool {
    match operation {
        Operation::CreateTrigger(create) => create.table.as_ref().is_some_and(|on| on.value == *table),
        _ => false,
    }
}
