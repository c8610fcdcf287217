//! Finding the rows that an expression fails on, and saying why. Reads only.

use sqlx::Row;

use crate::db::{Failure, Session, classify};
use crate::error::Result;
use crate::plan::Conversion;

/// How many rows a report lists.
pub(super) const LISTED: usize = 100;

/// A row that can't be converted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BadRow {
    /// Its place in the table, as text.
    pub ctid: String,
    /// The page of that place.
    pub page: i64,
    /// Its key and what is wrong with it.
    pub report: String,
}

/// Which rows are tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Among {
    /// All: the new columns don't exist yet.
    All,
    /// Those that are not converted.
    Pending,
}

/// The bad rows of those that meet `condition`, `most` of them at most.
///
/// One statement reads them all: a function tries one row at a time and returns what is wrong rather than fail. Reading
/// only, its subtransactions take no ids, so they cost the server's other sessions nothing. It calls the functions that
/// the plan's trials make, and has to be in the same transaction, which is then rolled back.
pub(super) async fn find(
    session: &mut Session,
    work: &Conversion,
    among: Among,
    condition: &str,
    most: usize,
) -> Result<Vec<BadRow>> {
    let (tried, candidates) = match among {
        Among::All => (String::new(), String::new()),
        Among::Pending => {
            let empty = || work.columns.iter().map(|column| format!("{column} IS NULL"));
            let candidates = || empty().collect::<Vec<_>>().join(" OR ");
            let candidates = work.candidates.clone().unwrap_or_else(candidates);
            (format!(" AND ({})", work.pending), format!(" AND ({candidates})"))
        }
    };
    let values: String = work.probe.iter().map(|value| format!(", {value}")).collect();
    let function = format!(
        "CREATE FUNCTION pg_temp.midflight_failure(tid) RETURNS text LANGUAGE plpgsql AS $midflight$\n\
         #variable_conflict use_column\nDECLARE judged record;\nBEGIN\n  \
         SELECT {} AS refused{values} INTO judged FROM ONLY {} WHERE ctid = $1{tried};\n  \
         RETURN CASE WHEN judged.refused THEN 'the new value is NULL or too long' END;\n\
         EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN\n  \
         RETURN pg_catalog.format('%s (SQLSTATE %s)', SQLERRM, SQLSTATE);\nEND\n$midflight$",
        work.rejected.as_deref().unwrap_or("false"),
        work.table
    );
    session.run(&function).await?;
    let search = format!(
        "SELECT place::text, (place::text::point)[0]::bigint, key, failure FROM (
           SELECT ctid AS place, {} AS key, pg_temp.midflight_failure(ctid) AS failure FROM ONLY {} WHERE {condition}{candidates} OFFSET 0
         ) judged WHERE failure IS NOT NULL LIMIT {most}",
        work.key, work.table
    );
    let found = session.rows(&search).await?;
    let row = |row: &sqlx::postgres::PgRow| BadRow {
        ctid: row.get(0),
        page: row.get(1),
        report: format!("{}: {}", row.get::<&str, _>(2), row.get::<&str, _>(3)),
    };
    Ok(found.iter().map(row).collect())
}

/// A query that fails, or counts more than 0, when a row of the range can't be converted.
pub(super) fn probe(work: &Conversion, pages: &std::ops::Range<i64>) -> String {
    let rejected = work.rejected.as_deref().unwrap_or("false");
    let evaluated: String = work.probe.iter().map(|value| format!(", pg_catalog.count({value})")).collect();
    format!(
        "SELECT pg_catalog.count(*) FILTER (WHERE {rejected}){evaluated} FROM ONLY {} WHERE {}",
        work.table,
        within(pages)
    )
}

/// The rows of a range of pages.
pub(super) fn within(pages: &std::ops::Range<i64>) -> String {
    format!("ctid >= '({},0)'::tid AND ctid < '({},0)'::tid", pages.start, pages.end)
}

/// Keys for an error's details: the first of them, and how many more there are.
pub(super) fn listed(work: &Conversion, reports: &[String]) -> Vec<String> {
    let mut lines: Vec<String> =
        reports.iter().take(LISTED).map(|report| format!("{}: {report}", work.table)).collect();
    if reports.len() > LISTED {
        lines.push(format!("and {} more", reports.len() - LISTED));
    }
    lines
}

/// Whether the values are to blame. User functions raise with P0001.
pub(super) fn by_data(error: &sqlx::Error) -> bool {
    classify(error) == Failure::Data
        || error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "P0001")
}
