//! `rollback`: the way back, by what is recorded. No file is needed: the release before may not have it.

use super::context::Context;
use super::dry_run::show;
use super::stage::{Request, StageArgs, Work, measured, named, nothing, tell, with_runner};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::exec::{self, Listener, Runner};
use crate::migration;
use crate::plan::Plan;
use crate::state::{Entry, Phase, Record, Stage};

/// Rolls back what was named, or what is in flight.
///
/// # Errors
/// Exit 2 where several are in flight and none is named; else those of the stage.
pub async fn run(args: &StageArgs, context: &Context) -> Result<()> {
    measured(args.metrics.as_ref(), context, async |listener| go_back(args, listener, context).await).await
}

async fn go_back(args: &StageArgs, listener: &dyn Listener, context: &Context) -> Result<()> {
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let chosen = chosen(&args.names, &records, context)?;
    if chosen.is_empty() {
        return nothing(Stage::Rollback, context);
    }
    if args.dry_run {
        let mut plans = Vec::new();
        for record in chosen {
            exec::allowed(&record.id, record.phase, Stage::Rollback)?;
            plans.extend(way_back(record, &mut session, context).await?.map(|plan| (plan, Vec::new())));
        }
        show(Stage::Rollback, &plans, context);
        return Ok(());
    }
    let request = Request { kill: args.kill, ..Request::default() };
    let mut done = Vec::new();
    for Record { id, plan, .. } in chosen {
        let work = async |runner: &mut Runner<'_>| exec::rollback(runner, id).await;
        session = with_runner(
            Stage::Rollback,
            Work { id, plan: plan.as_ref() },
            session,
            &request,
            listener,
            context,
            work,
        )
        .await?;
        done.push(id.clone());
    }
    tell(Stage::Rollback, &done, context);
    Ok(())
}

/// The migrations of those names, or the only one in flight; the one that was begun last comes first.
fn chosen<'r>(names: &[String], records: &'r [Record], context: &Context) -> Result<Vec<&'r Record>> {
    refuse_unknown(names, records, context)?;
    let mut chosen: Vec<&Record> = records
        .iter()
        .filter(|record| match names {
            [] => matches!(record.phase.enter(Stage::Rollback), Entry::Start | Entry::Resume),
            names => names.contains(&record.id),
        })
        .collect();
    chosen.sort_by(|one, other| other.begun.cmp(&one.begun).then_with(|| other.id.cmp(&one.id)));
    if names.is_empty() && chosen.len() > 1 {
        let ids: Vec<&str> = chosen.iter().map(|record| record.id.as_str()).collect();
        return Err(Error::usage("several migrations are in flight; rollback needs to know which it is for")
            .hint(format!(
                "name one, or all of them, newest first: `midflight rollback {}`",
                ids.join(" ")
            )));
    }
    Ok(chosen)
}

/// Only for a name that is not recorded the files are asked: it may be mistyped, or not have been expanded.
fn refuse_unknown(names: &[String], records: &[Record], context: &Context) -> Result<()> {
    for name in names {
        match records.iter().find(|record| record.id == *name) {
            Some(record) if record.phase == Phase::Pending => return Err(exec::not_expanded(name)),
            Some(_) => {}
            None => {
                let files = migration::folder(&context.settings.migrations)?;
                named(std::slice::from_ref(name), &files)?;
                return Err(exec::not_expanded(name));
            }
        }
    }
    Ok(())
}

/// What rollback would run, as a plan whose expand it is.
async fn way_back(record: &Record, session: &mut Session, context: &Context) -> Result<Option<Plan>> {
    let Some(mut plan) = record.plan.clone() else { return Ok(None) };
    let store = context.settings.store();
    let mut steps: Vec<_> =
        exec::steps_to_undo(session, &store, &record.id, &plan).await?.into_iter().cloned().collect();
    plan.notes.clear();
    for step in &steps {
        plan.notes.extend(step.left_by_rollback().map(|why| format!("left: {}: {why}", step.summary)));
    }
    steps.retain(|step| !step.undo.is_empty());
    for step in &mut steps {
        step.sql = std::mem::take(&mut step.undo);
        step.summary = format!("undo: {}", step.summary);
    }
    plan.expand = steps;
    plan.finish.clear();
    plan.backfill.clear();
    plan.contract.clear();
    Ok(Some(plan))
}
