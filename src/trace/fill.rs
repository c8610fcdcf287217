//! Rows for tables that have none: the same values in every column of a type, so that foreign keys find their rows,
//! those to come included.

use serde::Deserialize;
use sqlx::Row;

use super::worker::json;
use crate::db::Session;
use crate::error::Result;
use crate::ident::{Ident, TableName};

/// Enough that the planner reads one row through an index, as it would in production.
const ROWS: u32 = 1000;
/// Added to the number of a row: away from what migrations insert themselves, and within `smallint`.
const FIRST: u32 = 10_000;

#[derive(Deserialize)]
struct Column {
    nspname: String,
    relname: String,
    attname: String,
    /// The type as SQL has it.
    written: String,
    base: String,
    category: String,
    enumerated: bool,
    modifier: i32,
    required: bool,
    has_default: bool,
    /// The checks that name the column.
    checks: Option<String>,
    /// The bound of its partition, for the first column of the key.
    bound: Option<String>,
}

/// How to choose values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taste {
    /// By type.
    Type,
    /// With a value that a check may accept, where there is one.
    Check,
}

/// Fills what is empty, and gives the tables for which that did not work. A constraint that no made-up value meets is
/// no error.
pub async fn fill(session: &mut Session) -> Result<Vec<TableName>> {
    // foreign keys and triggers have no say in this
    session.run("SET session_replication_role = replica").await?;
    let columns: Vec<Column> = json(session, include_str!("fill.sql")).await?;
    let mut empty = Vec::new();
    for columns in columns.chunk_by(|a, b| (&a.nspname, &a.relname) == (&b.nspname, &b.relname)) {
        let table = TableName::new(columns[0].nspname.as_str(), columns[0].relname.as_str());
        let has_rows = format!("SELECT EXISTS (SELECT FROM {table})");
        if session.one(&has_rows).await?.try_get(0)? {
            continue;
        }
        let mut filled = false;
        for taste in [Taste::Type, Taste::Check] {
            filled = filled
                || session
                    .run(&insert(&table, columns, taste))
                    .await
                    .is_ok_and(|done| done.rows_affected() > 0);
        }
        if !filled {
            empty.push(table);
        }
    }
    Ok(empty)
}

fn insert(table: &TableName, columns: &[Column], taste: Taste) -> String {
    let values = columns.iter().filter_map(|column| Some((column, value(column, taste)?)));
    let (names, values): (Vec<_>, Vec<_>) = values
        .map(|(column, value)| {
            (Ident::new(column.attname.as_str()).to_string(), format!("({value})::{}", column.written))
        })
        .unzip();
    let (names, values) = (names.join(", "), values.join(", "));
    format!(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM pg_catalog.generate_series(1, {ROWS}) AS n \
         ON CONFLICT DO NOTHING"
    )
}

/// An expression of the row's number `n`; `None` leaves the column out.
fn value(column: &Column, taste: Taste) -> Option<String> {
    if let Some(bound) = column.bound.as_deref().and_then(lower_bound) {
        return Some(bound.to_owned());
    }
    if let (Taste::Check, Some(checks)) = (taste, &column.checks) {
        if column.has_default {
            return None;
        }
        match (quoted(checks), column.category.as_str()) {
            (Some(text), "S") => return Some(text.to_owned()),
            (_, "N") => return Some("1".to_owned()),
            _ if !column.required => return None,
            _ => {}
        }
    }
    by_type(column)
}

fn by_type(column: &Column) -> Option<String> {
    let number = format!("{FIRST} + n");
    let length = column.modifier - 4; // of varchar and numeric, where there is one
    let written = &column.written;
    Some(match (column.base.as_str(), column.category.as_str()) {
        _ if column.enumerated => {
            format!("(enum_range(NULL::{written}))[1 + n % cardinality(enum_range(NULL::{written}))]")
        }
        ("numeric", _) if length > 0 => {
            let digits = ((length >> 16) & 0xffff) - (length & 0x7ff);
            format!("n % {}", 10_i32.pow(digits.clamp(0, 4).unsigned_abs()))
        }
        ("varchar" | "bpchar", _) if length > 0 => format!("right(({number})::text, {length})"),
        (_, "N") => number,
        (_, "S") => format!("({number})::text"),
        (_, "B") => "n % 2 = 0".to_owned(),
        (_, "A") => "'{}'".to_owned(),
        (_, "R") => "'empty'".to_owned(),
        ("json" | "jsonb", _) => "'{}'".to_owned(),
        ("uuid", _) => format!("lpad(({number})::text, 32, '0')"),
        ("date", _) => "date '2020-01-01' + n".to_owned(),
        ("timestamp" | "timestamptz", _) => "timestamp '2020-01-01' + n * interval '1 hour'".to_owned(),
        ("interval" | "time", _) => "n * interval '1 second'".to_owned(),
        ("timetz", _) => "'12:00:00+00'".to_owned(),
        ("inet" | "cidr", _) => "inet '10.0.0.0' + n".to_owned(),
        ("bytea" | "tsvector", _) => "''".to_owned(),
        ("bit" | "varbit", _) => format!("n::bit({})", column.modifier.max(1)),
        _ => return None,
    })
}

/// `'a'` of `FOR VALUES IN ('a', 'b')`, `10` of `FOR VALUES FROM (10) TO (20)`
fn lower_bound(bound: &str) -> Option<&str> {
    let (_, values) = bound.split_once('(')?;
    let value = quoted(values).filter(|value| values.starts_with(*value));
    let value = value.or_else(|| values.split([',', ')']).next())?;
    (value != "MINVALUE").then_some(value)
}

/// The first string constant of an expression, quotes included.
fn quoted(expression: &str) -> Option<&str> {
    let start = expression.find('\'')?;
    let length = expression[start + 1..].find('\'')?;
    Some(&expression[start..start + length + 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_partitions_and_checks_accept() {
        assert_eq!(lower_bound("FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"), Some("'2024-01-01'"));
        assert_eq!(lower_bound("FOR VALUES FROM (10, 'a') TO (20, 'b')"), Some("10"));
        assert_eq!(lower_bound("FOR VALUES IN ('a', 'b')"), Some("'a'"));
        assert_eq!(lower_bound("FOR VALUES FROM (MINVALUE) TO (5)"), None);
        assert_eq!(lower_bound("DEFAULT"), None);
        assert_eq!(quoted("CHECK ((status = ANY (ARRAY['new'::text, 'paid'::text])))"), Some("'new'"));
    }
}
