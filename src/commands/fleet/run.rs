//! A command over the fleet, wave after wave.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{FleetArgs, Globals, Members, What};
use crate::commands::context::Context;
use crate::error::{Error, Kind, Result};
use crate::fleet::{
    self, Budget, Closed, Crew, Finished, Goal, Order, Outcome, Passed, Report, Shard, Target, Wave,
    WaveOutcome, WaveReport,
};
use crate::migration::Migration;
use crate::output::{FleetProgress, fleet_report, time};
use crate::state::{Entry, Stage};

/// How many soaks at a time: each waits most of its time.
const SOAKS: usize = 64;

/// One run.
struct Run<'a> {
    args: &'a FleetArgs,
    globals: &'a Globals,
    members: &'a Members<'a>,
    files: Vec<Migration>,
    shard: Shard,
    progress: FleetProgress,
    context: &'a Context,
}

/// Runs it to its end and tells how it went.
pub async fn run(
    args: &FleetArgs,
    globals: &Globals,
    members: &Members<'_>,
    context: &Context,
) -> Result<()> {
    let asks_commands = args.what.has_waves() && members.fleet.gates_are_commands();
    if asks_commands && !args.allow_commands {
        return Err(Error::usage("the fleet's file has gates that are commands")
            .hint("commands of the file run only with `--allow-commands`"));
    }
    let shard = match args.shard {
        Some(given) => given.shard(|name| std::env::var(name).ok())?,
        None => Shard::ALL,
    };
    let files = match args.what {
        What::Rollback | What::Soak => Vec::new(),
        _ => context.migrations()?,
    };
    let progress = FleetProgress::new(context.printer);
    let run = Run { args, globals, members, files, shard, progress, context };
    let waves = if args.what.has_waves() { run.waves().await? } else { vec![run.at_once().await] };
    run.progress.end();
    let interrupted = context.interrupt.check().is_err();
    let command = args.what.name().to_owned();
    let report = Report { fleet: members.fleet.name.clone(), command, waves, interrupted };
    fleet_report(context.printer, &report, args.release.as_deref());
    match report.kind() {
        None => Ok(()),
        Some(kind) => Err(told(kind, &report, context)),
    }
}

/// The error that the run ends with. For machines the report has told it.
fn told(kind: Kind, report: &Report<'_>, context: &Context) -> Error {
    let error = report.error(kind);
    if context.for_machines() { error.reported() } else { error }
}

impl<'a> Run<'a> {
    /// Everything at once: what knows no waves.
    async fn at_once(&self) -> WaveReport<'a> {
        let targets = self.members.chosen.among(self.members.targets);
        let order = self.globals.order(self.args);
        let nobody = BTreeMap::new();
        let crew = self.crew(self.args.what.goal(self.args), &nobody);
        let crew = match self.args.what {
            What::Soak => Crew { parallel: SOAKS, per_server: SOAKS, ..crew },
            _ => crew,
        };
        let orders: Vec<_> = targets.into_iter().map(|target| (target, order.clone())).collect();
        self.progress.wave("all", orders.len());
        let finished = crew.work(&orders, usize::MAX).await;
        let failed = finished.iter().any(|one| one.outcome == Outcome::Failed);
        let outcome = if failed { WaveOutcome::Failed } else { WaveOutcome::Passed };
        WaveReport {
            name: "all".to_owned(),
            outcome,
            why: Vec::new(),
            targets: finished,
            taken_back: Vec::new(),
        }
    }

    async fn waves(&self) -> Result<Vec<WaveReport<'a>>> {
        let mut reports: Vec<WaveReport<'a>> = Vec::new();
        for wave in self.members.waves {
            let chosen = wave.targets.iter().filter(|at| self.members.chosen.has(**at));
            let targets: Vec<&'a Target> = chosen.map(|at| &self.members.targets[*at]).collect();
            if targets.is_empty() {
                continue;
            }
            let goes_on = reports.last().is_none_or(|last| last.outcome == WaveOutcome::Passed);
            reports.push(if goes_on { self.wave(wave, targets).await? } else { not_begun(wave, &targets) });
        }
        Ok(reports)
    }

    async fn wave(&self, wave: &Wave<'a>, targets: Vec<&'a Target>) -> Result<WaveReport<'a>> {
        let order = self.globals.order(self.args);
        let orders: Vec<(&'a Target, Order)> =
            targets.iter().map(|target| (*target, order.clone())).collect();
        self.progress.wave(wave.name, orders.len());
        let budget = wave.spec.and_then(|spec| spec.budget).unwrap_or(self.members.fleet.budget);
        let allowed = budget.of(targets.len());
        let passed = self.passed().await;
        let finished = self.crew(self.args.what.goal(self.args), &passed).work(&orders, allowed).await;
        let failures = finished.iter().filter(|one| one.outcome == Outcome::Failed).count();
        let name = wave.name.to_owned();
        let report =
            |outcome, why| WaveReport { name, outcome, why, targets: finished, taken_back: Vec::new() };
        if self.context.interrupt.check().is_err() {
            return Ok(report(WaveOutcome::Interrupted, Vec::new()));
        }
        if failures > allowed {
            let why = vec![format!(
                "{failures} of {} targets failed, and {} may",
                targets.len(),
                may(budget, allowed)
            )];
            return Ok(self.stopped(wave, &targets, report(WaveOutcome::Failed, why)).await);
        }
        match self.gates(wave, &targets).await {
            Err(error) if error.kind == Kind::Interrupted => Ok(report(WaveOutcome::Interrupted, Vec::new())),
            Err(error) => Err(error),
            Ok(Ok(())) => Ok(report(WaveOutcome::Passed, Vec::new())),
            Ok(Err(Closed::Soak(left))) => {
                let why = vec![format!("its soak goes on for {}", time(left))];
                Ok(report(WaveOutcome::Stopped, why))
            }
            Ok(Err(Closed::Gates(why))) => {
                Ok(self.stopped(wave, &targets, report(WaveOutcome::Stopped, why)).await)
            }
        }
    }

    /// What each group has passed, as it stands now: asked before each wave, since others go on meanwhile.
    async fn passed(&self) -> BTreeMap<String, Passed> {
        match self.args.what {
            What::Advance | What::Contract => {
                let all: Vec<&Target> = self.members.targets.iter().collect();
                let found = fleet::look(&all, &self.context.settings, &self.context.interrupt).await;
                fleet::passed(self.members.targets, &found)
            }
            _ => BTreeMap::new(),
        }
    }

    async fn gates(&self, wave: &Wave<'a>, targets: &[&'a Target]) -> Result<Result<(), Closed>> {
        let soaks = wave.spec.is_some_and(|spec| !spec.soak.is_zero());
        let changed = if soaks { self.changed(targets).await } else { None };
        self.progress.soaks(wave.name);
        let mut interrupt = self.context.interrupt.clone();
        fleet::wait(self.members.fleet, wave.spec, changed, !self.args.no_wait, &mut interrupt).await
    }

    /// How long ago a target of the wave last changed its phase.
    async fn changed(&self, targets: &[&Target]) -> Option<Duration> {
        let found = fleet::look(targets, &self.context.settings, &self.context.interrupt).await;
        let standings = found.iter().filter_map(|found| found.as_ref().ok());
        let ages =
            standings.flat_map(|standing| standing.migrations.values()).filter_map(|seen| seen.changed);
        ages.min_by(f64::total_cmp).map(|age| Duration::from_secs_f64(age.max(0.0)))
    }

    /// A wave that did not pass is taken back where its file says so, and where it is known what to take back.
    async fn stopped(
        &self,
        wave: &Wave<'a>,
        targets: &[&'a Target],
        mut report: WaveReport<'a>,
    ) -> WaveReport<'a> {
        let expands = matches!(self.args.what, What::Advance | What::Expand);
        let goes_back = wave.spec.is_some_and(|spec| spec.rolls_back);
        let Some(release) = self.args.release.as_ref().filter(|_| expands && goes_back) else {
            return report;
        };
        let found = fleet::look(targets, &self.context.settings, &self.context.interrupt).await;
        let mut all: BTreeSet<String> = BTreeSet::new();
        let (mut orders, mut lost) = (Vec::new(), Vec::new());
        for (target, found) in targets.iter().zip(&found) {
            let expanded = found.iter().flat_map(|standing| &standing.migrations).filter(|(_, seen)| {
                let back = matches!(seen.phase.enter(Stage::Rollback), Entry::Start | Entry::Resume);
                back && seen.expand_release.as_ref() == Some(release)
            });
            // newest first
            let mut ids: Vec<String> = expanded.map(|(id, _)| id.clone()).collect();
            ids.reverse();
            all.extend(ids.iter().cloned());
            if let Err(error) = found {
                lost.push(Finished::failed(target, error));
            } else if !ids.is_empty() {
                let words = ["rollback".to_owned(), "--".to_owned()].into_iter().chain(ids);
                orders.push((*target, Order::new(&self.globals.arguments("json"), words)));
            }
        }
        self.progress.wave(&format!("{}, back", wave.name), orders.len());
        let goal = Goal::Rollback(all.into_iter().collect());
        report.taken_back =
            Crew { files: &[], ..self.crew(goal, &BTreeMap::new()) }.work(&orders, usize::MAX).await;
        report.taken_back.extend(lost);
        let is_back =
            report.taken_back.iter().all(|one| matches!(one.outcome, Outcome::Done | Outcome::Unchanged));
        if is_back {
            report.outcome = WaveOutcome::RolledBack;
        }
        report
    }

    fn crew<'r>(&'r self, goal: Goal, passed: &'r BTreeMap<String, Passed>) -> Crew<'r> {
        let fleet = self.members.fleet;
        Crew {
            fleet: &fleet.name,
            parallel: self.args.parallel.map_or(fleet.parallel, |given| given as usize),
            per_server: fleet.per_server,
            goal,
            // a soak watches, whoever works meanwhile
            works: self.args.what != What::Soak,
            files: &self.files,
            passed,
            shard: self.shard,
            patience: self.args.patience.0,
            settings: &self.context.settings,
            interrupt: &self.context.interrupt,
            listener: &self.progress,
        }
    }
}

/// A budget in words.
fn may(budget: Budget, allowed: usize) -> String {
    match budget {
        Budget::Count(count) => count.to_string(),
        Budget::Percent(percent) => format!("{percent}%, which is {allowed},"),
    }
}

fn not_begun<'t>(wave: &Wave<'_>, targets: &[&'t Target]) -> WaveReport<'t> {
    WaveReport {
        name: wave.name.to_owned(),
        outcome: WaveOutcome::NotBegun,
        why: Vec::new(),
        targets: targets.iter().map(|target| Finished::without_work(target, Outcome::NotBegun)).collect(),
        taken_back: Vec::new(),
    }
}
