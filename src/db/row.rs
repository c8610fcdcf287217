//! Values of catalog rows.

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::ident::TableName;

/// A schema and a name beside it.
pub(super) fn name(row: &PgRow, at: usize) -> TableName {
    TableName::new(row.get::<&str, _>(at), row.get::<&str, _>(at + 1))
}

/// A `"char"`.
pub(super) fn letter(row: &PgRow, at: usize) -> char {
    row.get::<i8, _>(at) as u8 as char
}
