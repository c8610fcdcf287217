//! The comparison of every row with what was loaded and written.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::ledger::{Ledger, Order};
use super::release::Release;
use super::report::Comparison;
use super::shared::Shared;
use super::shop::loaded_created_at;
use crate::db::Session;
use crate::error::Result;

/// Rows fetched at a time.
const PAGE: i64 = 20_000;

/// Reads the whole table, once everybody has stopped.
///
/// # Errors
/// Whatever keeps it from being read.
pub async fn compare(session: &mut Session, shared: &Shared) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    let mut last = 0_i64;
    loop {
        let sql = format!(
            "SELECT id, reference, customer_name, amount_cents, status, extract(epoch FROM created_at)::bigint AS made
             FROM orders WHERE id > {last} ORDER BY id LIMIT {PAGE}"
        );
        let rows = session.rows(&sql).await?;
        let Some(end) = rows.last() else { break };
        last = end.try_get("id")?;
        let ledger = shared.ledger();
        for row in &rows {
            comparison.rows += 1;
            if let Some(difference) = difference(row, &ledger)? {
                comparison.different += 1;
                comparison.first.get_or_insert(difference);
            }
        }
    }
    let ledger = shared.ledger();
    comparison.by_old = ledger.written_by(Release::Old);
    comparison.by_new = ledger.written_by(Release::New);
    let missing = ledger.rows() - comparison.rows;
    if missing != 0 {
        comparison.different += missing.abs();
        let note = format!("{} rows were expected, {} are there", ledger.rows(), comparison.rows);
        comparison.first.get_or_insert(note);
    }
    Ok(comparison)
}

/// What is wrong with a row, if anything.
fn difference(row: &PgRow, ledger: &Ledger) -> Result<Option<String>> {
    let id: i64 = row.try_get("id")?;
    let found = Order {
        reference: row.try_get("reference")?,
        customer: row.try_get("customer_name")?,
        amount_cents: row.try_get("amount_cents")?,
        status: row.try_get("status")?,
    };
    let made: i64 = row.try_get("made")?;
    Ok(match ledger.expected(id) {
        None => Some(format!("order {id} was written by a statement that failed, or by nobody: {found:?}")),
        Some(expected) if found != expected => {
            Some(format!("order {id} is {found:?}; written was {expected:?}"))
        }
        Some(_) if ledger.is_loaded(id) && made != loaded_created_at(id) => {
            Some(format!("order {id} has another creation time than it was loaded with"))
        }
        Some(_) => None,
    })
}
