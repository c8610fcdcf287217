//! Own SQL that a rollback could not take back: the next expand must not run it again unasked.

use crate::db::Session;
use crate::error::{Error, Result};
use crate::plan::{Plan, Step, Work};
use crate::state::{Phase, Record, StepStatus, Store};

/// What expand does about own SQL that an earlier attempt ran and a rollback left
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LeftSql {
    /// What it did is still there: don't run it
    Keep,
    /// Run it again
    Run,
}

/// The steps of a plan whose SQL an earlier attempt ran and its rollback left. None unless the migration was rolled back.
///
/// # Errors
/// The database's.
pub async fn left_steps<'p>(
    session: &mut Session,
    store: &Store,
    record: Option<&Record>,
    plan: &'p Plan,
) -> Result<Vec<&'p Step>> {
    let Some(Record { id, phase: Phase::RolledBack, plan: Some(earlier), .. }) = record else {
        return Ok(Vec::new());
    };
    let journal = store.steps(&mut session.conn, id).await?;
    // Outside a transaction it may have run although nobody lived to say so.
    let ran = |status| matches!(status, StepStatus::Done | StepStatus::Running);
    let left = |step: &&Step| journal.iter().any(|row| row.step_id == step.id && ran(row.status));
    let left: Vec<String> = own_sql(earlier).filter(left).map(words).collect();
    Ok(own_sql(plan).filter(|step| left.contains(&words(step))).collect())
}

/// Refuses to run own SQL a second time without being told.
///
/// # Errors
/// Exit 23 with the statements.
pub async fn refuse_left(
    session: &mut Session,
    store: &Store,
    record: Option<&Record>,
    plan: &Plan,
    told: Option<LeftSql>,
) -> Result<()> {
    let left = left_steps(session, store, record, plan).await?;
    if left.is_empty() || told.is_some() {
        return Ok(());
    }
    let id = &plan.migration;
    let message =
        format!("migration `{id}` was rolled back, and SQL of its own ran before that and was left");
    Err(Error::refused(message).details(left.into_iter().map(|step| format!("left: {}", words(step)))).hint(
        format!(
            "`midflight expand {id} --left-sql keep` takes it for done; `--left-sql run` runs it again; \
             a `rollback:` beside it (YAML) would have taken it back"
        ),
    ))
}

fn own_sql(plan: &Plan) -> impl Iterator<Item = &Step> {
    let steps = plan.expand.iter().chain(&plan.finish);
    steps.filter(|step| step.work == Work::Unknown && step.left_by_rollback().is_some())
}

/// Its SQL, in one line.
fn words(step: &Step) -> String {
    step.sql.iter().flat_map(|sql| sql.split_whitespace()).collect::<Vec<_>>().join(" ")
}
