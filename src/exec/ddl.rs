//! Steps: in a transaction under the lock ladder, or alone and judged by the catalog.

use std::time::{Duration, Instant};

use sqlx::Row;

use super::blockers::{Blocking, blockers};
use super::kill::InTheWay;
use super::partitions::{self, parts};
use super::{Event, Runner};
use crate::catalog::Evidence;
use crate::db::{Conn, Failure, classify, explain, fingerprint, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::TableName;
use crate::plan::{Conversion, Kept, Mode, Plan, Step, TableLock, VersionWork};
use crate::state::{Audit, StagePermit, StepStatus, Transition};

/// What a transaction records beside its work.
pub(super) enum Note<'n> {
    /// A step's new status.
    Step {
        /// The migration.
        migration: &'n str,
        /// The step.
        step: &'n str,
        /// The status.
        status: StepStatus,
    },
    /// A migration's new phase.
    Phase(Transition<'n>),
    /// Every row of a migration is right.
    Verified {
        /// The migration.
        migration: &'n str,
    },
    /// Other expressions compute the values from now on.
    Amended {
        /// The migration.
        migration: &'n str,
        /// The plan that has them.
        plan: &'n Plan,
        /// Of the file, before and now.
        checksums: (&'n str, &'n str),
    },
    /// What contract would remove is hidden, for this long.
    Kept {
        /// The migration.
        migration: &'n str,
        /// Its steps.
        kept: &'n Kept,
        /// How long.
        keep: Duration,
    },
    /// What the catalog says of a migration's objects now.
    Fingerprint {
        /// The migration.
        migration: &'n str,
        /// Its plan.
        plan: &'n Plan,
    },
    /// No partition has come whose rows nobody has verified: the transaction holds the table, and none comes any more.
    NoLatePart {
        /// The migration.
        migration: &'n str,
        /// Which conversion of its plan.
        ordinal: i32,
        /// The conversion.
        work: &'n Conversion,
    },
}

/// What one transaction does.
#[derive(Clone, Copy)]
pub(super) struct Work<'w> {
    /// What it locks.
    pub locks: &'w [TableLock],
    /// Its statements.
    pub sql: &'w [String],
    /// What it does to the views of releases.
    pub versions: Option<&'w VersionWork>,
}

impl<'n> Note<'n> {
    const fn migration(&self) -> Option<&'n str> {
        match self {
            Self::Step { migration, .. }
            | Self::Fingerprint { migration, .. }
            | Self::Kept { migration, .. }
            | Self::Amended { migration, .. }
            | Self::NoLatePart { migration, .. }
            | Self::Verified { migration } => Some(migration),
            Self::Phase(transition) => Some(transition.migration()),
        }
    }
}

impl Runner<'_> {
    /// Runs a step that is not done yet. `with` is recorded in the same transaction where there is one, and before
    /// the step where there is none.
    pub(super) async fn step(
        &mut self,
        permit: &StagePermit<'_>,
        step: &Step,
        was: StepStatus,
        with: &[Note<'_>],
    ) -> Result<()> {
        let (started, migration) = (Instant::now(), permit.migration());
        self.emit(&Event::StepStarted { step });
        let done = Note::Step { migration, step: &step.id, status: StepStatus::Done };
        if partitions::is_of_dropped(&mut self.session, step).await? {
            let notes: Vec<&Note<'_>> = with.iter().chain([&done]).collect();
            self.note(&notes).await?;
            self.emit(&Event::StepDone { step, took: started.elapsed() });
            return Ok(());
        }
        self.refuse_rows_in_the_way(step).await?;
        let result = match &step.mode {
            Mode::Batches(work) => self.in_batches(permit, step, work, with).await,
            Mode::Transaction => {
                let notes: Vec<&Note<'_>> = with.iter().chain([&done]).collect();
                let work = Work { locks: &step.locks, sql: &step.sql, versions: step.versions.as_ref() };
                let outcome = self.transaction_of(work, &notes).await;
                // Whoever took the lease over writes the journal now.
                if let Some(error) = outcome.as_ref().err().filter(|error| error.kind != Kind::LeaseLost) {
                    self.failed(migration, step, &error.message).await;
                }
                outcome
            }
            Mode::Alone { done_when } => self.alone(migration, step, was, done_when.as_ref(), with).await,
        };
        result.map_err(|error| if error.kind == Kind::Interrupted { error } else { blame(error, step) })?;
        self.emit(&Event::StepDone { step, took: started.elapsed() });
        Ok(())
    }

    /// One short transaction: locks, statements, journal, fence. Tried again, with growing patience and random pauses,
    /// while others hold what it needs; never without a lock timeout.
    pub(super) async fn transaction(
        &mut self,
        locks: &[TableLock],
        sql: &[String],
        notes: &[&Note<'_>],
    ) -> Result<()> {
        self.transaction_of(Work { locks, sql, versions: None }, notes).await
    }

    /// The same with what it does to the views of releases.
    pub(super) async fn transaction_of(&mut self, work: Work<'_>, notes: &[&Note<'_>]) -> Result<()> {
        let locks = work.locks;
        let budget = &self.settings.lock;
        let started = Instant::now();
        let mut attempt = 1;
        let mut vacuum_yields_after = None;
        let mut in_the_way = InTheWay::default();
        let migration = notes.iter().find_map(|note| note.migration());
        loop {
            self.session.interrupt().check()?;
            self.let_standbys_read(locks).await?;
            let patience = vacuum_yields_after.unwrap_or_else(|| patience(attempt, budget.timeout.0));
            let failure = match self.attempt(patience, &work, notes).await? {
                Ok(()) => {
                    if attempt > 1 {
                        self.record_wait(migration, locks, attempt, started.elapsed()).await;
                    }
                    return Ok(());
                }
                Err(failure) => failure,
            };
            self.session.rollback().await;
            if classify(&failure) != Failure::Retry {
                return Err(failure.into());
            }
            let tables: Vec<&TableName> = locks.iter().map(|lock| &lock.table).collect();
            let blockers = blockers(&mut self.session, &tables, Blocking::Table).await;
            if attempt >= budget.attempts || started.elapsed() >= budget.deadline.0 {
                let tables: Vec<String> = locks.iter().map(|lock| lock.table.to_string()).collect();
                return Err(Error::new(Kind::LockBudget, format!("could not get a lock on {} in {attempt} attempts", tables.join(", ")))
                    .details(blockers.lines)
                    .hint("run the same command again when the sessions above are done; `lock.attempts` and `lock.deadline` set the budget"));
            }
            let cleared = self.clear_the_way(migration, locks, &mut in_the_way).await?;
            let wait = if cleared { SOON } else { backoff(attempt) };
            self.emit(&Event::LockRetry { tables: &tables, attempt, wait, blockers: &blockers.lines });
            self.session.interrupt().sleep(wait).await?;
            // Only every other time, so that a vacuum which doesn't yield after all costs the application little.
            vacuum_yields_after = blockers.vacuum_yields_after.filter(|_| vacuum_yields_after.is_none());
            attempt += 1;
        }
    }

    /// For those who look later. What was waited for is committed: that this can't be written must not undo it.
    async fn record_wait(
        &mut self,
        migration: Option<&str>,
        locks: &[TableLock],
        attempts: u32,
        took: Duration,
    ) {
        let tables: Vec<String> = locks.iter().map(|lock| lock.table.to_string()).collect();
        let detail =
            serde_json::json!({ "tables": tables, "attempts": attempts, "seconds": took.as_secs_f64() });
        let entry = Audit { migration, what: "waited for a lock", detail, ..Audit::default() };
        let _ = self.store.audit(&mut self.session.conn, &entry).await;
    }

    async fn attempt(
        &mut self,
        patience: Duration,
        work: &Work<'_>,
        notes: &[&Note<'_>],
    ) -> Result<Result<(), sqlx::Error>> {
        let path = self.search_path();
        let Work { locks, sql, versions } = *work;
        let body = async {
            self.session.begin(patience, &path).await?;
            let taken = match versions.filter(|versions| !versions.is_nothing()) {
                Some(versions) => self.take_views(versions).await?,
                None => Vec::new(),
            };
            // Waiting for one table while holding another would pass our wait on to those who need the first: only
            // the first lock is waited for.
            // A statement may lock a partition before the table above, which an INSERT locks first.
            let there = partitions::that_are_there(&mut self.session, locks).await?;
            if let [first, others @ ..] = &there[..]
                && (!others.is_empty()
                    || sql.iter().any(|sql| sql.starts_with("DROP TRIGGER IF EXISTS zzzz_midflight_")))
            {
                let (table, mode) = (&first.table, first.mode.name());
                self.session.run(&format!("LOCK TABLE ONLY {table} IN {mode} MODE")).await?;
                // Of one mode in one statement: hundreds of partitions are no hundreds of ways to the server.
                for alike in others.chunk_by(|one, next| one.mode == next.mode) {
                    let tables: Vec<String> =
                        alike.iter().map(|lock| format!("ONLY {}", lock.table)).collect();
                    let mode = alike.iter().map(|lock| lock.mode.name()).next().unwrap_or_default();
                    self.session
                        .run(&format!("LOCK TABLE {} IN {mode} MODE NOWAIT", tables.join(", ")))
                        .await?;
                }
            }
            for statement in sql {
                self.session.run(statement).await?;
            }
            if !taken.is_empty() {
                self.give_views(taken).await?;
            }
            Ok::<(), sqlx::Error>(())
        };
        if let Err(error) = body.await {
            return Ok(Err(error));
        }
        let recorded = self.record(notes).await;
        if let Err(error) = recorded {
            self.session.rollback().await;
            return Err(error);
        }
        Ok(self.session.commit().await)
    }

    /// Writes the notes and checks the fence; part of the caller's transaction.
    pub(super) async fn record(&mut self, notes: &[&Note<'_>]) -> Result<()> {
        for note in notes {
            let conn = &mut self.session.conn;
            match note {
                Note::Step { migration, step, status } => {
                    self.store.set_step(conn, migration, step, *status).await?;
                }
                Note::Phase(transition) => {
                    let (id, release) = (transition.migration(), self.release.as_deref());
                    self.store.set_phase(conn, id, transition.to(), release).await?;
                    let entry = Audit {
                        migration: Some(id),
                        release,
                        what: "phase",
                        from: Some(transition.from()),
                        to: Some(transition.to()),
                        ..Audit::default()
                    };
                    self.store.audit(conn, &entry).await?;
                }
                Note::Verified { migration } => {
                    self.store.set_verified(conn, migration, None).await?;
                }
                Note::Amended { migration, plan, checksums } => {
                    let release = self.release.as_deref();
                    self.store.amend(conn, migration, plan, *checksums, release).await?;
                }
                Note::Kept { migration, kept, keep } => {
                    self.store.set_kept(conn, migration, kept, *keep).await?;
                }
                Note::NoLatePart { migration, ordinal, work } => {
                    let known = self.store.verified_parts(conn, migration, *ordinal).await?;
                    let late = parts(&mut self.session, work).await?;
                    if let Some(late) = late.iter().find(|part| !known.contains(&part.oid)) {
                        let message =
                            format!("partition {} of {} came just now", late.work.table, work.table);
                        return Err(Error::new(Kind::NotYet, message).hint(
                            "run the same command again: it converts the rows of the partition first",
                        ));
                    }
                }
                Note::Fingerprint { migration, plan } => {
                    let found = fingerprint(conn, plan, self.store.schema()).await?;
                    self.store.set_fingerprint(conn, migration, &found).await?;
                }
            }
        }
        let fence = self.fence();
        fence.check(&mut self.session.conn).await
    }

    /// Records notes in a transaction of their own.
    pub(super) async fn note(&mut self, notes: &[&Note<'_>]) -> Result<()> {
        self.transaction(&[], &[], notes).await
    }

    /// What can't run through a pooler is refused before anything else runs.
    pub(super) fn refuse_pooler(&self, steps: &[Step]) -> Result<()> {
        let alone = steps.iter().find(|step| matches!(step.mode, Mode::Alone { .. }));
        match alone.filter(|_| self.session.pooled) {
            Some(step) => Err(pooler_refused(&step.summary)),
            None => Ok(()),
        }
    }

    async fn alone(
        &mut self,
        migration: &str,
        step: &Step,
        was: StepStatus,
        done_when: Option<&Evidence>,
        with: &[Note<'_>],
    ) -> Result<()> {
        let index = match done_when {
            Some(Evidence::IndexValid(index)) => Some(index),
            Some(Evidence::IndexGone(_) | Evidence::Detached { .. }) | None => None,
        };
        // Before the intent is recorded nothing of that name is ours but what a failed build left, and afterwards it could
        // not be told any more. The plan of `IF NOT EXISTS` drops an invalid index itself.
        if let Some(index) = index.filter(|_| was != StepStatus::Running)
            && let Some(found) = index_state(&mut self.session.conn, index).await?
            && (found.valid || !(was == StepStatus::Failed || step.sql.len() > 1))
        {
            return Err(taken(index));
        }
        let running = Note::Step { migration, step: &step.id, status: StepStatus::Running };
        let intent: Vec<&Note<'_>> = with.iter().chain([&running]).collect();
        self.note(&intent).await?;
        // It may have been built completely by a run that didn't live to say so. One that failed left no valid index.
        let built = match index {
            Some(index) if self.clear_invalid_index(index).await? => {
                if was != StepStatus::Running {
                    let error = taken(index);
                    self.failed(migration, step, &error.message).await;
                    return Err(error);
                }
                true
            }
            _ => false,
        };
        if !built {
            // It ends under an ACCESS EXCLUSIVE lock on the index, which every reader of the table needs.
            if matches!(done_when, Some(Evidence::IndexGone(_))) || step.sql.len() > 1 {
                self.let_standbys_read_all(step).await?;
            }
            let statements = match done_when {
                Some(Evidence::Detached { table, partition }) => {
                    partitions::left_to_detach(&mut self.session, table, partition, &step.sql).await?
                }
                _ => step.sql.clone(),
            };
            for sql in &statements {
                if let Err(error) = self.run_apart(sql).await? {
                    return Err(self.clean_up(migration, step, error, index).await);
                }
            }
        }
        self.note(&[&Note::Step { migration, step: &step.id, status: StepStatus::Done }]).await
    }

    /// Notes why a step failed. Who can't write that any more leaves what was recorded before.
    async fn failed(&mut self, migration: &str, step: &Step, error: &str) {
        let _ = self.store.fail_step(&mut self.session.conn, migration, &step.id, error).await;
    }

    /// Runs a statement outside a transaction and without timeouts: a lock timeout in the middle of a concurrent build
    /// would leave an invalid index behind, and the lock it waits for keeps nobody but other DDL waiting.
    pub(super) async fn run_apart(&mut self, sql: &str) -> Result<Result<(), sqlx::Error>> {
        if self.session.pooled {
            return Err(pooler_refused(sql));
        }
        let path = self.search_path();
        let set = format!(
            "SET statement_timeout = 0; SET lock_timeout = 0; SET standard_conforming_strings = on; SET synchronous_commit = local; \
             SET search_path = {path}"
        );
        self.session.run(&set).await?;
        let done = self.session.run_long(sql).await;
        let reset = "RESET statement_timeout; RESET lock_timeout; RESET standard_conforming_strings; RESET synchronous_commit; \
                     RESET search_path";
        let reset = self.session.run(reset).await;
        Ok(done?.and(reset).map(drop))
    }

    /// Whether the index is there and valid. An invalid one is dropped, once nobody builds it any more: a build goes
    /// on in the server after its client was killed.
    async fn clear_invalid_index(&mut self, index: &TableName) -> Result<bool> {
        loop {
            match index_state(&mut self.session.conn, index).await? {
                None => return Ok(false),
                Some(IndexState { valid: true, .. }) => return Ok(true),
                Some(IndexState { valid: false, being_built: true }) => {
                    self.emit(&Event::Note(format!(
                        "index {index} is still being built by another server process; waiting for it"
                    )));
                    self.session.interrupt().sleep(Duration::from_secs(1)).await?;
                }
                Some(IndexState { valid: false, being_built: false }) => {
                    self.emit(&Event::Note(format!(
                        "index {index} is invalid after a failed build; dropping it"
                    )));
                    self.run_apart(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")).await??;
                }
            }
        }
    }

    /// A failed unique build leaves an index that goes on refusing rows: it has to go. A valid one of that name is not
    /// what failed.
    async fn clean_up(
        &mut self,
        migration: &str,
        step: &Step,
        error: sqlx::Error,
        index: Option<&TableName>,
    ) -> Error {
        let kind = classify(&error);
        let explained = explain(&error);
        if kind != Failure::OutcomeUnknown {
            if let Some(index) = index
                && let Ok(Some(IndexState { valid: false, .. })) =
                    index_state(&mut self.session.conn, index).await
            {
                let _ = self.run_apart(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")).await;
            }
            self.failed(migration, step, &explained).await;
        }
        if kind == Failure::Data { Error::new(Kind::BadRows, explained) } else { error.into() }
    }
}

/// What the catalog says of an index of that name.
pub(super) async fn index_state(conn: &mut Conn, index: &TableName) -> Result<Option<IndexState>> {
    let found = statement(
        "SELECT i.indisvalid, EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
    );
    let found = found.bind(index.schema.as_str()).bind(index.name.as_str()).fetch_optional(conn).await?;
    Ok(found.map(|row| IndexState { valid: row.get(0), being_built: row.get(1) }))
}

/// An index as the catalog has it.
pub(super) struct IndexState {
    /// Queries use it, and it is complete.
    pub valid: bool,
    /// A server process is at work on it.
    pub being_built: bool,
}

fn taken(index: &TableName) -> Error {
    Error::new(Kind::Failed, format!("a relation named `{index}` exists already"))
        .hint("somebody made it since this was planned: drop it, or give the index in the file another name")
}

fn pooler_refused(what: &str) -> Error {
    Error::refused(format!("this runs outside a transaction, which takes a direct connection: {what}"))
        .detail("the database URL leads to a pooler in transaction mode: settings of the session would meet another client")
        .hint("give the server's own address with --database-url or DATABASE_URL, and run the same command again")
}

/// From 100 ms up to the configured timeout, so that the first tries cost the application least.
fn patience(attempt: u32, limit: Duration) -> Duration {
    limit.min(Duration::from_millis(100 + 50 * u64::from(attempt - 1)))
}

/// A session that was told to go takes a moment.
const SOON: Duration = Duration::from_millis(50);

/// Exponential, with full jitter: several runners and the application's own rhythm must not fall in step.
pub(super) fn backoff(attempt: u32) -> Duration {
    let ceiling = 200u64.saturating_mul(1 << attempt.min(8)).min(30_000);
    Duration::from_millis(fastrand::u64(50..=ceiling))
}

fn blame(error: Error, step: &Step) -> Error {
    Error { message: format!("step {} ({}) failed: {}", step.id, step.summary, error.message), ..error }
}
