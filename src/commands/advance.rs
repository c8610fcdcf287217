//! `advance`: what a pipeline calls once for each deployment.

mod planned_first;

use std::collections::BTreeMap;

use super::context::{Context, refuse_drift};
use super::stage::{Caller, Kill, Request, Work, measured, one, with_runner};
use super::undo::over;
use crate::config::Span;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Listener, Overrides, Runner};
use crate::metrics::Target;
use crate::migration::Migration;
use crate::output::contract_effects;
use crate::plan::ContractEffect;
use crate::state::{Entry, Phase, Record, Stage};

/// Do what a deployment needs: contract what earlier releases made due, expand and backfill what is new
///
/// Call it once before each deployment, with the release that is being deployed. A migration that one release expands
/// is contracted by a later one, never by the same, and not before a release that knows the new side has run. When you
/// switch back to an earlier release, call it with that one: it then knows who runs.
///
/// What is new is planned first: where that is refused, nothing is contracted. A migration that has to wait is reported
/// and does not fail the command: the deployment may go on.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes and locks: what `contract`, `expand` and `backfill` do.
Exits with: 0 all that can be done now is done, 2 wrong file or no release; else the code of the stage that failed. \
10 to 13, 30 and 130: run it again.

Examples:
  midflight advance --release \"$GIT_SHA\"
  midflight advance --release v43 --dry-run
  midflight advance --release v43 --format json | jq .waiting")]
pub struct AdvanceArgs {
    /// The release that is being deployed
    #[arg(long, env = "MIDFLIGHT_RELEASE", value_name = "ID")]
    pub release: String,
    /// Print what would be done, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Hand figures to Prometheus: answer at /metrics there, or write a `.prom` file for node_exporter
    #[arg(long, value_name = "ADDR:PORT|FILE")]
    pub metrics: Option<Target>,
    /// Conditions of contract that need not hold
    #[command(flatten)]
    pub overrides: Overrides,
    /// Keep what contract would remove hidden and in step for this long, in place of `contract.keep`
    #[arg(long, value_name = "DURATION")]
    pub keep: Option<Span>,
    /// Which sessions
    #[command(flatten)]
    pub kill: Kill,
}

/// What one call did.
#[derive(Debug, Default)]
struct Outcome {
    contracted: Vec<String>,
    expanded: Vec<String>,
    backfilled: Vec<String>,
    purged: Vec<String>,
    waiting: Vec<Waiting>,
}

impl Outcome {
    /// Nobody waits for a contract that removes nothing.
    fn waits(&mut self, record: &Record, reason: String) {
        if !record.is_complete() {
            self.waiting.push(Waiting { migration: record.id.clone(), reason });
        }
    }

    fn document(&self, release: &str) -> serde_json::Value {
        serde_json::json!({
            "schema_version": 1, "release": release, "contracted": self.contracted, "expanded": self.expanded,
            "backfilled": self.backfilled, "purged": self.purged, "waiting": self.waiting,
        })
    }
}

/// A migration that contract would be next for, and what it waits for.
#[derive(Debug, serde::Serialize)]
struct Waiting {
    migration: String,
    reason: String,
}

/// Contracts, expands, backfills.
pub async fn run(args: AdvanceArgs, context: &Context) -> Result<()> {
    if args.release.trim().is_empty() {
        return Err(Error::usage("`--release` is empty")
            .hint("give what names this deployment, such as a tag or commit"));
    }
    let migrations = context.migrations()?;
    let mut session = context.connect().await?;
    let (migrations, records) = context.with_records(migrations, &mut session).await?;
    for migration in &migrations {
        if let Some(record) = recorded(&records, migration) {
            refuse_drift(migration, record)?;
        }
    }
    planned_first::refuse(&args.release, &migrations, &records, &mut session, context).await?;
    if args.dry_run {
        return dry_run(&args.release, &migrations, &records, context);
    }
    let target = args.metrics.clone();
    measured(target.as_ref(), context, async |listener| {
        carry_out(args, &migrations, records, session, listener, context).await
    })
    .await
}

async fn carry_out(
    args: AdvanceArgs,
    migrations: &[Migration],
    records: Vec<Record>,
    mut session: Session,
    listener: &dyn Listener,
    context: &Context,
) -> Result<()> {
    let AdvanceArgs { release, overrides, keep, kill, .. } = args;
    // also where there is nothing to do: a release that is switched back to has to be known as the one that runs
    let store = context.settings.store();
    if let Some(fleet) = &context.settings.fleet {
        exec::take_in(&mut session, &store, fleet).await?;
    }
    store.init(&mut session.conn).await?;
    if let Some(fleet) = &context.settings.fleet {
        store.join(&mut session.conn, fleet).await?;
    }
    store.arrive(&mut session.conn, &release).await?;
    let request = Request {
        release: Some(release.clone()),
        overrides,
        keep,
        kill,
        left_sql: None,
        caller: Caller::Advance,
    };
    let mut run = Run { release, request, context, listener, outcome: Outcome::default() };
    for record in migrations.iter().filter_map(|migration| recorded(&records, migration)) {
        session = run.contract(record, session).await?;
    }
    for record in complete_without_file(migrations, &records) {
        session = run.contract(record, session).await?;
    }
    for record in records.iter().filter(|record| over(record)) {
        session = run.purge(record, session).await?;
    }
    // what was contracted made room for what comes
    let records = context.records(&mut session).await?;
    for migration in migrations {
        session = run.bring(migration, recorded(&records, migration), session).await?;
    }
    run.tell();
    Ok(())
}

/// One call.
struct Run<'a> {
    release: String,
    request: Request,
    context: &'a Context,
    listener: &'a dyn Listener,
    outcome: Outcome,
}

impl Run<'_> {
    /// Contracts a migration that is due. One that has to wait stays as it is.
    async fn contract(&mut self, record: &Record, session: Session) -> Result<Session> {
        if !due_for_contract(record) {
            return Ok(session);
        }
        if let Some(reason) = never_in_one_release(record, &self.release) {
            self.outcome.waits(record, reason);
            return Ok(session);
        }
        let overrides = &self.request.overrides;
        let work = async |runner: &mut Runner<'_>| exec::contract(runner, &record.id, overrides).await;
        let (request, listener, context) = (&self.request, self.listener, self.context);
        let outcome = with_runner(
            Stage::Contract,
            Work { id: &record.id, plan: record.plan.as_ref() },
            session,
            request,
            listener,
            context,
            work,
        )
        .await;
        match outcome {
            Ok(session) => {
                self.outcome.contracted.push(record.id.clone());
                Ok(session)
            }
            Err(error) if error.kind == Kind::NotYet => {
                self.outcome.waits(record, reason(&error));
                self.context.connect().await
            }
            Err(error) => Err(error),
        }
    }

    /// Removes what was kept long enough.
    async fn purge(&mut self, record: &Record, session: Session) -> Result<Session> {
        let work = async |runner: &mut Runner<'_>| exec::purge(runner, &record.id).await;
        let of = Work { id: &record.id, plan: record.plan.as_ref() };
        let (request, listener, context) = (&self.request, self.listener, self.context);
        let session = with_runner(Stage::Purge, of, session, request, listener, context, work).await?;
        self.outcome.purged.push(record.id.clone());
        Ok(session)
    }

    /// Expands and backfills, or goes on with either.
    async fn bring(
        &mut self,
        migration: &Migration,
        record: Option<&Record>,
        mut session: Session,
    ) -> Result<Session> {
        let begins = |phase: Phase, stage| matches!(phase.enter(stage), Entry::Start | Entry::Resume);
        let phase = record.map_or(Phase::Pending, |record| record.phase);
        let expands = begins(phase, Stage::Expand);
        if expands {
            session = self.stage(Stage::Expand, migration, record, session).await?;
            self.outcome.expanded.push(migration.id.clone());
        }
        // Where there are no rows, expand has passed through backfill.
        let at = match expands {
            true => self.context.settings.store().record(&mut session.conn, &migration.id).await?,
            false => record.cloned(),
        };
        if at.is_some_and(|record| begins(record.phase, Stage::Backfill)) {
            session = self.stage(Stage::Backfill, migration, record, session).await?;
            self.outcome.backfilled.push(migration.id.clone());
        }
        Ok(session)
    }

    async fn stage(
        &self,
        stage: Stage,
        migration: &Migration,
        record: Option<&Record>,
        session: Session,
    ) -> Result<Session> {
        one(stage, migration, record, session, &self.request, self.listener, self.context).await
    }

    fn tell(&self) {
        let printer = self.context.printer;
        if self.context.for_machines() {
            return printer.json(&self.outcome.document(&self.release));
        }
        for waiting in &self.outcome.waiting {
            printer.say(&format!("waiting: `{}` is not contracted: {}", waiting.migration, waiting.reason));
        }
        let Outcome { contracted, expanded, backfilled, purged, .. } = &self.outcome;
        if [contracted, expanded, backfilled, purged].iter().all(|done| done.is_empty()) {
            printer.say("advance: nothing to do");
        }
    }
}

fn recorded<'r>(records: &'r [Record], migration: &Migration) -> Option<&'r Record> {
    records.iter().find(|record| record.id == migration.id)
}

/// One that contract removes nothing of needs its file no more.
fn complete_without_file<'r>(
    migrations: &[Migration],
    records: &'r [Record],
) -> impl Iterator<Item = &'r Record> {
    let lost = |record: &&Record| migrations.iter().all(|migration| migration.id != record.id);
    records.iter().filter(lost).filter(|record| record.is_complete())
}

fn due_for_contract(record: &Record) -> bool {
    matches!(record.phase.enter(Stage::Contract), Entry::Start | Entry::Resume)
}

/// Whatever the configuration says: no release both expands and contracts a migration. One that began to contract goes
/// on.
fn never_in_one_release(record: &Record, release: &str) -> Option<String> {
    if record.phase == Phase::Contracting {
        return None;
    }
    match &record.expand_release {
        Some(by) if by == release => {
            Some(format!("release `{release}` expanded it; a later one contracts it"))
        }
        Some(_) => None,
        None if record.is_complete() => None,
        None => Some(
            "it was expanded without `--release`; contract it by hand once the old release is gone"
                .to_owned(),
        ),
    }
}

/// All that is in the way, in one line.
fn reason(error: &Error) -> String {
    std::iter::once(&error.message).chain(&error.details).cloned().collect::<Vec<_>>().join("; ")
}

fn dry_run(release: &str, migrations: &[Migration], records: &[Record], context: &Context) -> Result<()> {
    let state_schema = context.settings.store().schema().clone();
    let mut outcome = Outcome::default();
    let mut at_contract: BTreeMap<&str, Vec<ContractEffect>> = BTreeMap::new();
    for migration in migrations {
        let record = recorded(records, migration);
        let phase = record.map_or(Phase::Pending, |record| record.phase);
        let id = migration.id.clone();
        match record.filter(|record| due_for_contract(record)) {
            Some(record) => match never_in_one_release(record, release) {
                Some(reason) => outcome.waits(record, reason),
                None => {
                    let goes = record.plan.as_ref().map(|plan| plan.contract_effects(&state_schema));
                    at_contract.insert(&record.id, goes.unwrap_or_default());
                    outcome.contracted.push(id);
                }
            },
            None if matches!(phase.enter(Stage::Expand), Entry::Start | Entry::Resume) => {
                outcome.expanded.push(id.clone());
                outcome.backfilled.push(id);
            }
            None if matches!(phase.enter(Stage::Backfill), Entry::Start | Entry::Resume) => {
                outcome.backfilled.push(id);
            }
            None => {}
        }
    }
    outcome.purged.extend(records.iter().filter(|record| over(record)).map(|record| record.id.clone()));
    let closes = complete_without_file(migrations, records);
    let closes = closes.filter(|record| never_in_one_release(record, release).is_none());
    outcome.contracted.extend(closes.map(|record| record.id.clone()));
    if context.for_machines() {
        let mut document = outcome.document(release);
        document["dry_run"] = true.into();
        document["at_contract"] = serde_json::json!(at_contract);
        context.printer.json(&document);
        return Ok(());
    }
    let line =
        |what: &str, ids: &[String]| ids.iter().map(|id| format!("would {what} {id}\n")).collect::<String>();
    let waiting = outcome.waiting.iter().map(|one| format!("waiting: {}: {}\n", one.migration, one.reason));
    let goes =
        at_contract.iter().filter_map(|(id, goes)| Some(format!("{id}: {}\n", contract_effects(goes)?)));
    let text = line("contract", &outcome.contracted)
        + &goes.collect::<String>()
        + &line("purge", &outcome.purged)
        + &line("expand", &outcome.expanded)
        + &line("backfill", &outcome.backfilled)
        + &waiting.collect::<String>();
    context.printer.out(if text.is_empty() { "nothing to do" } else { &text });
    Ok(())
}
