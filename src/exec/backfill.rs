//! Converts rows in small batches.
//!
//! A batch takes every eighth row of a window of pages, and eight batches take them all. Rows leave room behind that the
//! next batch's rows of the same page move into, so most updates stay on their page and touch no index (HOT): measured
//! at 0.7 of the time and half the growth of one plain UPDATE. Rows that somebody holds are skipped, and rows that move
//! while the table is walked may be missed; a last sweep, whose single statement sees one snapshot, finds both.

use std::time::{Duration, Instant};

use sqlx::Row;

use super::bad_rows::{self, BadRow, by_data, within};
use super::preflight::pages;
use super::throttle::Work;
use super::{Event, Runner};
use crate::config::BackfillSettings;
use crate::db::{Failure, classify};
use crate::error::{Error, Kind, Result};
use crate::plan::{Conversion, Plan, Trial};

/// Batches to a window.
const STRIPES: i64 = 8;
/// The first window, in pages; then the measured time decides.
const FIRST_WINDOW: i64 = 256;
const SMALLEST_WINDOW: i64 = 8;
const LARGEST_WINDOW: i64 = 65_536;
/// Rows of one sweep batch.
const SWEEP: i64 = 2_000;

/// What a batch took.
#[derive(Default)]
struct Batch {
    time: Duration,
    rows: i64,
}

/// One table's conversion in progress.
struct Walk<'w> {
    migration: &'w str,
    ordinal: i32,
    work: &'w Conversion,
    /// The expressions once more, for finding the rows that they fail on.
    trials: &'w [Trial],
    rows: i64,
    pages_total: i64,
    /// Rows that can't be converted: stepped over, reported in the end.
    poison: Vec<BadRow>,
}

impl Walk<'_> {
    fn work(&self) -> Work<'_> {
        Work { doing: "backfill", table: &self.work.table, ordinal: self.ordinal, stop: None }
    }

    /// The condition for rows still to convert. A CASE, since it calls `up`, and the sides of an AND are evaluated in
    /// any order: a row known to raise would raise once more.
    fn pending(&self) -> String {
        let pending = &self.work.pending;
        if self.poison.is_empty() {
            return pending.clone();
        }
        let list: Vec<String> = self.poison.iter().map(|row| format!("'{}'::tid", row.ctid)).collect();
        format!("CASE WHEN ctid = ANY (ARRAY[{}]) THEN false ELSE {pending} END", list.join(", "))
    }
}

impl Runner<'_> {
    /// Converts what is left of one table's rows.
    ///
    /// # Errors
    /// Exit 21 with the keys of rows that can't be converted, after all others were.
    pub(super) async fn convert(&mut self, migration: &str, ordinal: i32, plan: &Plan) -> Result<()> {
        let work = &plan.backfill[ordinal as usize];
        let started = Instant::now();
        let before = self.store.backfills(&mut self.session.conn, migration).await?;
        let row = before.into_iter().find(|row| row.ordinal == ordinal);
        if row.as_ref().is_some_and(|row| row.status == "done") {
            return Ok(());
        }
        // The end is frozen at the first run: the trigger is committed, so rows that come beyond it are complete.
        let now = pages(&mut self.session, work).await?;
        self.store.freeze(&mut self.session.conn, migration, ordinal, now, work.rows).await?;
        let (mut cursor, rows) = row.as_ref().map_or((0, 0), |row| (row.cursor, row.rows_done));
        let pages_total = row.and_then(|row| row.range_end).unwrap_or(now);
        let mut walk =
            Walk { migration, ordinal, work, trials: &plan.trials, rows, pages_total, poison: Vec::new() };
        let mut window = FIRST_WINDOW;
        while cursor < pages_total {
            let range = cursor..pages_total.min(cursor + window);
            let largest = self.window(&mut walk, range.clone()).await?;
            cursor = range.end;
            window = next_window(window, &largest, &self.pace());
        }
        self.sweep(&mut walk).await?;
        let status = if walk.poison.is_empty() { "done" } else { "failed" };
        self.store.finish_backfill(&mut self.session.conn, migration, ordinal, status).await?;
        self.emit(&Event::RowsDone {
            doing: "backfill",
            table: &work.table,
            rows: walk.rows,
            took: started.elapsed(),
        });
        if walk.poison.is_empty() { Ok(()) } else { Err(report(work, &walk.poison)) }
    }

    /// All stripes of a window. Gives the measures of the largest.
    async fn window(&mut self, walk: &mut Walk<'_>, range: std::ops::Range<i64>) -> Result<Batch> {
        let mut largest = Batch::default();
        for stripe in 0..STRIPES {
            self.breathe(walk.work()).await?;
            let last = stripe == STRIPES - 1;
            let cursor = if last { range.end } else { range.start };
            let chosen = format!(
                "SELECT ctid FROM ONLY {table} WHERE {} AND ({}) AND (pg_catalog.hashtid(ctid) & 2147483647) % {STRIPES} = {stripe} \
                 FOR NO KEY UPDATE SKIP LOCKED",
                within(&range),
                walk.pending(),
                table = walk.work.table
            );
            let started = Instant::now();
            let batch = self.batch(walk, &chosen, cursor).await?;
            match batch {
                Some(rows) => {
                    walk.rows += rows;
                    largest.rows = largest.rows.max(rows);
                }
                None => self.isolate(walk, range.clone()).await?,
            }
            largest.time = largest.time.max(started.elapsed());
            self.emit(&Event::Rows {
                doing: "backfill",
                table: &walk.work.table,
                rows: walk.rows,
                rows_total: walk.work.rows.max(walk.rows),
                pages: cursor,
                pages_total: walk.pages_total,
            });
        }
        Ok(largest)
    }

    /// One transaction: rows, cursor, fence. None when a value in it can't be converted.
    async fn batch(&mut self, walk: &Walk<'_>, chosen: &str, cursor: i64) -> Result<Option<i64>> {
        let update = format!(
            "UPDATE ONLY {} SET {} WHERE ctid = ANY (ARRAY({chosen}))",
            walk.work.table, walk.work.assignments
        );
        let path = self.search_path();
        for attempt in 1.. {
            let body = async {
                self.session.begin(ROW_LOCK_PATIENCE, &path).await?;
                // Lost with its cursor or not at all, so nothing is gained by waiting for the disk at each batch.
                self.session
                    .run("SET LOCAL midflight.backfill = 'on'; SET LOCAL synchronous_commit = off")
                    .await?;
                let rows = self.session.run(&update).await?.rows_affected() as i64;
                self.store
                    .advance(&mut self.session.conn, walk.migration, walk.ordinal, cursor, rows)
                    .await?;
                Ok::<i64, sqlx::Error>(rows)
            };
            match body.await {
                Ok(rows) => {
                    let fence = self.fence();
                    let held = fence.check(&mut self.session.conn).await;
                    if held.is_err() {
                        self.session.rollback().await;
                    }
                    held?;
                    self.session.commit().await?;
                    return Ok(Some(rows));
                }
                Err(error) if by_data(&error) => {
                    self.session.rollback().await;
                    return Ok(None);
                }
                Err(error) if classify(&error) == Failure::Retry && attempt < 100 => {
                    self.session.rollback().await;
                    let wait = Duration::from_millis(fastrand::u64(20..200));
                    self.session.interrupt().sleep(wait).await?;
                }
                Err(error) => {
                    self.session.rollback().await;
                    return Err(error.into());
                }
            }
        }
        Ok(Some(0))
    }

    /// Finds the rows of a window that fail, so that the rest of it can go on without them; what is left of the window's
    /// rows is for the sweep.
    async fn isolate(&mut self, walk: &mut Walk<'_>, range: std::ops::Range<i64>) -> Result<()> {
        let path = self.search_path();
        self.session.begin(ROW_LOCK_PATIENCE, &path).await?;
        let found = self.search(walk, range).await;
        self.session.rollback().await;
        for row in found? {
            if walk.poison.iter().all(|known| known.ctid != row.ctid) {
                walk.poison.push(row);
            }
        }
        if walk.poison.len() >= bad_rows::LISTED {
            return Err(report(walk.work, &walk.poison));
        }
        Ok(())
    }

    /// In a transaction that is rolled back: what the search calls is made in it, as it is before expand.
    async fn search(&mut self, walk: &Walk<'_>, range: std::ops::Range<i64>) -> Result<Vec<BadRow>> {
        for trial in walk.trials {
            self.session.run(&trial.sql).await?;
        }
        bad_rows::find(&mut self.session, walk.work, range).await
    }

    /// Rows that were locked or moved while the table was walked. Ends when one statement over the whole table finds
    /// none: rows written since the trigger exists are complete.
    async fn sweep(&mut self, walk: &mut Walk<'_>) -> Result<()> {
        loop {
            self.breathe(walk.work()).await?;
            let chosen =
                format!("SELECT ctid FROM ONLY {} WHERE {} LIMIT {SWEEP}", walk.work.table, walk.pending());
            let left = self.session.one_long(&format!("SELECT EXISTS ({chosen})")).await?;
            let converted = match left {
                Ok(row) if !row.get::<bool, _>(0) => return Ok(()),
                Ok(_) => self.batch(walk, &chosen, walk.pages_total).await?,
                Err(error) if by_data(&error) => None,
                Err(error) => return Err(error.into()),
            };
            match converted {
                Some(rows) => walk.rows += rows,
                None => {
                    let all = pages(&mut self.session, walk.work).await?;
                    let known = walk.poison.len();
                    self.isolate(walk, 0..all).await?;
                    if walk.poison.len() == known {
                        return Err(report(walk.work, &walk.poison));
                    }
                }
            }
        }
    }
}

/// Shorter than `deadlock_timeout`: of two who wait for each other, it is midflight that gives way.
const ROW_LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// Aims at the target time, within the most rows: grows slowly, shrinks at once.
fn next_window(window: i64, largest: &Batch, settings: &BackfillSettings) -> i64 {
    let by_time = settings.target.0.as_secs_f64() / largest.time.as_secs_f64().max(0.000_1);
    let by_rows = f64::from(settings.max_batch) / (largest.rows as f64).max(1.0);
    let next = window as f64 * by_time.min(by_rows).clamp(0.1, 1.5);
    (next as i64).clamp(SMALLEST_WINDOW, LARGEST_WINDOW)
}

fn report(work: &Conversion, poison: &[BadRow]) -> Error {
    Error::new(
        Kind::BadRows,
        format!("{} row(s) of {} can't be converted; all others are done", poison.len(), work.table),
    )
    .details(poison.iter().map(|row| format!("{}: {}", work.table, row.report)))
    .hint("correct these rows, then run `midflight backfill` again; or `midflight rollback`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_the_clock() {
        let settings = BackfillSettings { max_batch: 1000, ..BackfillSettings::default() };
        let next = |window, ms, rows| {
            next_window(window, &Batch { time: Duration::from_millis(ms), rows }, &settings)
        };
        assert_eq!(next(100, 50, 10), 100);
        assert_eq!(next(100, 1, 10), 150);
        assert_eq!(next(100, 100, 10), 50);
        assert_eq!(next(100, 50_000, 10), 10);
        assert_eq!(next(100, 1, 2000), 50);
        assert_eq!(next(8, 50_000, 10), SMALLEST_WINDOW);
    }
}
