//! Own SQL that a rollback could not take back: the next expand must not run it again unasked.

use crate::db::Session;
use crate::error::{Error, Result};
use crate::migration::names;
use crate::plan::{Mode, Plan, Step, Uses, Work};
use crate::state::{Phase, Reached, Record, StepStatus, Store};

/// What expand does about own SQL that an earlier attempt ran and a rollback left
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LeftSql {
    /// What it did is still there: don't run it, or go on where it came to
    Keep,
    /// Run it again
    Run,
}

/// A step whose SQL an earlier attempt ran and its rollback left.
pub struct Left<'p> {
    /// The step, in the plan of now.
    pub step: &'p Step,
    /// How far it came, where it did not come to its end.
    pub unfinished: Option<Reached>,
}

/// The steps of a plan whose SQL an earlier attempt ran and its rollback left. None unless the migration was rolled back.
///
/// # Errors
/// The database's.
async fn left_steps<'p>(
    session: &mut Session,
    store: &Store,
    record: Option<&Record>,
    plan: &'p Plan,
) -> Result<Vec<Left<'p>>> {
    let Some(Record { id, phase: Phase::RolledBack | Phase::Undone, plan: Some(earlier), begun, .. }) =
        record
    else {
        return Ok(Vec::new());
    };
    let journal = store.steps(&mut session.conn, id).await?;
    let mut left: Vec<(String, Option<Reached>)> = Vec::new();
    for step in own_sql(earlier) {
        let Some(row) = journal.iter().find(|row| row.step_id == step.id) else { continue };
        let unfinished = match (row.status, &step.mode) {
            (StepStatus::Done, _) => None,
            (StepStatus::Running | StepStatus::Failed, Mode::Batches(work)) => {
                let reached = store.reached(&mut session.conn, id, work.ordinal).await?;
                if reached.after.is_none() {
                    continue;
                }
                Some(reached)
            }
            // Outside a transaction it may have run although nobody lived to say so.
            (StepStatus::Running, Mode::Transaction | Mode::Alone { .. }) => None,
            (StepStatus::Failed | StepStatus::Pending | StepStatus::Undone, _) => continue,
        };
        left.push((words(step), unfinished));
    }
    // What another migration has made since is not what was written to.
    let others = store.related(&mut session.conn, Phase::ALL, &plan.schemas()).await?;
    let later = others.iter().filter(|other| other.id != *id && other.begun > *begun);
    let made: Vec<&Uses> = later.filter_map(|other| other.plan.as_ref()?.uses.as_ref()).collect();
    left.retain(|(sql, _)| !made.iter().any(|uses| uses.makes_one_of(&names(sql))));
    let find = |step: &'p Step| {
        let (_, unfinished) = left.iter().find(|(sql, _)| *sql == words(step))?;
        Some(Left { step, unfinished: unfinished.clone() })
    };
    Ok(own_sql(plan).filter_map(find).collect())
}

impl Left<'_> {
    /// Whether it is not run again. A change of rows that was left is there; what other SQL of the user's has done nobody
    /// knows, so that it is asked about.
    fn is_kept(&self, told: Option<LeftSql>) -> bool {
        match told {
            Some(LeftSql::Keep) => true,
            Some(LeftSql::Run) => false,
            None => self.step.work == Work::Rows,
        }
    }
}

/// What is not run again. Refuses to run own SQL a second time without being told.
///
/// # Errors
/// Exit 23 with the statements.
pub async fn kept_steps<'p>(
    session: &mut Session,
    store: &Store,
    record: Option<&Record>,
    plan: &'p Plan,
    told: Option<LeftSql>,
) -> Result<Vec<Left<'p>>> {
    let left = left_steps(session, store, record, plan).await?;
    let (asked, known): (Vec<_>, Vec<_>) =
        left.into_iter().partition(|left| left.step.work == Work::Unknown && told.is_none());
    if asked.is_empty() {
        return Ok(known.into_iter().filter(|left| left.is_kept(told)).collect());
    }
    let id = &plan.migration;
    let message =
        format!("migration `{id}` was rolled back, and SQL of its own ran before that and was left");
    Err(Error::refused(message)
        .details(asked.into_iter().map(|left| {
            let part = if left.unfinished.is_some() { ", a part of it" } else { "" };
            format!("left{part}: {}", words(left.step))
        }))
        .hint(format!(
            "`midflight expand {id} --left-sql keep` takes it for done, and goes on where it came to; \
             `--left-sql run` runs it again; \
             a `rollback:` beside it (YAML) would have taken it back"
        )))
}

/// The plan as it is tried before anything is changed: what is not run again is there already.
pub fn to_be_tried(plan: &Plan, kept: &[Left<'_>]) -> Plan {
    let mut plan = plan.clone();
    plan.rows_tried.retain(|trial| !kept.iter().any(|left| left.step.sql.contains(&trial.sql)));
    plan
}

fn own_sql(plan: &Plan) -> impl Iterator<Item = &Step> {
    let steps = plan.expand.iter().chain(&plan.finish);
    steps.filter(|step| {
        matches!(step.work, Work::Unknown | Work::Rows)
            && step.left_by_rollback().is_some()
            && !step.may_run_again()
    })
}

/// Its SQL, in one line.
fn words(step: &Step) -> String {
    step.sql.iter().flat_map(|sql| sql.split_whitespace()).collect::<Vec<_>>().join(" ")
}
