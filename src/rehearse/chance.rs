//! Values that differ by chance: a clock's, a random key's. A file is run twice by psql's way, and what differs between
//! these two says nothing about the plan.

use std::collections::BTreeSet;

use sqlx::Row;

use crate::compare::{self, Change, Difference, Options, Volatile};
use crate::db::Session;
use crate::error::Result;
use crate::ident::{Ident, literal};

/// Compares two databases, but for what differs between the first and another that was made by the same way.
pub async fn compare_but_chance(
    first: &mut Session,
    second: &mut Session,
    again: &mut Session,
    state_schema: &Ident,
) -> Result<(Vec<Difference>, Vec<Volatile>)> {
    let mut options = Options { state_schema: state_schema.clone(), volatile: Vec::new() };
    let found = compare::compare(first, second, &options).await?;
    if found.is_empty() {
        return Ok((found, Vec::new()));
    }
    let by_chance = compare::compare(first, again, &options).await?;
    for difference in &by_chance {
        if let Change::Rows { .. } = difference.change {
            options.volatile.extend(columns(first, again, &difference.name).await?);
        }
    }
    let found =
        if options.volatile.is_empty() { found } else { compare::compare(first, second, &options).await? };
    let chance: BTreeSet<(&str, &str)> = by_chance
        .iter()
        .filter(|difference| !matches!(difference.change, Change::Rows { .. }))
        .map(|difference| (difference.kind.as_str(), difference.name.as_str()))
        .collect();
    let told =
        |difference: &Difference| !chance.contains(&(difference.kind.as_str(), difference.name.as_str()));
    Ok((found.into_iter().filter(told).collect(), options.volatile))
}

/// The columns of a table whose values differ as a whole. Where only their combination does, it is the table.
async fn columns(first: &mut Session, again: &mut Session, table: &str) -> Result<Vec<Volatile>> {
    let sql = format!(
        "SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = {}::regclass AND attnum > 0 AND NOT attisdropped",
        literal(table)
    );
    let mut found = Vec::new();
    for row in first.rows(&sql).await? {
        let name: &str = row.try_get(0)?;
        let sum = format!(
            "SELECT sum(pg_catalog.hashtextextended({}::text, 0))::text, count(*) FROM ONLY {table}",
            Ident::new(name)
        );
        let (one, other) = (first.one(&sum).await?, again.one(&sum).await?);
        let sums = |row: &sqlx::postgres::PgRow| -> Result<(Option<String>, i64)> {
            Ok((row.try_get(0)?, row.try_get(1)?))
        };
        if sums(&one)? != sums(&other)? {
            found.push(Volatile { relation: table.to_owned(), column: Some(name.to_owned()) });
        }
    }
    if found.is_empty() {
        found.push(Volatile { relation: table.to_owned(), column: None });
    }
    Ok(found)
}
