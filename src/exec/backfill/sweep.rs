//! The rows that walking missed: locked by somebody, or moved meanwhile.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::time::Instant;

use sqlx::Row;

use super::worker::{Choice, ROW_LOCK_PATIENCE, Worker, at};
use super::{Size, locked};
use crate::error::{Error, Kind, Result};
use crate::exec::Event;
use crate::exec::bad_rows::{by_data, within};
use crate::exec::blockers::{Blocking, blockers};
use crate::exec::ddl::backoff;

/// As many rows are swept after one look at the table. Where more are left, walking is cheaper.
const MOST: usize = 10_000;
/// Rows of one batch.
const BATCH: usize = 500;
/// Pages that one search for bad rows reads.
const SEARCHED: i64 = 8192;
const ALL: &str = "true";
const EVERYWHERE: Range<i64> = 0..i64::MAX;

/// What a sweep leaves.
#[derive(Debug, PartialEq)]
pub(super) enum Left {
    /// One statement over the whole table found nothing. Rows written since the trigger exists are complete, so nothing
    /// will be.
    Nothing,
    /// More than is worth sweeping.
    Much,
}

impl Worker<'_> {
    /// Looks at the whole table, converts what it finds, and looks again. `walking_helps` is false where the last walk
    /// found nothing to do: then even much is swept.
    pub async fn sweep(&mut self, walking_helps: bool) -> Result<Left> {
        loop {
            self.rest().await?;
            let missed = self.missed().await?;
            if missed.is_empty() {
                return Ok(Left::Nothing);
            }
            if missed.len() >= MOST && walking_helps {
                return Ok(Left::Much);
            }
            self.convert_missed(missed).await?;
        }
    }

    /// The places of rows that are still to convert.
    async fn missed(&mut self) -> Result<Vec<String>> {
        loop {
            let look = format!(
                "SELECT ctid::text FROM ONLY {} WHERE {} LIMIT {MOST}",
                self.job.work.table,
                self.pending(&EVERYWHERE, ALL)
            );
            self.session.begin(ROW_LOCK_PATIENCE, &self.job.search_path).await?;
            let found = self.session.rows_long(&look).await?;
            self.session.rollback().await;
            match found {
                Ok(rows) => return Ok(rows.iter().map(|row| row.get(0)).collect()),
                Err(error) if by_data(&error) => {
                    if !self.search_table().await? {
                        return Err(self.unexplained(&error));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn search_table(&mut self) -> Result<bool> {
        let end = Size::of(self.session, self.job.work).await?.pages;
        let mut any = false;
        for from in (0..end).step_by(SEARCHED as usize) {
            self.session.interrupt().check()?;
            let pages = from..end.min(from + SEARCHED);
            any |= self
                .search(&Choice { place: within(&pages), stripe: ALL.to_owned(), pages, cursor: 0 })
                .await?;
        }
        Ok(any)
    }

    /// Converts these rows, as they become free.
    async fn convert_missed(&mut self, mut places: Vec<String>) -> Result<()> {
        let budget = &self.job.settings.lock;
        let started = Instant::now();
        let mut refused = false;
        for attempt in 1.. {
            let before = self.job.rows.load(Ordering::Relaxed);
            for some in places.chunks(BATCH) {
                let cursor = locked(&self.job.regions).mark();
                let choice = Choice { place: at(some), stripe: ALL.to_owned(), pages: EVERYWHERE, cursor };
                while !self.batch(&choice).await? {}
                self.job.emit_progress();
                self.rest().await?;
            }
            let left = self.left_of(&places).await?;
            if left.is_empty() {
                return Ok(());
            }
            // Twice, because a row may have been released just now.
            let idle = before == self.job.rows.load(Ordering::Relaxed) && left.iter().all(|row| row.free);
            if idle && refused {
                return Err(self.not_taken(&left));
            }
            refused = idle;
            let holders = blockers(self.session, &[&self.job.work.table], Blocking::Rows).await.lines;
            if attempt >= budget.attempts || started.elapsed() >= budget.deadline.0 {
                return Err(self.held(left.len(), holders));
            }
            let wait = backoff(attempt);
            let table = &self.job.work.table;
            self.job.listener.event(&Event::RowsHeld { table, rows: left.len(), wait, holders: &holders });
            self.session.interrupt().sleep(wait).await?;
            places = left.into_iter().map(|row| row.place).collect();
        }
        Ok(())
    }

    /// Which of these rows are still to convert, and whether anybody holds them.
    async fn left_of(&mut self, places: &[String]) -> Result<Vec<LeftRow>> {
        let table = &self.job.work.table;
        let these = format!("{} AND {}", at(places), self.pending(&EVERYWHERE, ALL));
        let look = format!(
            "SELECT ctid::text, ctid = ANY (ARRAY(SELECT ctid FROM ONLY {table} WHERE {these} FOR NO KEY UPDATE SKIP LOCKED)), {} \
             FROM ONLY {table} WHERE {these}",
            self.job.work.key
        );
        self.session.begin(ROW_LOCK_PATIENCE, &self.job.search_path).await?;
        let found = self.session.rows(&look).await;
        self.session.rollback().await;
        let left =
            |row: &sqlx::postgres::PgRow| LeftRow { place: row.get(0), free: row.get(1), key: row.get(2) };
        match found {
            Ok(rows) => Ok(rows.iter().map(left).collect()),
            // Looked at again, as a whole.
            Err(error) if by_data(&error) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    fn held(&self, rows: usize, holders: Vec<String>) -> Error {
        Error::new(Kind::LockBudget, format!("{rows} row(s) of {} are locked by others; all others are done", self.job.work.table))
            .details(holders)
            .hint("run `midflight backfill` again when the sessions above are done: it goes on with these rows; `lock.attempts` and `lock.deadline` set how long it waits")
    }

    fn not_taken(&self, rows: &[LeftRow]) -> Error {
        let reports: Vec<String> =
            rows.iter().map(|row| format!("{}: its UPDATE changes nothing", row.key)).collect();
        Error::new(
            Kind::BadRows,
            format!("{} row(s) of {} stay as they are; all others are done", rows.len(), self.job.work.table),
        )
        .details(crate::exec::bad_rows::listed(self.job.work, &reports))
        .hint("a trigger of yours undoes or suppresses the UPDATE; let it pass where current_setting('midflight.backfill', true) is 'on', then run `midflight backfill` again")
    }
}

struct LeftRow {
    place: String,
    free: bool,
    key: String,
}
