//! Reads every row and compares both sides.

use std::ops::Range;
use std::time::{Duration, Instant};

use sqlx::Row;

use super::bad_rows::{LISTED, by_data, listed, within};
use super::partitions::{Part, parts};
use super::preflight::pages;
use super::throttle::Work;
use super::{Event, Runner};
use crate::db::explain;
use crate::error::{Error, Kind, Result};
use crate::plan::Conversion;

/// How long one statement should read, and so hold a snapshot.
const TARGET: Duration = Duration::from_millis(250);
const FIRST_PAGES: i64 = 256;
/// How many rows are shown of which both sides were written.
const SHOWN: usize = 20;
const LARGEST_PAGES: i64 = 65_536;

impl Runner<'_> {
    /// Verifies one table, going on where a verification was interrupted. Rows whose sides disagree are an error that
    /// lists their keys.
    ///
    /// # Errors
    /// Exit 20 for rows that differ; exit 21 where `up` fails on a row.
    pub(super) async fn verify_rows(
        &mut self,
        migration: &str,
        ordinal: i32,
        work: &Conversion,
    ) -> Result<()> {
        let started = Instant::now();
        let found = parts(&mut self.session, work).await?;
        for part in &found {
            self.verify_part(migration, ordinal, part, work.rows).await?;
        }
        if work.by_partition {
            // Rows may have moved between partitions meanwhile.
            let wrong = self.unconverted(work).await?;
            if !wrong.is_empty() {
                return Err(differ(work, &wrong));
            }
            let oids: Vec<i64> = found.iter().map(|part| part.oid).collect();
            self.store.set_verified_parts(&mut self.session.conn, migration, ordinal, &oids).await?;
        }
        self.tell_both(work).await?;
        self.emit(&Event::RowsDone {
            doing: "verify",
            table: &work.table,
            rows: work.rows,
            took: started.elapsed(),
        });
        Ok(())
    }

    /// Verifies what one table holds of them.
    pub(super) async fn verify_part(
        &mut self,
        migration: &str,
        ordinal: i32,
        part: &Part,
        rows: i64,
    ) -> Result<()> {
        let work = &part.work;
        let total = pages(&mut self.session, work).await?;
        let goes_on = part.oid == 0;
        let mut from = match goes_on {
            true => self.store.verified_to(&mut self.session.conn, migration, ordinal).await?.min(total),
            false => 0,
        };
        let mut window = FIRST_PAGES;
        let mut wrong = Vec::new();
        while from < total && wrong.len() <= LISTED {
            self.breathe(Work { doing: "verify", table: &work.table, ordinal, stop: None }).await?;
            let range = from..total.min(from + window);
            let reading = Instant::now();
            let found = self.compare(work, &range).await?;
            wrong.extend(found);
            // After a wrong row the next run begins again.
            if goes_on && wrong.is_empty() {
                let to = Some(range.end);
                self.store.set_verified_to(&mut self.session.conn, migration, ordinal, to).await?;
            }
            window = next_window(window, reading.elapsed());
            from = range.end;
            self.emit(&Event::Rows {
                doing: "verify",
                table: &work.table,
                rows: work.rows * range.end / total.max(1),
                rows_total: rows,
                pages: range.end,
                pages_total: total,
            });
        }
        if wrong.is_empty() && work.wrong != "false" {
            wrong = self.unconverted(work).await?;
        }
        self.store.set_verified_to(&mut self.session.conn, migration, ordinal, None).await?;
        if wrong.is_empty() { Ok(()) } else { Err(differ(work, &wrong)) }
    }

    /// The keys of rows in a range that differ.
    async fn compare(&mut self, work: &Conversion, range: &Range<i64>) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT {} FROM ONLY {} WHERE {} AND ({}) LIMIT {}",
            work.key,
            work.table,
            within(range),
            work.wrong,
            LISTED + 1
        );
        self.read(work, &sql).await
    }

    /// Rows may have moved from pages not read yet to pages read already. None of them can be unconverted, for
    /// backfill's sweep saw them all; this statement sees them all again.
    async fn unconverted(&mut self, work: &Conversion) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT {} FROM {} WHERE {} LIMIT {}",
            work.key,
            work.rows_of(),
            work.pending,
            LISTED + 1
        );
        self.read(work, &sql).await
    }

    /// Says of which rows one statement wrote both sides: what the sides say is the writer's affair.
    async fn tell_both(&mut self, work: &Conversion) -> Result<()> {
        let Some(both) = &work.both else { return Ok(()) };
        let table = work.rows_of();
        let list = format!("SELECT {} FROM {table} WHERE {both} LIMIT {}", work.key, SHOWN + 1);
        let keys = self.read(work, &list).await?;
        if keys.is_empty() {
            return Ok(());
        }
        let count = format!("SELECT pg_catalog.count(*)::text FROM {table} WHERE {both}");
        let rows = self.read(work, &count).await?.remove(0);
        let more = if keys.len() > SHOWN { ", …" } else { "" };
        let shown = keys[..keys.len().min(SHOWN)].join("; ");
        self.emit(&Event::Note(format!(
            "{rows} row(s) of {} had both sides written by one statement, and are kept as written: {shown}{more}",
            work.table
        )));
        Ok(())
    }

    async fn read(&mut self, work: &Conversion, sql: &str) -> Result<Vec<String>> {
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let rows = self.session.rows_long(sql).await?;
        self.session.rollback().await;
        let rows = rows.map_err(|error| judge(work, error))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

/// Aims at the target time; grows by no more than two, shrinks at once.
fn next_window(window: i64, took: Duration) -> i64 {
    let factor = (TARGET.as_secs_f64() / took.as_secs_f64().max(0.000_1)).clamp(0.1, 2.0);
    ((window as f64 * factor) as i64).clamp(1, LARGEST_PAGES)
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
    let (many, count) = if keys.len() > LISTED { ("more than ", LISTED) } else { ("", keys.len()) };
    Error::new(
        Kind::WrongRows,
        format!("{many}{count} row(s) of {} differ between the old and the new side", work.table),
    )
    .details(listed(work, &keys[..count]))
    .hint("an UPDATE that changes either side of a row sets the other (one that sets a value to itself does not); then run the same command again; or `midflight rollback`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_the_clock() {
        assert_eq!(next_window(256, TARGET), 256);
        assert_eq!(next_window(256, TARGET * 2), 128);
        assert_eq!(next_window(256, Duration::ZERO), 512);
        assert_eq!(next_window(2, Duration::from_secs(60)), 1);
    }
}
