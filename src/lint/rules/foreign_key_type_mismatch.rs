//! A foreign key whose columns have other types than those that they refer to.

use crate::ident::Ident;
use crate::lint::types::Type;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, foreign_keys};
use crate::migration::operation::{Operation, TableRef};

/// The rule.
pub static RULE: Rule = Rule {
    id: "foreign-key-type-mismatch",
    severity: Severity::Advice,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/foreign-key-type-mismatch.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let keys = foreign_keys::of(&cx.step.operation);
    keys.iter().find_map(|key| {
        let referenced = key.referenced(cx.schema);
        key.columns.iter().zip(&referenced).find_map(|(column, parent_column)| {
            let (from, written) = type_of(cx, &key.table, column)?;
            let (to, parent_written) = type_of(cx, &key.parent, parent_column)?;
            let (table, parent) = (&key.table, &key.parent);
            let types = format!(
                "`{table}.{column}` is {written}, but `{parent}.{parent_column}`, to which it refers, is {parent_written}"
            );
            let (message, severity) = match misfit(&from, &to)? {
                Misfit::Narrower => (format!("{types}: larger keys don't fit"), Severity::Advice),
                Misfit::Incomparable => (format!("this fails: {types}"), Severity::Error),
            };
            let help = format!("make `{column}` {}", spelled(&to.name));
            Some(Problem::new(cx.at(key.span), message).help(help).severity(severity))
        })
    })
}

enum Misfit {
    Narrower,
    Incomparable,
}

fn misfit(from: &Type, to: &Type) -> Option<Misfit> {
    const INTEGERS: &[&str] = &["int2", "int4", "int8"];
    if from.array || to.array || from.name == to.name || !from.is_built_in() || !to.is_built_in() {
        return None;
    }
    let rank = |type_: &Type| INTEGERS.iter().position(|name| *name == type_.name);
    if let (Some(from), Some(to)) = (rank(from), rank(to)) {
        return (from < to).then_some(Misfit::Narrower);
    }
    (family(&from.name) != family(&to.name)).then_some(Misfit::Incomparable)
}

/// The name that people write.
fn spelled(name: &str) -> &str {
    match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        other => other,
    }
}

/// Types that PostgreSQL compares with each other.
fn family(name: &str) -> &str {
    match name {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "oid" => "numbers",
        "text" | "varchar" | "bpchar" | "name" | "\"char\"" => "strings",
        "date" | "timestamp" | "timestamptz" => "times",
        "time" | "timetz" | "interval" => "hours",
        "inet" | "cidr" => "addresses",
        "macaddr" | "macaddr8" => "cards",
        "bit" | "varbit" => "bits",
        other => other,
    }
}

/// A column's type, below a domain, and as it is written.
fn type_of(cx: &Context<'_>, table: &TableRef, column: &Ident) -> Option<(Type, String)> {
    let made = match &cx.step.operation {
        Operation::CreateTable(create) if create.table.value == *table => create.columns.as_slice(),
        Operation::AddColumn(add) if add.table.value == *table => std::slice::from_ref(&add.column),
        _ => &[],
    };
    let made = made.iter().find(|made| made.name.value == *column).map(|made| made.type_.value.clone());
    let written = made.or_else(|| cx.column(table, column)?.type_.clone())?;
    Some((cx.schema.base_type(&Type::parse(&written)), written))
}
