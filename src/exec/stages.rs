//! The stages, each safe to call again: what is done is skipped, what was begun goes on.

use std::time::Instant;

use super::ddl::Note;
use super::left::{Left, kept_steps};
use super::others::refuse_conflicts;
use super::{Event, Next, Overrides, Runner, gates};
use crate::config::Pace;
use crate::error::{Error, Kind, Result};
use crate::migration::Migration;
use crate::plan::{Conversion, LockMode, Mode, Plan, Step};
use crate::state::{Entry, OldSessions, Phase, Record, Stage, StagePermit, StepRow, StepStatus, Transition};

/// Makes the additive changes of a migration. `plan` is only asked for when the migration is not recorded yet.
///
/// # Errors
/// See docs/exit-codes.md; before the first step succeeds, nothing in the database has changed.
pub async fn expand(runner: &mut Runner<'_>, migration: &Migration, plan: Option<&Plan>) -> Result<()> {
    let id = migration.id.as_str();
    let record = runner.recorded(id).await?;
    let phase = record.as_ref().map_or(Phase::Pending, |record| record.phase);
    let Some(permit) = runner.enter(id, phase, Stage::Expand)? else { return runner.reach_standbys().await };
    let started = Instant::now();
    let plan = match (permit.begins(), record, plan) {
        (None, Some(Record { plan: Some(plan), .. }), _) => plan,
        (Some(begins), record, Some(plan)) => {
            runner.refuse_pooler(&plan.expand)?;
            let in_flight = Phase::ALL.into_iter().filter(|phase| phase.in_flight());
            let schemas = plan.schemas();
            let others = runner.store.related(&mut runner.session.conn, in_flight, &schemas).await?;
            refuse_conflicts(&others, plan)?;
            runner.begin(begins, migration, record.as_ref(), plan).await?;
            plan.clone()
        }
        _ => {
            return Err(Error::new(
                Kind::Drift,
                format!("migration `{id}` is recorded as {phase} without a plan"),
            ));
        }
    };
    runner.warn(&plan, false);
    runner.steps(&permit, &plan.expand).await?;
    let backfill = Phase::Expanded.pass(id, Stage::Backfill).filter(|_| plan.nothing_to_fill());
    let passes = backfill.iter().flat_map(|permit| [permit.begins(), permit.ends()]).flatten();
    // Without rows to convert there is nothing to wait for: the migration passes through backfill at once.
    let mut notes: Vec<Note<'_>> = passes.map(Note::Phase).collect();
    if !notes.is_empty() {
        notes.push(Note::Verified { migration: id });
    }
    runner.end(&permit, Some(&plan), &notes).await?;
    let next = match (plan.nothing_to_fill(), runner.goes_on) {
        (true, _) => runner.before_contract(&plan),
        (false, true) => Next::BackfillAtOnce,
        (false, false) => Next::Backfill,
    };
    runner.done(id, Stage::Expand, started, next).await?;
    Ok(())
}

/// Converts rows, builds what belongs on them, validates, verifies.
///
/// # Errors
/// Exit 22 for drift, exit 4 while a gate says wait; neither changes anything.
pub async fn backfill(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (record, plan) = runner.planned(id).await?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Backfill)? else {
        return runner.reach_standbys().await;
    };
    runner.refuse_paused(id).await?;
    runner.refuse_pooler(&plan.finish)?;
    runner.refuse_drift(&record, &plan).await?;
    if let Some(begins) = permit.begins() {
        gates::check(&mut runner.session, &runner.settings.gates).await?;
        runner.note(&[&Note::Phase(begins)]).await?;
    }
    runner.watch(id, &plan).await?;
    for ordinal in 0..plan.backfill.len() {
        if let Err(error) = runner.convert(&permit, ordinal as i32, &plan).await {
            return Err(runner.explain_by_drift(error, &record, &plan).await);
        }
    }
    runner.steps(&permit, &plan.finish).await?;
    // The phase says so last: killed before, the next run verifies again.
    runner.verify_all(&permit, &plan).await?;
    let record = runner.recorded(id).await?.unwrap_or(record);
    runner.refuse_drift(&record, &plan).await?;
    runner.end(&permit, Some(&plan), &[]).await?;
    runner.done(id, Stage::Backfill, started, runner.before_contract(&plan)).await?;
    Ok(())
}

/// Compares both sides of every row again.
///
/// # Errors
/// Exit 22 for drift, exit 20 for rows that differ.
pub async fn verify(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (record, plan) = runner.planned(id).await?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Verify)? else {
        return runner.reach_standbys().await;
    };
    runner.refuse_paused(id).await?;
    // What is complete reserves nothing: what others do to it since is no drift.
    if !record.is_complete() {
        runner.refuse_drift(&record, &plan).await?;
    }
    runner.watch(id, &plan).await?;
    runner.verify_all(&permit, &plan).await?;
    runner.done(id, Stage::Verify, started, runner.before_contract(&plan)).await?;
    Ok(())
}

/// Removes what only the old release needed, or hides it for as long as `contract.keep` says.
///
/// # Errors
/// Exit 4 while a condition says wait, exit 22 for drift; neither changes anything.
pub async fn contract(runner: &mut Runner<'_>, id: &str, overrides: &Overrides) -> Result<()> {
    let (record, plan) = runner.planned(id).await?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Contract)? else {
        return runner.reach_standbys().await;
    };
    let kept = runner.keeps(&record, &plan)?;
    let steps = kept.map_or(&plan.contract, |kept| &kept.contract);
    runner.refuse_pooler(steps)?;
    let journal = runner.store.steps(&mut runner.session.conn, id).await?;
    if steps.iter().any(|step| status(&journal, step) != StepStatus::Done && swaps(&plan, step)) {
        runner.convert_late_parts(&permit, &plan).await?;
    }
    if !permit.resumes() {
        runner.contract_conditions(&record, &plan, overrides).await?;
        if !record.is_complete() {
            runner.tell_of_old_sessions(id).await?;
        }
    }
    runner.warn(&plan, true);
    if plan.row_batches().any(|work| plan.contract.iter().any(|step| step.is(work))) {
        runner.watch(id, &plan).await?;
    }
    // The phase changes with the first step, not before it: a contract that gets no lock can still be rolled back.
    let keep = runner.keep;
    let note_kept = || kept.map(|kept| Note::Kept { migration: id, kept, keep });
    let mut with: Vec<Note<'_>> = permit.begins().map(Note::Phase).into_iter().chain(note_kept()).collect();
    runner.shed_views(&plan, &mut with).await?;
    for step in steps {
        let was = status(&journal, step);
        if was != StepStatus::Done {
            with.extend(held_by(&plan, step).map(|(ordinal, work)| Note::NoLatePart {
                migration: id,
                ordinal: ordinal as i32,
                work,
            }));
            runner.step(&permit, step, was, &with).await?;
        }
        with.clear();
    }
    // Where there was no step it begins and ends at once.
    with.extend(permit.ends().map(Note::Phase).into_iter().chain(note_kept()));
    let while_kept = plan.while_kept();
    with.extend(kept.map(|_| Note::Fingerprint { migration: id, plan: &while_kept }));
    runner.note(&with.iter().collect::<Vec<_>>()).await?;
    runner.done(id, Stage::Contract, started, Next::Over).await?;
    Ok(())
}

/// Removes everything that expand and backfill made.
pub async fn rollback(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let (record, plan) = runner.planned(id).await?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Rollback)? else {
        return runner.reach_standbys().await;
    };
    runner.refuse_built_upon(&record, &plan).await?;
    runner.refuse_seen(&plan).await?;
    runner.may_undo(id, &plan).await?;
    if let Some(begins) = permit.begins() {
        runner.note(&[&Note::Phase(begins)]).await?;
    }
    runner.undo(&permit, &plan).await?;
    runner.end(&permit, None, &[]).await?;
    runner.done(id, Stage::Rollback, started, Next::Over).await?;
    Ok(())
}

/// Asks the phase what a stage has to do.
///
/// # Errors
/// Exit 4 where another stage comes first, exit 23 where there is no way back.
pub fn allowed(id: &str, phase: Phase, stage: Stage) -> Result<Entry> {
    match phase.enter(stage) {
        Entry::Needs(Stage::Rollback) if stage == Stage::Undo && phase != Phase::RollingBack => {
            Err(Error::new(
                Kind::NotYet,
                format!("migration `{id}` is {phase}: contract has not removed anything"),
            )
            .hint(format!("`midflight rollback {id}` goes back")))
        }
        Entry::Never if stage == Stage::Amend => {
            Err(Error::refused(format!("migration `{id}` is {phase}: nothing is converted any more"))
                .hint("write a new migration that changes the values"))
        }
        Entry::Never if stage == Stage::Undo => {
            Err(Error::refused(format!("migration `{id}` is {phase}: what was kept is being removed"))
                .hint("write a new migration that changes it back"))
        }
        Entry::Needs(first) => {
            let message =
                format!("migration `{id}` is {phase}: {} comes before {}", first.name(), stage.name());
            Err(Error::new(Kind::NotYet, message)
                .hint(format!("run `midflight {} {id}` first", first.name())))
        }
        Entry::Never => {
            let message = format!(
                "migration `{id}` is {phase}: contract has removed what {} would go back to",
                stage.name()
            );
            Err(Error::refused(message).hint(format!(
                "`midflight undo {id}` goes back where contract has kept the old shape (`contract.keep`); else write a new \
                 migration that changes it back"
            )))
        }
        entry => Ok(entry),
    }
}

/// The conversions by partition whose table a step of contract holds: it takes the columns of one side away.
fn held_by<'p>(plan: &'p Plan, step: &'p Step) -> impl Iterator<Item = (usize, &'p Conversion)> {
    let holds = |work: &Conversion| {
        let lock = step.locks.iter().find(|lock| lock.table == work.table);
        step.mode == Mode::Transaction && lock.is_some_and(|lock| lock.mode == LockMode::AccessExclusive)
    };
    plan.backfill.iter().enumerate().filter(move |(_, work)| work.by_partition && holds(work))
}

fn swaps(plan: &Plan, step: &Step) -> bool {
    held_by(plan, step).next().is_some()
}

pub(super) fn status(journal: &[StepRow], step: &Step) -> StepStatus {
    journal.iter().find(|row| row.step_id == step.id).map_or(StepStatus::Pending, |row| row.status)
}

/// Exit 4 for a stage that needs what expand makes.
pub fn not_expanded(id: &str) -> Error {
    Error::new(Kind::NotYet, format!("migration `{id}` has not been expanded"))
        .hint(format!("run `midflight expand {id}` first"))
}

impl Runner<'_> {
    pub(super) async fn recorded(&mut self, id: &str) -> Result<Option<Record>> {
        self.store.record(&mut self.session.conn, id).await
    }

    pub(super) async fn planned(&mut self, id: &str) -> Result<(Record, Plan)> {
        let record = self.recorded(id).await?.ok_or_else(|| not_expanded(id))?;
        if record.is_being_applied() {
            return Err(Error::new(Kind::NotYet, format!("migration `{id}` was begun by `midflight apply`"))
                .hint("`midflight apply` goes on with it"));
        }
        let plan = record.plan.clone().ok_or_else(|| not_expanded(id))?;
        Ok((record, plan))
    }

    /// The right to run a stage; none where there is nothing to do.
    pub(super) fn enter<'m>(
        &self,
        id: &'m str,
        phase: Phase,
        stage: Stage,
    ) -> Result<Option<StagePermit<'m>>> {
        allowed(id, phase, stage)?;
        let permit = phase.pass(id, stage);
        self.emit(&match &permit {
            None => Event::StageSkipped { migration: id, stage },
            Some(permit) => Event::StageStarted { migration: id, stage, resumed: permit.resumes() },
        });
        Ok(permit)
    }

    /// The last transaction of a stage: the new phase, and what the catalog says of the objects that the next stage
    /// relies on.
    async fn end(&mut self, permit: &StagePermit<'_>, plan: Option<&Plan>, more: &[Note<'_>]) -> Result<()> {
        let migration = permit.migration();
        let fingerprint = plan.map(|plan| Note::Fingerprint { migration, plan });
        let notes: Vec<Note<'_>> = fingerprint.into_iter().chain(permit.ends().map(Note::Phase)).collect();
        self.note(&notes.iter().chain(more).collect::<Vec<_>>()).await
    }

    /// Says once more what a stage changes for a release that runs: who deploys may not have seen the plan.
    fn warn(&self, plan: &Plan, at_contract: bool) {
        for warning in plan.warnings.iter().filter(|warning| warning.at_contract == at_contract) {
            self.emit(&Event::Note(warning.text.clone()));
        }
    }

    pub(super) async fn done(
        &mut self,
        migration: &str,
        stage: Stage,
        started: Instant,
        next: Next,
    ) -> Result<()> {
        self.reach_standbys().await?;
        self.emit(&Event::StageDone { migration, stage, took: started.elapsed(), next });
        Ok(())
    }

    /// What comes next once every row is right.
    fn before_contract(&self, plan: &Plan) -> Next {
        match (plan.contract.is_empty(), self.goes_on) {
            (true, _) => Next::Complete,
            (false, true) => Next::LaterRelease,
            (false, false) => Next::Contract,
        }
    }

    async fn begin(
        &mut self,
        begins: Transition<'_>,
        migration: &Migration,
        earlier: Option<&Record>,
        plan: &Plan,
    ) -> Result<()> {
        let kept = kept_steps(&mut self.session, &self.store, earlier, plan, self.left_sql).await?;
        for left in kept.iter().filter(|_| self.left_sql.is_none()) {
            let what =
                if left.unfinished.is_some() { "goes on where it came to" } else { "is not run again" };
            self.emit(&Event::Note(format!(
                "{}: done before the rollback, which left it, and so it {what}; `--left-sql run` runs it again",
                left.step.summary
            )));
        }
        let mut notes = vec![Note::Phase(begins)];
        notes.extend(kept.iter().map(|left| Note::Step {
            migration: &migration.id,
            step: &left.step.id,
            status: if left.unfinished.is_some() { StepStatus::Running } else { StepStatus::Done },
        }));
        let path = self.search_path();
        self.session.begin(self.settings.lock.timeout.0, &path).await?;
        let release = self.release.as_deref();
        let recorded =
            self.store.begin(&mut self.session.conn, &migration.id, &migration.checksum, plan, release).await;
        let recorded = match recorded {
            Ok(()) => self.go_on_from(&migration.id, &kept).await,
            Err(error) => Err(error),
        };
        let fenced = match recorded {
            Ok(()) => self.record(&notes.iter().collect::<Vec<_>>()).await,
            Err(error) => Err(error),
        };
        if fenced.is_err() {
            self.session.rollback().await;
        }
        fenced?;
        Ok(self.session.commit().await?)
    }

    /// Has statements that an earlier attempt left in the middle go on there.
    async fn go_on_from(&mut self, migration: &str, kept: &[Left<'_>]) -> Result<()> {
        for left in kept {
            if let (Some(reached), Mode::Batches(work)) = (&left.unfinished, &left.step.mode) {
                let conn = &mut self.session.conn;
                self.store.reach(conn, migration, work.ordinal, reached, reached.done).await?;
            }
        }
        Ok(())
    }

    async fn steps(&mut self, permit: &StagePermit<'_>, steps: &[Step]) -> Result<()> {
        let journal = self.store.steps(&mut self.session.conn, permit.migration()).await?;
        for step in steps {
            let was = status(&journal, step);
            if was != StepStatus::Done {
                self.step(permit, step, was, &[]).await?;
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
        let found = self.store.old_sessions(&mut self.session.conn, &[id]).await?;
        if let Some(told) = found.get(id).and_then(OldSessions::told) {
            self.emit(&Event::Note(told));
        }
        Ok(())
    }

    async fn verify_all(&mut self, permit: &StagePermit<'_>, plan: &Plan) -> Result<()> {
        let id = permit.migration();
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
