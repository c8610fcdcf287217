//! After contract: what it keeps, the way back from there, and the end of it.

use std::time::Instant;

use super::ddl::Note;
use super::stages::status;
use super::{Next, Runner};
use crate::error::{Error, Result};
use crate::plan::{Keep, Kept, Plan, Step};
use crate::state::{Phase, Record, Stage, StagePermit, StepStatus};

/// Brings the old shape back that contract has kept, and takes away all that expand made.
///
/// # Errors
/// Exit 23 where nothing is kept or later migrations rely on the new shape, exit 21 for rows that the old one can't hold,
/// exit 22 for drift; none changes anything.
pub async fn undo(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let record = runner.recorded(id).await?.ok_or_else(|| super::not_expanded(id))?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Undo)? else {
        return runner.reach_standbys().await;
    };
    let kept_now = permit.resumes() || record.kept_until.is_some();
    let Some((plan, kept)) =
        record.plan.as_ref().filter(|_| kept_now).and_then(|plan| Some((plan, plan.kept()?)))
    else {
        return Err(nothing_kept(id));
    };
    runner.refuse_pooler(&kept.undo)?;
    if !permit.resumes() {
        runner.refuse_relied_on(&record, plan).await?;
        runner.refuse_drift(&record, &plan.while_kept()).await?;
        runner.refuse_rows_that_do_not_fit(kept).await?;
    }
    runner.pass(&permit, &kept.undo).await?;
    runner.undo(&permit, plan).await?;
    let ends: Vec<Note<'_>> = permit.ends().map(Note::Phase).into_iter().collect();
    runner.note(&ends.iter().collect::<Vec<_>>()).await?;
    runner.done(id, Stage::Undo, started, Next::Over).await
}

/// Removes what contract has hidden.
///
/// # Errors
/// Those of a step.
pub async fn purge(runner: &mut Runner<'_>, id: &str) -> Result<()> {
    let record = runner.recorded(id).await?.ok_or_else(|| super::not_expanded(id))?;
    let started = Instant::now();
    let Some(permit) = runner.enter(id, record.phase, Stage::Purge)? else {
        return runner.reach_standbys().await;
    };
    let kept_now = permit.resumes() || record.kept_until.is_some();
    let Some(kept) = record.plan.as_ref().and_then(Plan::kept).filter(|_| kept_now) else {
        return runner.reach_standbys().await;
    };
    runner.refuse_pooler(&kept.purge)?;
    runner.pass(&permit, &kept.purge).await?;
    let ends: Vec<Note<'_>> = permit.ends().map(Note::Phase).into_iter().collect();
    runner.note(&ends.iter().collect::<Vec<_>>()).await?;
    runner.done(id, Stage::Purge, started, Next::Over).await
}

/// Exit 23 for a migration of which nothing is hidden.
fn nothing_kept(id: &str) -> Error {
    Error::refused(format!("migration `{id}` is contracted, and nothing of it was kept")).hint(
        "write a new migration that changes it back; `contract.keep` in midflight.yaml keeps the old shape of those to come",
    )
}

impl Runner<'_> {
    /// The steps of a contract that keeps, where it does: what began goes on as it began.
    ///
    /// # Errors
    /// Exit 23 where it can't.
    pub(super) fn keeps<'p>(&self, record: &Record, plan: &'p Plan) -> Result<Option<&'p Kept>> {
        let keeps = match record.phase {
            Phase::Contracting => record.kept_until.is_some(),
            _ => !self.keep.is_zero(),
        };
        if !keeps {
            return Ok(None);
        }
        let (id, again) = (&record.id, "`--keep 0s`");
        let error = Error::refused(format!("contract can't keep what it removes for migration `{id}`"));
        match &plan.keep {
            Some(Keep::Possible(kept)) => Ok(Some(kept)),
            Some(Keep::Impossible(why)) => Err(error.details(why.clone()).hint(format!(
                "`midflight contract {id}` with {again} removes it at once, without a way back"
            ))),
            None if plan.contract.is_empty() => Ok(None),
            None => Err(error.detail("it was expanded by an earlier version of midflight").hint(format!(
                "`midflight contract {id}` with {again} removes it at once, without a way back"
            ))),
        }
    }

    /// Runs the steps of a stage, the first one together with the new phase: what gets no lock has not begun.
    async fn pass(&mut self, permit: &StagePermit<'_>, steps: &[Step]) -> Result<()> {
        let journal = self.store.steps(&mut self.session.conn, permit.migration()).await?;
        let mut with: Vec<Note<'_>> = permit.begins().map(Note::Phase).into_iter().collect();
        for step in steps {
            let was = status(&journal, step);
            if was != StepStatus::Done {
                self.step(permit, step, was, &with).await?;
                with.clear();
            }
        }
        if with.is_empty() { Ok(()) } else { self.note(&with.iter().collect::<Vec<_>>()).await }
    }

    /// Exit 23 with every later migration that works on the same objects.
    async fn refuse_relied_on(&mut self, record: &Record, plan: &Plan) -> Result<()> {
        let phases =
            Phase::ALL.into_iter().filter(|phase| !matches!(phase, Phase::RolledBack | Phase::Undone));
        let others = self.store.related(&mut self.session.conn, phases, &plan.schemas()).await?;
        let later = others.iter().filter(|other| other.begun > record.begun);
        let relying: Vec<String> = later
            .filter_map(|other| {
                let object = other.plan.as_ref().and_then(|theirs| plan.conflict(theirs))?;
                Some(format!("migration `{}`, which is {}, works on {object} as well", other.id, other.phase))
            })
            .collect();
        if relying.is_empty() {
            return Ok(());
        }
        Err(Error::refused(format!("later migrations rely on what `{}` made", record.id))
            .details(relying)
            .hint("take them back first, the last one first: `midflight undo` where they are contracted, else `midflight rollback`"))
    }

    /// Exit 21 with the rows that the old shape can't hold.
    async fn refuse_rows_that_do_not_fit(&mut self, kept: &Kept) -> Result<()> {
        for violations in &kept.in_the_way {
            let hint = "give these rows values that the old shape can hold, or delete them, and run `midflight undo` again; \
                        nothing was undone";
            self.refuse_rows_that_stay(violations, hint).await?;
        }
        Ok(())
    }
}
