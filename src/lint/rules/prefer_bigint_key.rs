//! Keys of type integer.

use crate::ident::Ident;
use crate::lint::created;
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration;
use crate::migration::operation::{ColumnDef, Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "prefer-bigint-key",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/prefer-bigint-key.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, columns) = created::columns(&cx.step.operation)?;
    let small = columns.iter().filter(|column| is_small(&column.type_)).collect::<Vec<_>>();
    if small.is_empty() {
        return None;
    }
    let keys = match &cx.step.operation {
        Operation::CreateTable(create) => created::constraints(create),
        _ => Vec::new(),
    };
    let column =
        small.into_iter().find(|column| is_key(column, &keys) || refers_to_bigint(cx, column, &keys))?;
    let most = if Type::parse(&column.type_).name == "int2" { "32767" } else { "2147483647" };
    let message = format!("the key `{}` of `{table}` runs out at {most}", column.name);
    Some(Problem::new(cx.at(column.type_.span), message).help("write bigint"))
}

fn is_small(written: &str) -> bool {
    let type_ = Type::parse(written);
    matches!(type_.name.as_str(), "int4" | "int2") && !type_.array
}

fn is_key(column: &ColumnDef, keys: &[Operation]) -> bool {
    column.primary_key
        || keys.iter().any(|key| match key {
            Operation::AddPrimaryKey(key) => matches!(key.columns.as_slice(), [only] if *only == column.name),
            _ => false,
        })
}

fn refers_to_bigint(cx: &Context<'_>, column: &ColumnDef, keys: &[Operation]) -> bool {
    let inline = column.references.as_ref().and_then(|text| migration::referenced(text));
    let inline = inline.map(|(table, columns)| (table, columns.first().map(|name| name.value.clone())));
    let apart = keys.iter().find_map(|key| match key {
        Operation::AddForeignKey(key) if matches!(key.columns.as_slice(), [only] if *only == column.name) => {
            let referenced = key.referenced_columns.first().map(|name| name.value.clone());
            Some((key.references.value.clone(), referenced))
        }
        _ => None,
    });
    inline.or(apart).is_some_and(|(table, referenced)| is_bigint(cx, &table, referenced.as_ref()))
}

/// Whether files say that the column, or the primary key, is a bigint.
fn is_bigint(cx: &Context<'_>, table: &TableRef, column: Option<&Ident>) -> bool {
    let key = || cx.table(table)?.primary_key();
    let column = column.or_else(key).and_then(|column| cx.column(table, column));
    column.and_then(|column| column.type_.as_ref()).is_some_and(|type_| Type::parse(type_).name == "int8")
}
