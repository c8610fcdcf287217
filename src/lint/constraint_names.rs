//! What a constraint is called: as written, or as PostgreSQL calls it where nobody does.

use super::Context;
use crate::ident::{Ident, TableName};
use crate::migration::operation::{AddKey, Expr, Name, TableRef};
use crate::pg::naming::{index_columns, joined, object_name};

/// The name of a check. One that reads a single column has its name in it, wherever the check is written.
pub fn check(cx: &Context<'_>, table: &TableRef, name: Option<&Name>, condition: &Expr) -> Ident {
    let columns = condition.columns();
    let column = columns.first().filter(|_| columns.len() == 1).map_or("", Ident::as_str);
    constraint(cx, table, name, column, "check")
}

/// The name of a foreign key.
pub fn foreign_key(cx: &Context<'_>, table: &TableRef, name: Option<&Name>, columns: &[Name]) -> Ident {
    constraint(cx, table, name, &joined(columns.iter().map(|column| &column.value)), "fkey")
}

/// The name of a unique constraint, and of its index.
pub fn unique(cx: &Context<'_>, table: &TableRef, key: &AddKey) -> Ident {
    let columns = key.columns.iter().chain(&key.include).map(|column| column.value.clone());
    index(cx, table, key.name.as_ref(), &joined(&index_columns(columns)), "key")
}

/// The name of a primary key, and of its index.
pub fn primary_key(cx: &Context<'_>, table: &TableRef, name: Option<&Name>) -> Ident {
    index(cx, table, name, "", "pkey")
}

/// The name of the check that proves that a column has no NULL, for a while. It is another than that of the constraint which
/// PostgreSQL 18 makes of NOT NULL.
pub fn no_null(cx: &Context<'_>, table: &TableRef, column: &Ident) -> Ident {
    constraint(cx, table, None, column.as_str(), "not_null_check")
}

fn constraint(cx: &Context<'_>, table: &TableRef, name: Option<&Name>, columns: &str, label: &str) -> Ident {
    let schema = cx.schema.resolve(table).schema;
    let taken = |name: &Ident| is_constraint(cx, &schema, name);
    name.map_or_else(|| object_name(table.name.as_str(), columns, label, taken), |name| name.value.clone())
}

fn index(cx: &Context<'_>, table: &TableRef, name: Option<&Name>, columns: &str, label: &str) -> Ident {
    let schema = cx.schema.resolve(table).schema;
    let taken = |name: &Ident| {
        let full = TableName::new(schema.clone(), name.clone());
        let index = TableRef { schema: Some(schema.clone()), name: name.clone() };
        cx.schema.relation(&full).is_some()
            || cx.schema.index(&index).is_some()
            || is_constraint(cx, &schema, name)
    };
    name.map_or_else(|| object_name(table.name.as_str(), columns, label, taken), |name| name.value.clone())
}

/// Whether a table of the schema has a constraint of this name.
fn is_constraint(cx: &Context<'_>, schema: &Ident, name: &Ident) -> bool {
    cx.schema
        .relations()
        .any(|(table, known)| table.schema == *schema && known.constraints.contains_key(name))
}
