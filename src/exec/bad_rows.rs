//! Finding the rows that an expression fails on: halving page ranges, then pages into rows. Reads only.

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::db::{Failure, Session, classify, explain};
use crate::error::Result;
use crate::plan::Conversion;

/// How many rows a report lists.
pub(super) const LISTED: usize = 20;

/// A row that can't be converted.
#[derive(Debug, Clone)]
pub(super) struct BadRow {
    /// Its place in the table, as text.
    pub ctid: String,
    /// Its key and what is wrong with it.
    pub report: String,
}

/// The bad rows of a range of pages, the first [`LISTED`] of them. Each query runs in a savepoint of the open transaction,
/// whose functions it needs.
pub(super) async fn find(
    session: &mut Session,
    work: &Conversion,
    pages: std::ops::Range<i64>,
) -> Result<Vec<BadRow>> {
    let mut found = Vec::new();
    let mut ranges = vec![pages];
    while let Some(range) = ranges.pop() {
        if found.len() >= LISTED || range.is_empty() || converts(session, work, &range).await? {
            continue;
        }
        if range.end - range.start > 1 {
            let middle = range.start + (range.end - range.start) / 2;
            ranges.push(middle..range.end);
            ranges.push(range.start..middle);
        } else {
            rows_of_page(session, work, range.start, &mut found).await?;
        }
    }
    Ok(found)
}

/// Whether every row of a range converts.
async fn converts(session: &mut Session, work: &Conversion, pages: &std::ops::Range<i64>) -> Result<bool> {
    match protected(session, &probe(work, pages)).await? {
        Ok(rows) => Ok(rows.first().is_none_or(|row| row.get::<i64, _>(0) == 0)),
        Err(_) => Ok(false),
    }
}

async fn rows_of_page(
    session: &mut Session,
    work: &Conversion,
    page: i64,
    found: &mut Vec<BadRow>,
) -> Result<()> {
    let list = format!(
        "SELECT ctid::text, {} FROM ONLY {} WHERE {}",
        work.key,
        work.table,
        within(&(page..page + 1))
    );
    for row in session.rows(&list).await? {
        let (ctid, key): (String, String) = (row.get(0), row.get(1));
        let one = format!("SELECT {} FROM ONLY {} WHERE ctid = '{ctid}'", judged(work), work.table);
        let report = match protected(session, &one).await? {
            Ok(rows) if rows.first().is_none_or(|row| row.get::<i64, _>(0) == 0) => continue,
            Ok(_) => format!("{key}: the new value is NULL or too long"),
            Err(error) => format!("{key}: {}", explain(&error)),
        };
        found.push(BadRow { ctid, report });
        if found.len() >= LISTED {
            break;
        }
    }
    Ok(())
}

/// A query that fails, or counts more than 0, when a row of the range can't be converted.
pub(super) fn probe(work: &Conversion, pages: &std::ops::Range<i64>) -> String {
    format!("SELECT {} FROM ONLY {} WHERE {}", judged(work), work.table, within(pages))
}

fn judged(work: &Conversion) -> String {
    let rejected = work.rejected.as_deref().unwrap_or("false");
    let evaluated: Vec<String> =
        work.probe.iter().map(|value| format!("pg_catalog.count({value})")).collect();
    format!("pg_catalog.count(*) FILTER (WHERE {rejected}), {}", evaluated.join(", "))
}

/// The rows of a range of pages.
pub(super) fn within(pages: &std::ops::Range<i64>) -> String {
    format!("ctid >= '({},0)'::tid AND ctid < '({},0)'::tid", pages.start, pages.end)
}

/// Runs a query so that a failure by data leaves the transaction usable.
async fn protected(session: &mut Session, sql: &str) -> Result<Result<Vec<PgRow>, sqlx::Error>> {
    session.run("SAVEPOINT probe").await?;
    match session.rows(sql).await {
        Ok(rows) => {
            session.run("RELEASE SAVEPOINT probe").await?;
            Ok(Ok(rows))
        }
        Err(error) if by_data(&error) => {
            session.run("ROLLBACK TO SAVEPOINT probe").await?;
            Ok(Err(error))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the values are to blame. User functions raise with P0001.
pub(super) fn by_data(error: &sqlx::Error) -> bool {
    classify(error) == Failure::Data
        || error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "P0001")
}
