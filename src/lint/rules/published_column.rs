//! A table that subscribers follow gets a column.

use crate::ident::Ident;
use crate::lint::types::Cost;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Runner, Severity, cost};
use crate::migration::operation::{Operation, PUBLISHED_COLUMN, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: PUBLISHED_COLUMN,
    severity: Severity::Warning,
    class: Class::Incompatible,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/published-column.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, columns) = added(cx)?;
    if cx.created_here(table) {
        return None;
    }
    let publications = cx.schema.publications_of(&cx.schema.resolve(table));
    if publications.is_empty() {
        return None;
    }
    let names: Vec<String> = publications.iter().map(|name| format!("`{name}`")).collect();
    let noun = if names.len() == 1 { "publication" } else { "publications" };
    let names = names.join(", ");
    let shown: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let shown = shown.join(", ");
    let type_change = matches!(cx.step.operation, Operation::ChangeType(_));
    let message = if type_change && cx.runner == Runner::Sql {
        format!(
            "`{table}` is sent by {noun} {names}: a subscriber that keeps the old type stops at a value that doesn't fit; \
             midflight adds {shown} meanwhile, and one without it stops at once"
        )
    } else {
        format!("`{table}` is sent by {noun} {names}: replication to a subscriber without {shown} stops")
    };
    let adds: Vec<String> = columns.iter().map(|column| format!("ADD COLUMN {column}")).collect();
    let help = format!("on each subscriber, before: `ALTER TABLE {table} {}`", adds.join(", "));
    Some(Problem::new(cx.step.span, message).help(help))
}

/// The columns that subscribers meet, as a subscriber would add them.
fn added<'c>(cx: &Context<'c>) -> Option<(&'c TableRef, Vec<String>)> {
    let hidden = |column: &Ident, type_: &str| format!("{} {type_}", column.prefixed("_midflight_"));
    match &cx.step.operation {
        Operation::AddColumn(op) => {
            Some((&op.table, vec![format!("{} {}", op.column.name, op.column.type_)]))
        }
        Operation::RenameColumn(op) => {
            let known = cx.column(&op.table, &op.column).and_then(|column| column.type_.clone());
            Some((&op.table, vec![format!("{} {}", op.to, known.unwrap_or_default()).trim_end().to_owned()]))
        }
        Operation::ChangeType(op) if cost::of_change(cx.schema, op) != Cost::Free => {
            Some((&op.table, vec![hidden(&op.column, &op.type_)]))
        }
        Operation::SetNotNull(op) if op.up.is_some() => {
            let known = cx.column(&op.table, &op.column).and_then(|column| column.type_.clone());
            Some((&op.table, vec![hidden(&op.column, &known.unwrap_or_default()).trim_end().to_owned()]))
        }
        Operation::TransformColumns(op) => {
            let columns = op.to.iter().map(|column| format!("{} {}", column.name, column.type_));
            Some((&op.table, columns.collect()))
        }
        _ => None,
    }
}
