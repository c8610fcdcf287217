//! The stages, each safe to call again: what is done is skipped, what was begun goes on.

use std::time::Instant;

use sqlx::Row;

use super::ddl::Note;
use super::{Event, Overrides, Runner, gates};
use crate::config::Pace;
use crate::db::{Session, statement};
use crate::error::{Error, Kind, Result};
use crate::migration::Migration;
use crate::plan::{Plan, Step};
use crate::state::{Entry, Phase, Record, Stage};

/// Makes the additive changes of a migration. `plan` is only asked for when the migration is not recorded yet.
///
/// # Errors
/// See docs/exit-codes.md; before the first step succeeds, nothing in the database has changed.
pub async fn expand(runner: &mut Runner<'_>, migration: &Migration, plan: Option<&Plan>) -> Result<()> {
    let id = migration.id.as_str();
    let record = runner.recorded(id).await?;
    let phase = record.as_ref().map_or(Phase::Pending, |record| record.phase);
    let entry = runner.enter(id, phase, Stage::Expand)?;
    let started = Instant::now();
    let plan = match (entry, record.and_then(|record| record.plan), plan) {
        (Entry::Done, ..) => return Ok(()),
        (Entry::Resume, Some(plan), _) => plan,
        (_, _, Some(plan)) => {
            runner.refuse_pooler(&plan.expand)?;
            runner.refuse_conflicts(plan).await?;
            let release = runner.release.clone();
            runner.begin(migration, plan, release.as_deref()).await?;
            plan.clone()
        }
        _ => {
            return Err(Error::new(
                Kind::Drift,
                format!("migration `{id}` is recorded as {phase} without a plan"),
            ));
        }
    };
    runner.steps(id, &plan.expand).await?;
    runner.note(&[&Note::Phase { migration: id, from: Phase::Expanding, to: Phase::Expanded }]).await?;
    runner.done(id, Stage::Expand, started);
    Ok(())
}

/// Converts rows, builds what belongs on them, validates, verifies.
pub async fn backfill(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (phase, plan) = runner.planned(id).await?;
    let started = Instant::now();
    let entry = runner.enter(id, phase, Stage::Backfill)?;
    if entry == Entry::Done {
        return Ok(());
    }
    runner.refuse_paused(id).await?;
    runner.refuse_pooler(&plan.finish)?;
    if entry == Entry::Start {
        gates::check(&mut runner.session, &runner.settings.gates).await?;
        runner.note(&[&Note::Phase { migration: id, from: phase, to: Phase::Backfilling }]).await?;
    }
    runner.check_triggers(&plan).await?;
    runner.watch(id, &plan).await?;
    for ordinal in 0..plan.backfill.len() {
        runner.convert(id, ordinal as i32, &plan).await?;
    }
    runner.steps(id, &plan.finish).await?;
    // The phase says so last: killed before, the next run verifies again.
    runner.verify_all(id, &plan).await?;
    runner.note(&[&Note::Phase { migration: id, from: Phase::Backfilling, to: Phase::Backfilled }]).await?;
    runner.done(id, Stage::Backfill, started);
    Ok(())
}

/// Compares both sides of every row again.
pub async fn verify(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (phase, plan) = runner.planned(id).await?;
    let started = Instant::now();
    if runner.enter(id, phase, Stage::Verify)? == Entry::Done {
        return Ok(());
    }
    runner.refuse_paused(id).await?;
    runner.check_triggers(&plan).await?;
    runner.watch(id, &plan).await?;
    runner.verify_all(id, &plan).await?;
    runner.done(id, Stage::Verify, started);
    Ok(())
}

/// Removes what only the old release needed. There is no way back from here.
///
/// # Errors
/// Exit 4 while a condition says wait, exit 22 for drift; neither changes anything.
pub async fn contract(runner: &mut Runner<'_>, id: &str, overrides: &Overrides) -> Result<()> {
    let record = runner.recorded(id).await?.ok_or_else(|| not_expanded(id))?;
    let plan = record.plan.clone().ok_or_else(|| not_expanded(id))?;
    let started = Instant::now();
    let entry = runner.enter(id, record.phase, Stage::Contract)?;
    if entry == Entry::Done {
        return Ok(());
    }
    runner.refuse_pooler(&plan.contract)?;
    if entry == Entry::Start {
        runner.may_contract(&record, &plan, overrides).await?;
        runner.tell_of_old_sessions(id).await?;
    }
    // The phase changes with the first step, not before it: a contract that gets no lock can still be rolled back.
    let begin = Note::Phase { migration: id, from: record.phase, to: Phase::Contracting };
    let mut with = if entry == Entry::Start { vec![begin] } else { Vec::new() };
    let journal = runner.store.steps(&mut runner.session.conn, id).await?;
    for step in &plan.contract {
        if !journal.iter().any(|row| row.step_id == step.id && row.status == "done") {
            runner.step(id, step, &with).await?;
        }
        with.clear();
    }
    runner.note(&[&Note::Phase { migration: id, from: Phase::Contracting, to: Phase::Contracted }]).await?;
    runner.done(id, Stage::Contract, started);
    Ok(())
}

/// Removes everything that expand and backfill made.
pub async fn rollback(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (phase, plan) = runner.planned(id).await?;
    let started = Instant::now();
    match runner.enter(id, phase, Stage::Rollback)? {
        Entry::Done => return Ok(()),
        Entry::Start => {
            runner.note(&[&Note::Phase { migration: id, from: phase, to: Phase::RollingBack }]).await?;
        }
        _ => {}
    }
    runner.undo(id, &plan).await?;
    runner.note(&[&Note::Phase { migration: id, from: Phase::RollingBack, to: Phase::RolledBack }]).await?;
    runner.done(id, Stage::Rollback, started);
    Ok(())
}

/// Asks the phase what a stage has to do.
///
/// # Errors
/// Exit 4 where another stage comes first, exit 23 where there is no way back.
pub fn allowed(id: &str, phase: Phase, stage: Stage) -> Result<Entry> {
    match phase.enter(stage) {
        Entry::Needs(first) => {
            let message =
                format!("migration `{id}` is {phase}: {} comes before {}", first.name(), stage.name());
            Err(Error::new(Kind::NotYet, message)
                .hint(format!("run `midflight {} {id}` first", first.name())))
        }
        Entry::Never => {
            let message =
                format!("migration `{id}` is {phase}: contract has removed what rollback would go back to");
            Err(Error::refused(message).hint("write a new migration that changes it back"))
        }
        entry => Ok(entry),
    }
}

fn not_expanded(id: &str) -> Error {
    Error::new(Kind::NotYet, format!("migration `{id}` has not been expanded"))
        .hint(format!("run `midflight expand {id}` first"))
}

/// A trigger that somebody dropped or disabled has let writes pass that nobody converted.
pub(super) async fn triggers_stand(session: &mut Session, plan: &Plan) -> Result<()> {
    for trigger in &plan.triggers {
        let sql = "SELECT t.tgenabled = 'A' FROM pg_catalog.pg_trigger t WHERE t.tgrelid = pg_catalog.to_regclass($1) AND t.tgname = $2";
        let found = statement(sql).bind(trigger.table.to_string()).bind(trigger.name.as_str());
        let enabled = found.fetch_optional(&mut session.conn).await?.map(|row| row.get::<bool, _>(0));
        let what = match enabled {
            Some(true) => continue,
            Some(false) => "is disabled",
            None => "is gone",
        };
        return Err(Error::new(Kind::Drift, format!("the dual-write trigger {} of {} {what}", trigger.name, trigger.table))
            .hint("writes since then may be on one side only: run `midflight rollback`, then `midflight expand` again"));
    }
    Ok(())
}

impl Runner<'_> {
    async fn recorded(&mut self, id: &str) -> Result<Option<Record>> {
        self.store.record(&mut self.session.conn, id).await
    }

    async fn planned(&mut self, id: &str) -> Result<(Phase, Plan)> {
        let record = self.recorded(id).await?.ok_or_else(|| not_expanded(id))?;
        let plan = record.plan.ok_or_else(|| not_expanded(id))?;
        Ok((record.phase, plan))
    }

    fn enter(&self, id: &str, phase: Phase, stage: Stage) -> Result<Entry> {
        let entry = allowed(id, phase, stage)?;
        let event = match entry {
            Entry::Done => Event::StageSkipped { migration: id, stage },
            entry => Event::StageStarted { migration: id, stage, resumed: entry == Entry::Resume },
        };
        self.emit(&event);
        Ok(entry)
    }

    fn done(&self, migration: &str, stage: Stage, started: Instant) {
        self.emit(&Event::StageDone { migration, stage, took: started.elapsed() });
    }

    async fn begin(&mut self, migration: &Migration, plan: &Plan, release: Option<&str>) -> Result<()> {
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let recorded =
            self.store.begin(&mut self.session.conn, &migration.id, &migration.checksum, plan, release).await;
        let started = Note::Phase { migration: &migration.id, from: Phase::Pending, to: Phase::Expanding };
        let fenced = match recorded {
            Ok(()) => self.record(&[&started]).await,
            Err(error) => Err(error),
        };
        if fenced.is_err() {
            self.session.rollback().await;
        }
        fenced?;
        Ok(self.session.commit().await?)
    }

    async fn steps(&mut self, id: &str, steps: &[Step]) -> Result<()> {
        let journal = self.store.steps(&mut self.session.conn, id).await?;
        for step in steps {
            if !journal.iter().any(|row| row.step_id == step.id && row.status == "done") {
                self.step(id, step, &[]).await?;
            }
        }
        Ok(())
    }

    /// A pipeline that is told "not yet" can come again; one that waits for days can't.
    async fn refuse_paused(&mut self, id: &str) -> Result<()> {
        let control = self.store.control(&mut self.session, id).await?;
        if let Some(by) = control.paused {
            return Err(Error::new(Kind::NotYet, format!("migration `{id}` is paused by {by}"))
                .hint(format!("`midflight resume {id}` lets it go on")));
        }
        if control.pace != Pace::default() {
            let undo = "`midflight resume --configured-pace` undoes it";
            self.emit(&Event::Note(format!("pace set by `midflight resume`: {}; {undo}", control.pace)));
        }
        Ok(())
    }

    /// No condition, for nothing says what such a session will still do.
    async fn tell_of_old_sessions(&mut self, id: &str) -> Result<()> {
        let found = self.store.old_sessions(&mut self.session.conn, id).await?;
        if let Some(told) = found.told() {
            self.emit(&Event::Note(told));
        }
        Ok(())
    }

    /// Two migrations that work on one column would undo each other.
    async fn refuse_conflicts(&mut self, plan: &Plan) -> Result<()> {
        for other in self.store.records(&mut self.session.conn).await? {
            let Some(theirs) = other.plan.filter(|_| other.phase.in_flight() && other.id != plan.migration)
            else {
                continue;
            };
            let clash =
                plan.touches.iter().find(|mine| theirs.touches.iter().any(|touch| touch.conflicts(mine)));
            if let Some(touch) = clash {
                let what = touch
                    .column
                    .as_ref()
                    .map_or_else(|| touch.table.to_string(), |column| format!("{}.{column}", touch.table));
                return Err(Error::refused(format!(
                    "migration `{}` works on {what} as well, and is {}",
                    other.id, other.phase
                ))
                .hint(format!("contract or roll back `{}` first", other.id)));
            }
        }
        Ok(())
    }

    pub(super) async fn check_triggers(&mut self, plan: &Plan) -> Result<()> {
        triggers_stand(&mut self.session, plan).await
    }

    async fn verify_all(&mut self, id: &str, plan: &Plan) -> Result<()> {
        for (ordinal, work) in plan.backfill.iter().enumerate() {
            if let Err(error) = self.verify_rows(id, ordinal as i32, work).await {
                if matches!(error.kind, Kind::WrongRows | Kind::BadRows) {
                    self.store.set_verified(&mut self.session.conn, id, Some(&error.message)).await?;
                }
                return Err(error);
            }
        }
        self.store.set_verified(&mut self.session.conn, id, None).await
    }
}
