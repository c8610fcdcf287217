//! `expand`, `backfill`, `verify`, `contract`, `rollback`: choosing migrations and carrying them through a stage.

use super::ahead::Ahead;
use super::context::{Context, refuse_drift};
use super::dry_run::dry_run;
use crate::config::{KillBlockers, Span};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, LeftSql, Listener, Overrides, Runner};
use crate::metrics::{Exporter, Target};
use crate::migration::Migration;
use crate::output::Progress;
use crate::plan::Plan;
use crate::state::{Entry, Phase, Record, Stage};
use crate::text::nearest;

/// Carry migrations through a stage
#[derive(Debug, Default, clap::Args)]
pub struct StageArgs {
    /// Migrations; without names, every one that is due, in order (`rollback`: the only one in flight)
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
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

/// The permission to end sessions, for this run
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Kill {
    /// End sessions that keep a table locked for longer than `lock.kill_after`, in place of `lock.kill_blockers`.
    /// Each is written into the audit
    #[arg(long = "kill-blockers", value_enum, value_name = "WHICH")]
    pub blockers: Option<KillBlockers>,
}

/// The same, with the release that does it
#[derive(Debug, Default, clap::Args)]
pub struct ReleaseArgs {
    /// Which migrations
    #[command(flatten)]
    pub stage: StageArgs,
    /// The release that is being deployed
    #[arg(long, env = "MIDFLIGHT_RELEASE", value_name = "ID")]
    pub release: Option<String>,
}

/// The same for expand, which may meet what an earlier attempt left
#[derive(Debug, Default, clap::Args)]
pub struct ExpandArgs {
    /// Which migrations, and the release
    #[command(flatten)]
    pub release: ReleaseArgs,
    /// What to do about SQL of your own that an earlier attempt ran and `rollback` left; without a word that is refused
    #[arg(long, value_enum, value_name = "WHAT")]
    pub left_sql: Option<LeftSql>,
}

/// The same for stages that go through the rows
#[derive(Debug, clap::Args)]
pub struct RowsArgs {
    /// Which migrations
    #[command(flatten)]
    pub stage: StageArgs,
    /// How long a throttle may hold it up in one piece, instead of `backfill.max_throttle`; then exit 11
    #[arg(long, value_name = "DURATION")]
    pub max_throttle: Option<Span>,
}

/// The same for contract, whose conditions can be overridden
#[derive(Debug, clap::Args)]
pub struct ContractArgs {
    /// Which migrations, and the release
    #[command(flatten)]
    pub release: ReleaseArgs,
    /// Conditions that need not hold
    #[command(flatten)]
    pub overrides: Overrides,
    /// Keep what would be removed hidden and in step for this long, in place of `contract.keep`; `0s` removes it at once
    #[arg(long, value_name = "DURATION")]
    pub keep: Option<Span>,
}

/// A stage that is asked for, and by whom.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The release that asks.
    pub release: Option<String>,
    /// Conditions of contract that need not hold.
    pub overrides: Overrides,
    /// How long contract keeps what it would remove, in place of the setting.
    pub keep: Option<Span>,
    /// Sessions that may be ended.
    pub kill: Kill,
    /// What to do about own SQL that a rollback left.
    pub left_sql: Option<LeftSql>,
    /// The command that asks.
    pub caller: Caller,
}

/// Which command carries a migration through a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Caller {
    /// That of the stage.
    #[default]
    Stage,
    /// `advance`, which goes on with the next stage by itself.
    Advance,
}

impl Request {
    /// The command line that does the same again.
    fn again(&self, stage: Stage, id: &str) -> String {
        match (self.caller, &self.release) {
            (Caller::Advance, Some(release)) => format!("midflight advance --release {release}"),
            (Caller::Advance | Caller::Stage, _) => format!("midflight {} {id}", stage.name()),
        }
    }
}

impl From<ExpandArgs> for (StageArgs, Request) {
    fn from(args: ExpandArgs) -> Self {
        let (stage, request) = args.release.into();
        (stage, Request { left_sql: args.left_sql, ..request })
    }
}

impl From<ReleaseArgs> for (StageArgs, Request) {
    fn from(args: ReleaseArgs) -> Self {
        let request = Request { release: args.release, kill: args.stage.kill, ..Request::default() };
        (args.stage, request)
    }
}

impl From<ContractArgs> for (StageArgs, Request) {
    fn from(args: ContractArgs) -> Self {
        let (stage, request) = args.release.into();
        (stage, Request { overrides: args.overrides, keep: args.keep, ..request })
    }
}

impl From<StageArgs> for (StageArgs, Request) {
    fn from(args: StageArgs) -> Self {
        let request = Request { kill: args.kill, ..Request::default() };
        (args, request)
    }
}

/// Carries the chosen migrations through a stage, and hands out figures meanwhile.
pub async fn run(stage: Stage, args: impl Into<(StageArgs, Request)>, context: &Context) -> Result<()> {
    let (args, request) = args.into();
    measured(args.metrics.as_ref(), context, async |listener| {
        carry(stage, &args, &request, listener, context).await
    })
    .await
}

/// The same for a stage that goes through the rows.
pub async fn rows(stage: Stage, args: RowsArgs, context: &Context) -> Result<()> {
    let mut settings = context.settings.clone();
    settings.backfill.max_throttle = args.max_throttle.unwrap_or(settings.backfill.max_throttle);
    let context = Context { settings, printer: context.printer, interrupt: context.interrupt.clone() };
    run(stage, args.stage, &context).await
}

/// Runs work that tells how it goes: to people always, to Prometheus where a target is given.
pub(super) async fn measured<T>(
    target: Option<&Target>,
    context: &Context,
    work: impl AsyncFnOnce(&dyn Listener) -> Result<T>,
) -> Result<T> {
    let progress = Progress::new(context.printer);
    let Some(target) = target else { return work(&progress).await };
    let exporter = Exporter::start(target.clone()).await?;
    let listeners: Vec<&dyn Listener> = vec![&progress, exporter.metrics()];
    let outcome = work(&listeners).await;
    exporter.end(outcome.as_ref().err().map_or(0, |error| error.kind.exit_code()));
    outcome
}

async fn carry(
    stage: Stage,
    args: &StageArgs,
    request: &Request,
    listener: &dyn Listener,
    context: &Context,
) -> Result<()> {
    let migrations = context.migrations()?;
    let mut session = context.connect().await?;
    let (migrations, records) = context.with_records(migrations, &mut session).await?;
    let due = due(stage, &args.names, &migrations, &records)?;
    if due.is_empty() {
        refuse_waiting(stage, &args.names, &migrations, &records)?;
        return nothing(stage, context);
    }
    for migration in &due {
        if let Some(record) = records.iter().find(|record| record.id == migration.id) {
            refuse_drift(migration, record)?;
        }
    }
    if args.dry_run {
        return dry_run(stage, &due, &records, request, &mut session, context).await;
    }
    if stage == Stage::Expand && due.len() > 1 {
        planned_together(&due, &records, &mut session, context).await?;
    }
    let mut done = Vec::new();
    for migration in due {
        let record = records.iter().find(|record| record.id == migration.id);
        session = one(stage, migration, record, session, request, listener, context).await?;
        done.push(migration.id.clone());
    }
    refuse_waiting(stage, &args.names, &migrations, &records)?;
    tell(stage, &done, context);
    Ok(())
}

/// Refuses, before the first of several files is expanded, what the others could not follow.
async fn planned_together(
    due: &[&Migration],
    records: &[Record],
    session: &mut Session,
    context: &Context,
) -> Result<()> {
    let mut ahead = Ahead::new(records.iter(), Vec::new(), Stage::Expand, context);
    let begins = |migration: &&&Migration| phase_of(migration, records).enter(Stage::Expand) == Entry::Start;
    for migration in due.iter().filter(begins) {
        ahead.foresee(migration, session).await?;
    }
    ahead.try_on_copies(session).await
}

/// The document of what was done, for machines.
pub(super) fn tell(stage: Stage, done: &[String], context: &Context) {
    if context.for_machines() {
        let report = serde_json::json!({ "schema_version": 1, "stage": stage.name(), "migrations": done });
        context.printer.json(&report);
    }
}

/// One migration. Gives the connection back.
pub(super) async fn one(
    stage: Stage,
    migration: &Migration,
    record: Option<&Record>,
    mut session: Session,
    request: &Request,
    listener: &dyn Listener,
    context: &Context,
) -> Result<Session> {
    let (id, phase) = (&migration.id, record.map_or(Phase::Pending, |record| record.phase));
    // What can be found wrong is found before midflight leaves its first trace in the database.
    let plan = if stage == Stage::Expand && phase.enter(stage) == Entry::Start {
        let plan = context.plan(&mut session, migration).await?;
        plan.refuse_unaccepted(&migration.source)?;
        let in_flight = context.in_flight(&mut session, &plan).await?;
        exec::refuse_conflicts(&in_flight, &plan)?;
        if !migration.is_sql() {
            // Expressions of YAML have places of their own.
            exec::compile(&mut session, &context.settings, migration, &plan).await?;
        }
        exec::try_on_copies(&mut session, &context.settings, &[migration], in_flight.iter()).await?;
        let store = context.settings.store();
        let kept = exec::kept_steps(&mut session, &store, record, &plan, request.left_sql).await?;
        let tried = &exec::to_be_tried(&plan, &kept);
        exec::preflight(&mut session, &context.settings, migration, tried, listener).await?;
        Some(plan)
    } else {
        None
    };
    let work = async |runner: &mut Runner<'_>| match stage {
        Stage::Expand => exec::expand(runner, migration, plan.as_ref()).await,
        Stage::Backfill => exec::backfill(runner, id).await,
        Stage::Verify => exec::verify(runner, id).await,
        Stage::Contract => exec::contract(runner, id, &request.overrides).await,
        Stage::Rollback => exec::rollback(runner, id).await,
        Stage::Undo => exec::undo(runner, id).await,
        Stage::Purge => exec::purge(runner, id).await,
        // It needs the file's plan: `commands/amend.rs`.
        Stage::Amend => Ok(()),
    };
    let plan = plan.as_ref().or(record.and_then(|record| record.plan.as_ref()));
    with_runner(stage, Work { id, plan }, session, request, listener, context, work).await
}

/// What a runner works on.
pub(super) struct Work<'a> {
    /// The migration.
    pub id: &'a str,
    /// What runs, where that is known.
    pub plan: Option<&'a Plan>,
}

/// Runs a stage's work under the lease. Gives the connection back.
pub(super) async fn with_runner(
    stage: Stage,
    Work { id, plan }: Work<'_>,
    session: Session,
    request: &Request,
    listener: &dyn Listener,
    context: &Context,
    work: impl AsyncFnOnce(&mut Runner<'_>) -> Result<()>,
) -> Result<Session> {
    let schemas = plan.map(Plan::schemas).unwrap_or_default();
    let release = request.release.clone();
    let mut runner = Runner::start_on(&schemas, session, &context.settings, release, listener).await?;
    runner.kill_blockers = request.kill.blockers.unwrap_or(runner.kill_blockers);
    runner.left_sql = request.left_sql;
    runner.keep = request.keep.map_or(runner.keep, |keep| keep.0);
    runner.goes_on = request.caller == Caller::Advance;
    let outcome = work(&mut runner).await;
    let mut session = runner.stop(id, outcome.as_ref().err()).await;
    if let Err(error) = outcome {
        let again = request.again(stage, id);
        return Err(match resume(stage, id, &again, error.kind, &mut session, context).await {
            Some(resume) if error.resume.is_none() => error.resume(resume),
            _ => error,
        });
    }
    Ok(session)
}

/// What goes on from here, where anything does. Nothing of what was refused has begun.
pub(super) async fn resume(
    stage: Stage,
    id: &str,
    again: &str,
    kind: Kind,
    session: &mut Session,
    context: &Context,
) -> Option<String> {
    match kind {
        Kind::LockBudget
        | Kind::Throttled
        | Kind::LeaseHeld
        | Kind::LeaseLost
        | Kind::Unreachable
        | Kind::Interrupted
        | Kind::WrongRows
        | Kind::BadRows => Some(match stage {
            Stage::Expand => format!("`{again}` resumes; `midflight rollback {id}` goes back"),
            Stage::Backfill
            | Stage::Verify
            | Stage::Contract
            | Stage::Rollback
            | Stage::Undo
            | Stage::Purge
            | Stage::Amend => {
                format!("`{again}` resumes")
            }
        }),
        Kind::Failed => Some(match stage {
            Stage::Expand | Stage::Backfill | Stage::Verify => {
                format!("`midflight rollback {id}` goes back; once the cause is gone, `{again}` goes on")
            }
            Stage::Contract if !has_begun(id, session, context).await => {
                format!("nothing was changed, and `midflight rollback {id}` still goes back")
            }
            Stage::Contract | Stage::Rollback | Stage::Undo | Stage::Purge | Stage::Amend => {
                format!("once the cause is gone, `{again}` goes on")
            }
        }),
        Kind::Usage
        | Kind::Findings
        | Kind::NotYet
        | Kind::Pending
        | Kind::Drift
        | Kind::Refused
        | Kind::Differs => None,
    }
}

/// Whether contract has changed anything yet.
async fn has_begun(id: &str, session: &mut Session, context: &Context) -> bool {
    let record = context.settings.store().record(&mut session.conn, id).await;
    !matches!(record, Ok(Some(record)) if record.phase.enter(Stage::Rollback) == Entry::Start)
}

/// The migrations that the user named, or those for which the stage has work.
fn due<'m>(
    stage: Stage,
    names: &[String],
    migrations: &'m [Migration],
    records: &[Record],
) -> Result<Vec<&'m Migration>> {
    let mut chosen = named(names, migrations)?;
    if names.is_empty() {
        chosen.retain(|migration| {
            matches!(phase_of(migration, records).enter(stage), Entry::Start | Entry::Resume)
        });
    }
    Ok(chosen)
}

fn phase_of(migration: &Migration, records: &[Record]) -> Phase {
    records.iter().find(|record| record.id == migration.id).map_or(Phase::Pending, |record| record.phase)
}

/// Without names a stage takes what is due. What is on its way and can't be taken yet is told: a pipeline would take
/// silence for done.
fn refuse_waiting(
    stage: Stage,
    names: &[String],
    migrations: &[Migration],
    records: &[Record],
) -> Result<()> {
    if !names.is_empty() || stage == Stage::Expand {
        return Ok(());
    }
    let waits = |migration: &&Migration| {
        let phase = phase_of(migration, records);
        phase.in_flight() && matches!(phase.enter(stage), Entry::Needs(_))
    };
    let mut refused = migrations
        .iter()
        .filter(waits)
        .filter_map(|migration| exec::allowed(&migration.id, phase_of(migration, records), stage).err());
    match refused.next() {
        None => Ok(()),
        Some(first) => Err(first.details(refused.map(|error| error.message))),
    }
}

/// The migrations of those names, in file order; all of them without names.
pub(super) fn named<'m>(names: &[String], migrations: &'m [Migration]) -> Result<Vec<&'m Migration>> {
    for name in names {
        if migrations.iter().all(|migration| migration.id != *name) {
            let near = nearest(name, migrations.iter().map(|migration| migration.id.as_str()));
            let known =
                || migrations.iter().map(|migration| migration.id.as_str()).collect::<Vec<_>>().join(", ");
            let hint = near
                .map_or_else(|| format!("there are {}", known()), |near| format!("did you mean `{near}`?"));
            return Err(Error::usage(format!("there is no migration `{name}`")).hint(hint));
        }
    }
    Ok(migrations.iter().filter(|migration| names.is_empty() || names.contains(&migration.id)).collect())
}

/// There is nothing to do.
pub(super) fn nothing(stage: Stage, context: &Context) -> Result<()> {
    tell(stage, &[], context);
    context.printer.say(&format!("{}: nothing to do", stage.name()));
    Ok(())
}
