//! Reads every row and compares both sides.

use std::time::Instant;

use sqlx::Row;

use super::bad_rows::{LISTED, by_data, within};
use super::preflight::pages;
use super::throttle::Work;
use super::{Event, Runner};
use crate::db::explain;
use crate::error::{Error, Kind, Result};
use crate::plan::Conversion;

/// Pages that one statement reads, so that no snapshot is held for long.
const PAGES: i64 = 8192;

impl Runner<'_> {
    /// Verifies one table. Rows whose sides disagree are an error that lists their keys.
    ///
    /// # Errors
    /// Exit 20 for rows that differ; exit 21 where `up` fails on a row.
    pub(super) async fn verify_rows(&mut self, ordinal: i32, work: &Conversion) -> Result<()> {
        let started = Instant::now();
        let total = pages(&mut self.session, work).await?;
        let path = self.search_path();
        let timeout = self.settings.lock.timeout.0;
        for from in (0..total).step_by(PAGES as usize) {
            self.breathe(Work { doing: "verify", table: &work.table, ordinal, stop: None }).await?;
            let range = from..total.min(from + PAGES);
            self.session.begin(timeout, &path).await?;
            let sql = format!(
                "SELECT {} FROM ONLY {} WHERE {} AND ({}) LIMIT {LISTED}",
                work.key,
                work.table,
                within(&range),
                work.wrong
            );
            let wrong = self.session.rows(&sql).await;
            self.session.rollback().await;
            let wrong = wrong.map_err(|error| judge(work, error))?;
            if !wrong.is_empty() {
                return Err(differ(
                    work,
                    &wrong.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>(),
                ));
            }
            self.emit(&Event::Rows {
                doing: "verify",
                table: &work.table,
                rows: work.rows * range.end / total.max(1),
                rows_total: work.rows,
                pages: range.end,
                pages_total: total,
            });
        }
        // Rows may have moved from pages not read yet to pages read already. None of them can be unconverted, for
        // backfill's sweep saw them all; this statement sees them all again.
        self.session.begin(timeout, &path).await?;
        let sql =
            format!("SELECT {} FROM ONLY {} WHERE {} LIMIT {LISTED}", work.key, work.table, work.pending);
        let left = self.session.rows(&sql).await;
        self.session.rollback().await;
        let left = left.map_err(|error| judge(work, error))?;
        if !left.is_empty() && work.wrong != "false" {
            return Err(differ(work, &left.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>()));
        }
        self.emit(&Event::RowsDone {
            doing: "verify",
            table: &work.table,
            rows: work.rows,
            took: started.elapsed(),
        });
        Ok(())
    }
}

fn judge(work: &Conversion, error: sqlx::Error) -> Error {
    if by_data(&error) {
        Error::new(Kind::BadRows, format!("a row of {} can't be converted: {}", work.table, explain(&error)))
            .hint("run `midflight backfill` again: it lists the rows")
    } else {
        error.into()
    }
}

fn differ(work: &Conversion, keys: &[String]) -> Error {
    let many = if keys.len() >= LISTED { "at least " } else { "" };
    Error::new(
        Kind::WrongRows,
        format!("{many}{} row(s) of {} differ between the old and the new side", keys.len(), work.table),
    )
    .details(keys.iter().map(|key| format!("{}: {key}", work.table)))
    .hint("an UPDATE that changes either side of a row sets the other (one that sets a value to itself does not); then run the same command again; or `midflight rollback`")
}
