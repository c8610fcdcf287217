//! Values of catalog rows.

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName};

/// A schema and a name beside it.
pub(super) fn name(row: &PgRow, at: usize) -> TableName {
    TableName::new(row.get::<&str, _>(at), row.get::<&str, _>(at + 1))
}

/// A name without a schema.
pub(super) fn ident(row: &PgRow, at: usize) -> Ident {
    Ident::new(row.get::<&str, _>(at))
}

/// A name that may be missing.
pub(super) fn maybe_ident(row: &PgRow, at: usize) -> Option<Ident> {
    row.get::<Option<&str>, _>(at).map(Ident::new)
}

/// A list of names; a missing list has none.
pub(super) fn idents(row: &PgRow, at: usize) -> Vec<Ident> {
    row.get::<Option<Vec<String>>, _>(at).unwrap_or_default().into_iter().map(Ident::new).collect()
}

/// What a `"char"` stands for. A letter that nobody knows is an error: a guess would be a wrong plan.
pub(super) fn kind<T>(row: &PgRow, at: usize, of: impl Fn(char) -> Option<T>, what: &str) -> Result<T> {
    let letter = row.get::<i8, _>(at) as u8 as char;
    of(letter).ok_or_else(|| {
        Error::new(Kind::Failed, format!("the catalog can't be read: {what} `{letter}` is not known"))
    })
}

/// The same for a column of the catalog that may say none, which it writes as a zero byte.
pub(super) fn maybe_kind<T>(
    row: &PgRow,
    at: usize,
    of: impl Fn(char) -> Option<T>,
    what: &str,
) -> Result<Option<T>> {
    if row.get::<i8, _>(at) == 0 { Ok(None) } else { kind(row, at, of, what).map(Some) }
}
