//! One connection that converts batch after batch.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sqlx::Row;

use super::pace::Pace;
use super::{Job, MOST_BAD_ROWS, STRIPES, locked};
use crate::config::BackfillSettings;
use crate::db::{Failure, Session, classify, explain};
use crate::error::{Error, Kind, Result};
use crate::exec::bad_rows::{self, Among, BadRow, by_data, within};
use crate::exec::throttle::{Brake, Work};
use crate::exec::user_triggers::AS_REPLICA;
use crate::migration::operation::UserTriggers;

/// Shorter than `deadlock_timeout`: of two who wait for each other, it is midflight that gives way.
pub(in crate::exec) const ROW_LOCK_PATIENCE: Duration = Duration::from_millis(300);
/// How often a batch is tried that others keep from being done.
const ATTEMPTS: u32 = 100;

/// A connection and the pace it has found.
pub(super) struct Worker<'w> {
    pub job: &'w Job<'w>,
    pub session: &'w mut Session,
    pace: Pace,
    brake: Option<Brake>,
    /// The last batch met bad rows: the next looks for them before it writes anything in vain.
    wary: bool,
}

/// Rows to choose from.
pub(super) struct Choice {
    /// The condition for where they are.
    pub place: String,
    /// The condition for which of them.
    pub stripe: String,
    /// The pages, for leaving out the bad rows there.
    pub pages: Range<i64>,
    /// Where the next run goes on when this batch is committed.
    pub cursor: i64,
}

/// How a batch ended.
enum Outcome {
    /// Committed. Its statement took so long on the server.
    Done { rows: i64, took: Duration },
    /// Undone: somebody was in the way.
    Busy(sqlx::Error),
    /// Undone: a value can't be converted, or the table refuses it.
    Refused(sqlx::Error),
}

impl<'w> Worker<'w> {
    pub fn new(job: &'w Job<'w>, session: &'w mut Session) -> Self {
        Self { job, session, pace: job.first_pace(), brake: job.brake.clone(), wary: false }
    }

    /// Takes regions until none is left.
    pub async fn walk(&mut self) -> Result<()> {
        let walked = self.regions().await;
        if walked.is_err() {
            self.job.stop.store(true, Ordering::Relaxed);
        }
        walked
    }

    async fn regions(&mut self) -> Result<()> {
        loop {
            let Some(region) = locked(&self.job.regions).take() else { return Ok(()) };
            for stripe in 0..STRIPES {
                self.stripe(&region, stripe).await?;
            }
            if self.job.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            locked(&self.job.regions).complete(&region);
        }
    }

    async fn stripe(&mut self, region: &Range<i64>, stripe: i64) -> Result<()> {
        let mut from = region.start;
        while from < region.end && !self.job.stop.load(Ordering::Relaxed) {
            self.rest().await?;
            let pages = from..region.end.min(from + self.pace.pages());
            let choice = Choice {
                place: within(&pages),
                stripe: format!("(pg_catalog.hashtid(ctid) & 2147483647) % {STRIPES} = {stripe}"),
                cursor: locked(&self.job.regions).mark(),
                pages: pages.clone(),
            };
            if self.batch(&choice).await? {
                from = pages.end;
                self.job.passed.fetch_add(pages.end - pages.start, Ordering::Relaxed);
            }
            self.job.emit_progress();
        }
        Ok(())
    }

    /// Between two batches, when no lock is held: waits while there is a reason to.
    pub async fn rest(&mut self) -> Result<()> {
        let work = Work {
            doing: "backfill",
            table: &self.job.work.table,
            ordinal: self.job.ordinal,
            stop: Some(&self.job.stop),
        };
        match &mut self.brake {
            Some(brake) => brake.breathe(work, self.session, self.job.listener).await,
            None => self.session.interrupt().check(),
        }
    }

    /// How large and how fast batches are to be, as of now.
    fn settings(&self) -> BackfillSettings {
        self.brake.as_ref().map_or_else(|| self.job.settings.backfill.clone(), Brake::pace)
    }

    /// One batch of the rows to choose from, smaller where it can't be done at once. Says whether none of them is left,
    /// but for locked and bad ones.
    pub async fn batch(&mut self, choice: &Choice) -> Result<bool> {
        let mut most = self.pace.rows();
        let mut attempt = 0;
        if self.wary {
            self.wary = self.search(choice).await?;
        }
        loop {
            match self.attempt(choice, most).await? {
                Outcome::Done { rows, took } => {
                    self.job.rows.fetch_add(rows, Ordering::Relaxed);
                    self.pace.learn(took, rows, &self.settings());
                    return Ok(rows < most);
                }
                Outcome::Busy(error) if attempt == ATTEMPTS => return Err(error.into()),
                Outcome::Busy(_) => {
                    attempt += 1;
                    most = (most / 2).max(1);
                    self.session.interrupt().sleep(Duration::from_millis(fastrand::u64(20..200))).await?;
                }
                Outcome::Refused(error) => {
                    self.session.interrupt().check()?;
                    self.wary = self.search(choice).await?;
                    // No expression fails: the table's own constraints or triggers refuse a row. Halving finds it.
                    if !self.wary && most == 1 {
                        attempt += 1;
                        if !self.step_over_first(choice, &error).await? && attempt == ATTEMPTS {
                            return Err(self.unexplained(&error));
                        }
                    } else if !self.wary {
                        most /= 2;
                    }
                }
            }
        }
    }

    /// One transaction: rows, cursor, fence.
    async fn attempt(&mut self, choice: &Choice, most: i64) -> Result<Outcome> {
        let job = self.job;
        // Lost with its cursor or not at all, so nothing is gained by waiting for the disk at each batch. Compiling the
        // statement would take longer than running it.
        let skip = match job.work.triggers {
            Some(UserTriggers::Skip) => format!("{AS_REPLICA}; "),
            Some(UserTriggers::Fire) | None => String::new(),
        };
        let update = format!(
            "{skip}SET LOCAL midflight.backfill = 'on'; SET LOCAL synchronous_commit = off; SET LOCAL jit = off; \
             UPDATE ONLY {table} SET {} WHERE ctid = ANY (ARRAY(\
             SELECT ctid FROM ONLY {table} WHERE {} LIMIT {most} FOR NO KEY UPDATE SKIP LOCKED))",
            job.work.assignments,
            self.chosen(choice),
            table = job.work.table,
        );
        // Opening the transaction is no work: what it takes is the way to the server and back. That is no reason for
        // smaller batches, so it does not count.
        let started = Instant::now();
        self.session.begin(ROW_LOCK_PATIENCE, &job.search_path).await?;
        let way = started.elapsed();
        let written = async {
            let started = Instant::now();
            let rows = self.session.run(&update).await?.rows_affected() as i64;
            let took = started.elapsed().saturating_sub(way);
            let conn = &mut self.session.conn;
            let cursor = job.place.passed + choice.cursor;
            job.store.advance(conn, job.migration, job.ordinal, cursor, rows).await?;
            Ok::<_, sqlx::Error>((rows, took))
        };
        let (rows, took) = match written.await {
            Ok(written) => written,
            Err(error) => {
                self.session.rollback().await;
                return match classify(&error) {
                    _ if by_data(&error) => Ok(Outcome::Refused(error)),
                    Failure::Retry => Ok(Outcome::Busy(error)),
                    _ => Err(error.into()),
                };
            }
        };
        if let Err(lost) = job.fence.check(&mut self.session.conn).await {
            self.session.rollback().await;
            return Err(lost);
        }
        self.session.commit().await?;
        Ok(Outcome::Done { rows, took })
    }

    /// The condition for rows of these pages and this stripe that are still to convert. A CASE, since it calls `up`, and
    /// the sides of an AND are evaluated in any order: rows that are not asked for might raise, and rows known to raise
    /// would raise once more.
    pub fn pending(&self, pages: &Range<i64>, stripe: &str) -> String {
        let bad = locked(&self.job.bad_rows);
        let bad: Vec<&str> =
            bad.iter().filter(|row| pages.contains(&row.page)).map(|row| row.ctid.as_str()).collect();
        let known = if bad.is_empty() { String::new() } else { format!("WHEN {} THEN false ", at(&bad)) };
        format!("CASE {known}WHEN {stripe} THEN {} ELSE false END", self.job.work.pending)
    }

    pub fn chosen(&self, choice: &Choice) -> String {
        format!("{} AND {}", choice.place, self.pending(&choice.pages, &choice.stripe))
    }

    /// Looks for rows that an expression fails on, so that the rest can go on without them. Says whether there are any
    /// that were not known.
    pub async fn search(&mut self, choice: &Choice) -> Result<bool> {
        let job = self.job;
        self.session.begin(ROW_LOCK_PATIENCE, &job.search_path).await?;
        let found = self.failing(choice).await;
        self.session.rollback().await;
        job.step_over(found?)
    }

    /// In a transaction that is rolled back: what the search calls is made in it, as it is before expand.
    async fn failing(&mut self, choice: &Choice) -> Result<Vec<BadRow>> {
        for trial in self.job.trials {
            self.session.run(&trial.sql).await?;
        }
        let condition = format!("{} AND {}", choice.place, choice.stripe);
        bad_rows::find(self.session, self.job.work, Among::Pending, &condition, MOST_BAD_ROWS).await
    }

    /// The one row that a batch of one would take is refused.
    async fn step_over_first(&mut self, choice: &Choice, error: &sqlx::Error) -> Result<bool> {
        let work = self.job.work;
        let first = format!(
            "SELECT ctid::text, (ctid::text::point)[0]::bigint, {} FROM ONLY {} WHERE {} LIMIT 1",
            work.key,
            work.table,
            self.chosen(choice)
        );
        let rows = self.session.rows(&first).await?;
        let found = rows.first().map(|row| BadRow {
            ctid: row.get(0),
            page: row.get(1),
            report: format!("{}: {}", row.get::<&str, _>(2), explain(error)),
        });
        match found {
            Some(row) => self.job.step_over(vec![row]),
            None => Ok(false),
        }
    }

    /// An error of the data that no row explains.
    pub fn unexplained(&self, error: &sqlx::Error) -> Error {
        Error::new(
            Kind::BadRows,
            format!("a row of {} can't be converted: {}", self.job.work.table, explain(error)),
        )
        .hint("run `midflight backfill` again")
    }
}

/// The condition for the rows at these places.
pub(super) fn at(places: &[impl AsRef<str>]) -> String {
    let list: Vec<String> = places.iter().map(|place| format!("\"{}\"", place.as_ref())).collect();
    format!("ctid = ANY ('{{{}}}'::tid[])", list.join(","))
}
