//! `undo` and `purge`: what contract has kept comes back, or goes. By what is recorded; no file is needed.

use super::context::Context;
use super::dry_run::show;
use super::stage::{Kill, Request, Work, measured, nothing, tell, with_runner};
use crate::error::{Error, Result};
use crate::exec::{self, Listener, Runner};
use crate::metrics::Target;
use crate::plan::Plan;
use crate::state::{Entry, Record, Stage};
use crate::text::nearest;

/// Bring the old shape back that contract has kept
///
/// Possible while `contract.keep` lasts, and until `midflight purge`. The old columns were kept in step, so no write since
/// then is lost; rows that the old shape can't hold are listed, and nothing is undone. Indexes and constraints that were not
/// kept are rebuilt before, while the application goes on. Then all that expand made goes, as by rollback: the release
/// before the migration has to run from here on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: the schema, back to what it was before expand.
Locks: ACCESS EXCLUSIVE on the tables concerned, for a change of catalog rows (milliseconds); each attempt waits \
`lock.timeout` (500 ms) at most. Concurrent index builds and validations block nobody but other DDL and VACUUM.
Exits with: 0 done, 4 not contracted, 10 no lock, 12 another runner, 21 rows that the old shape can't hold, 22 drift, \
23 nothing is kept, or later migrations rely on the new shape; 30 no database, 130 interrupted.

Examples:
  midflight undo 0007_split_name
  midflight undo 0007_split_name --dry-run")]
pub struct UndoArgs {
    /// The migrations, the one that was contracted last first
    #[arg(value_name = "MIGRATION", required = true)]
    pub names: Vec<String>,
    /// How
    #[command(flatten)]
    pub how: How,
}

/// Remove what contract has kept
///
/// Without names: of every migration whose `contract.keep` is over, which `advance` does as well. There is no way back
/// afterwards.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: hidden columns, tables, indexes and triggers go.
Locks: ACCESS EXCLUSIVE on the tables concerned, for a change of catalog rows (milliseconds); each attempt waits \
`lock.timeout` (500 ms) at most.
Exits with: 0 done or nothing due, 10 no lock, 12 another runner, 30 no database, 130 interrupted.

Examples:
  midflight purge                     all whose time is over
  midflight purge 0007_split_name     at once")]
pub struct PurgeArgs {
    /// Migrations; without names, those whose time is over
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// How
    #[command(flatten)]
    pub how: How,
}

/// What both take
#[derive(Debug, clap::Args)]
pub struct How {
    /// Print what would run, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Hand figures to Prometheus: answer at /metrics there, or write a `.prom` file for node_exporter
    #[arg(long, value_name = "ADDR:PORT|FILE")]
    pub metrics: Option<Target>,
    /// Which sessions
    #[command(flatten)]
    pub kill: Kill,
}

/// `undo`
pub async fn undo(args: &UndoArgs, context: &Context) -> Result<()> {
    run(Stage::Undo, &args.names, &args.how, context).await
}

/// `purge`
pub async fn purge(args: &PurgeArgs, context: &Context) -> Result<()> {
    run(Stage::Purge, &args.names, &args.how, context).await
}

async fn run(stage: Stage, names: &[String], how: &How, context: &Context) -> Result<()> {
    let work = async |listener: &dyn Listener| carry(stage, names, how, listener, context).await;
    measured(how.metrics.as_ref(), context, work).await
}

async fn carry(
    stage: Stage,
    names: &[String],
    how: &How,
    listener: &dyn Listener,
    context: &Context,
) -> Result<()> {
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let chosen = chosen(stage, names, &records)?;
    if chosen.is_empty() {
        return nothing(stage, context);
    }
    if how.dry_run {
        let plans: Vec<_> = chosen.iter().filter_map(|record| way(stage, record)).collect();
        for record in chosen {
            exec::allowed(&record.id, record.phase, stage)?;
        }
        show(stage, &plans.into_iter().map(|plan| (plan, Vec::new())).collect::<Vec<_>>(), context);
        return Ok(());
    }
    let request = Request { kill: how.kill, ..Request::default() };
    let mut done = Vec::new();
    for Record { id, plan, .. } in chosen {
        let work = async |runner: &mut Runner<'_>| match stage {
            Stage::Undo => exec::undo(runner, id).await,
            _ => exec::purge(runner, id).await,
        };
        let of = Work { id, plan: plan.as_ref() };
        session = with_runner(stage, of, session, &request, listener, context, work).await?;
        done.push(id.clone());
    }
    tell(stage, &done, context);
    Ok(())
}

/// The migrations of those names, in that order; without names those whose time is over, or whose purge has begun.
fn chosen<'r>(stage: Stage, names: &[String], records: &'r [Record]) -> Result<Vec<&'r Record>> {
    if names.is_empty() {
        return Ok(records.iter().filter(|record| over(record)).collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let found = records.iter().find(|record| record.id == *name).ok_or_else(|| {
            let error = Error::usage(format!("no migration `{name}` is recorded"));
            match nearest(name, records.iter().map(|record| record.id.as_str())) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`midflight status` lists them"),
            }
        })?;
        if stage == Stage::Undo || found.kept_until.is_some() || found.phase.enter(stage) == Entry::Resume {
            chosen.push(found);
        }
    }
    Ok(chosen)
}

/// Whether what is kept of a migration has to go.
pub(super) fn over(record: &Record) -> bool {
    record.kept_enough && record.phase.enter(Stage::Purge) == Entry::Start
        || record.phase.enter(Stage::Purge) == Entry::Resume
}

/// What would run, as a plan whose contract it is.
fn way(stage: Stage, record: &Record) -> Option<Plan> {
    let plan = record.plan.as_ref()?;
    let kept = plan.kept()?;
    let steps = if stage == Stage::Undo { &kept.undo } else { &kept.purge };
    let mut way = plan.clone();
    (way.expand, way.backfill, way.finish) = (Vec::new(), Vec::new(), Vec::new());
    way.contract = steps.clone();
    Some(way)
}
