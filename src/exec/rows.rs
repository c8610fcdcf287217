//! UPDATE and DELETE statements of a file, in batches along the table's key. A batch, the key that it has reached and the
//! fence commit together: whoever is killed when, every row is changed once.

use std::time::{Duration, Instant};

use sqlx::Row;

use super::backfill::{Pace, ROW_LOCK_PATIENCE};
use super::bad_rows::by_data;
use super::blockers::{Blocking, blockers};
use super::ddl::{Note, backoff};
use super::throttle::{Brake, Work};
use super::user_triggers::AS_REPLICA;
use super::{Event, Runner};
use crate::db::{Failure, classify, explain};
use crate::error::{Error, Kind, Result};
use crate::migration::operation::UserTriggers;
use crate::plan::{RowBatches, Step};
use crate::state::{Reached, StagePermit, StepStatus};

/// Rows that were written meanwhile are looked for so often: who writes faster than that is not waited for.
const MOST_PASSES: u32 = 5;

/// How a batch ended.
enum Outcome {
    /// Committed.
    Done { rows: i64, walked: i64, took: Duration },
    /// No row is left behind the key.
    End,
    /// Undone: somebody was in the way.
    Busy(sqlx::Error),
}

impl Runner<'_> {
    /// Carries a statement out, from where an earlier run came to.
    ///
    /// # Errors
    /// Exit 10 where somebody holds rows for longer than the lock budget; exit 21 for a row that the table refuses.
    pub(super) async fn in_batches(
        &mut self,
        permit: &StagePermit<'_>,
        step: &Step,
        work: &RowBatches,
        with: &[Note<'_>],
    ) -> Result<()> {
        let (started, migration) = (Instant::now(), permit.migration());
        let running = Note::Step { migration, step: &step.id, status: StepStatus::Running };
        let intent: Vec<&Note<'_>> = with.iter().chain([&running]).collect();
        self.note(&intent).await?;
        let conn = &mut self.session.conn;
        let mut reached = self.store.reached(conn, migration, work.ordinal).await?;
        if reached.last.is_none() {
            reached.last = self.last_key(work).await?;
        }
        self.store.freeze(&mut self.session.conn, migration, work.ordinal, 0, work.rows).await?;
        let mut pace = Pace::first(1, 1, &self.settings.backfill);
        let (mut walked, mut passes) = (0, 1);
        loop {
            self.breathe(Work {
                doing: work.verb.name(),
                table: &work.table,
                ordinal: work.ordinal,
                stop: None,
            })
            .await?;
            match self.batch(migration, work, &mut reached, &mut pace).await? {
                Some(more) => walked += more,
                None if work.repeats && reached.rows > 0 && passes < MOST_PASSES => {
                    passes += 1;
                    reached = Reached {
                        last: self.last_key(work).await?,
                        done: reached.done,
                        ..Reached::default()
                    };
                    if reached.last.is_none() {
                        break;
                    }
                }
                None => break,
            }
            self.emit(&Event::Rows {
                doing: work.verb.name(),
                table: &work.table,
                rows: reached.done,
                rows_total: work.rows.max(reached.done),
                pages: walked.min(work.rows),
                pages_total: work.rows,
            });
        }
        let ended = self.store.finish_backfill(&mut self.session.conn, migration, work.ordinal, "done");
        ended.await?;
        self.note(&[&Note::Step { migration, step: &step.id, status: StepStatus::Done }]).await?;
        let (doing, rows) = (work.verb.name(), reached.done);
        self.emit(&Event::RowsDone { doing, table: &work.table, rows, took: started.elapsed() });
        Ok(())
    }

    async fn last_key(&mut self, work: &RowBatches) -> Result<Option<Vec<String>>> {
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let rows = self.session.rows(&work.last_key()).await;
        self.session.rollback().await;
        Ok(rows?.first().map(|row| row.get(0)))
    }

    /// One batch, smaller where others hold its rows. How many rows it passed; none where there is no further one.
    async fn batch(
        &mut self,
        migration: &str,
        work: &RowBatches,
        reached: &mut Reached,
        pace: &mut Pace,
    ) -> Result<Option<i64>> {
        if reached.last.is_none() {
            return Ok(None);
        }
        let budget = &self.settings.lock;
        let (began, mut attempt, mut most) = (Instant::now(), 0, pace.rows());
        loop {
            match self.attempt_rows(migration, work, reached, most).await? {
                Outcome::End => return Ok(None),
                Outcome::Done { rows, walked, took } => {
                    let settings =
                        self.brake.as_ref().map_or_else(|| self.settings.backfill.clone(), Brake::pace);
                    pace.learn(took, walked, &settings);
                    reached.rows += rows;
                    reached.done += rows;
                    return Ok(Some(walked));
                }
                Outcome::Busy(error) => {
                    attempt += 1;
                    most = (most / 2).max(1);
                    if attempt >= budget.attempts || began.elapsed() >= budget.deadline.0 {
                        let holders = blockers(&mut self.session, &[&work.table], Blocking::Rows).await.lines;
                        return Err(Error::new(
                            Kind::LockBudget,
                            format!("rows of {} are locked by others: {}", work.table, explain(&error)),
                        )
                        .details(holders)
                        .hint("run the same command again when the sessions above are done: it goes on with these rows"));
                    }
                    self.session.interrupt().sleep(backoff(attempt.min(3))).await?;
                }
            }
        }
    }

    /// One transaction: rows, the key that they reach to, fence. `reached` moves once it is committed.
    async fn attempt_rows(
        &mut self,
        migration: &str,
        work: &RowBatches,
        reached: &mut Reached,
        most: i64,
    ) -> Result<Outcome> {
        let path = self.search_path();
        let started = Instant::now();
        let written = async {
            self.session.begin(ROW_LOCK_PATIENCE, &path).await?;
            let skip = match work.triggers {
                Some(UserTriggers::Skip) => format!("; {AS_REPLICA}"),
                Some(UserTriggers::Fire) | None => String::new(),
            };
            self.session
                .run(&format!("SET LOCAL synchronous_commit = off; SET LOCAL jit = off{skip}"))
                .await?;
            let next = work.next_key(reached.after.as_deref(), reached.last.as_deref(), most);
            let found = self.session.rows(&next).await?;
            let Some(row) = found.first() else { return Ok(None) };
            let (upto, walked): (Vec<String>, i64) = (row.get(0), row.get(1));
            let rows =
                self.session.run(&work.batch(reached.after.as_deref(), &upto)).await?.rows_affected() as i64;
            let now = Reached {
                after: Some(upto),
                rows: reached.rows + rows,
                done: reached.done + rows,
                last: reached.last.clone(),
            };
            self.store.reach(&mut self.session.conn, migration, work.ordinal, &now, rows).await?;
            Ok::<_, sqlx::Error>(Some((now, rows, walked)))
        };
        let (now, rows, walked) = match written.await {
            Ok(Some(written)) => written,
            Ok(None) => {
                self.session.rollback().await;
                return Ok(Outcome::End);
            }
            Err(error) => {
                self.session.rollback().await;
                return match classify(&error) {
                    Failure::Retry => Ok(Outcome::Busy(error)),
                    _ if by_data(&error) => Err(refused(work, &error)),
                    _ => Err(error.into()),
                };
            }
        };
        let took = started.elapsed();
        let fence = self.fence();
        if let Err(lost) = fence.check(&mut self.session.conn).await {
            self.session.rollback().await;
            return Err(lost);
        }
        self.session.commit().await?;
        reached.after = now.after;
        Ok(Outcome::Done { rows, walked, took })
    }
}

fn refused(work: &RowBatches, error: &sqlx::Error) -> Error {
    let message = format!("{} refuses a row of the {}: {}", work.table, work.verb.name(), explain(error));
    Error::new(Kind::BadRows, message).hint(
        "what the batches before it have done stays; correct the row that the server names, and run the same command again: \
         it goes on there",
    )
}
