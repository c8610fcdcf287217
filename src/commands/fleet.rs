//! `fleet`: the ordinary commands over many databases.

mod choose;
mod plans;
mod run;
mod standings;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::context::Context;
use crate::config::Span;
use crate::error::{Error, Result};
use crate::fleet::{self, Crew, Finished, Fleet, Goal, Order, Shard, ShardArgument, Target, Wave};
use crate::output::{FleetProgress, fleet_targets};
use choose::Chosen;

/// Carry migrations through many databases, in waves
///
/// fleet.yaml lists the targets: databases, or schemas of one database. Each keeps its own state and lease. The command of
/// that name runs in each target as a process of its own, wave after wave, and stops where more targets fail than may, or
/// a gate says no. Run it again: it does what is left. docs/fleet.md has it all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes and locks: what the command of that name does, in each target; `targets`, `plan` and `status` change nothing.
Exits with: 0 all targets are done, 1 one failed for good, 2 wrong file, 4 a gate or soak says wait, else the lowest code of \
those that failed. 4, 10 to 13, 30 and 130: run it again.

Examples:
  midflight fleet targets                          who is in which wave
  midflight fleet plan                             what would run; equal plans once
  midflight fleet advance --release v42            once for each deployment
  midflight fleet advance --release v42 --shard 2/8
  midflight fleet status                           where all stand, and who differs
  midflight fleet rollback 0007_split_name         in all targets
  midflight fleet contract --release v43 -- --override soaked --because 'watched by hand'")]
pub struct FleetArgs {
    /// What to do in each target
    #[arg(value_enum, value_name = "COMMAND")]
    pub what: What,
    /// Migrations, for `plan`, `expand`, `backfill`, `contract`; `rollback` and `soak` need one
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// The fleet's file
    #[arg(long, value_name = "FILE", default_value = "fleet.yaml")]
    pub file: PathBuf,
    /// The release that is being deployed
    #[arg(long, env = "MIDFLIGHT_RELEASE", value_name = "ID")]
    pub release: Option<String>,
    /// How long `soak` watches
    #[arg(long = "for", value_name = "DURATION")]
    pub duration: Option<Span>,
    /// Only these targets; may be given several times. Contract still looks at the whole group
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
    /// Only targets of these groups
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<String>,
    /// Only these waves
    #[arg(long = "wave", value_name = "NAME")]
    pub waves: Vec<String>,
    /// Run the commands of the fleet's file: those that list targets, and gates
    #[arg(long)]
    pub allow_commands: bool,
    /// This runner's share of several, from 1; `of=N` takes the number from JOB_COMPLETION_INDEX
    #[arg(long, value_name = "K/N")]
    pub shard: Option<ShardArgument>,
    /// How many targets at a time, in place of `parallel`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub parallel: Option<u32>,
    /// How long to wait for a target on which another runner works; then it counts as failed, with 12
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    pub patience: Span,
    /// End with 4 where a wave has to soak, in place of waiting
    #[arg(long)]
    pub no_wait: bool,
    /// `status` looks for drift too: what somebody else has changed of what is in flight. Takes a command in each target
    #[arg(long)]
    pub catalog: bool,
    /// Goes to the command in each target as it is
    #[arg(last = true, value_name = "OPTION")]
    pub passed_on: Vec<String>,
}

/// What to do in each target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// List targets and waves
    Targets,
    /// Print what would run
    Plan,
    /// What a deployment needs
    Advance,
    /// Make the additive changes
    Expand,
    /// Convert the rows
    Backfill,
    /// Remove what only the old release needed, where the whole group has passed
    Contract,
    /// Go back
    Rollback,
    /// Watch the gates of midflight.yaml
    Soak,
    /// Where each stands
    Status,
}

/// Options of the program that each target's command gets too.
#[derive(Debug, Default)]
pub struct Globals {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--migrations`
    pub migrations: Option<String>,
}

/// Options that a fleet decides about, or that make no sense in many places at once.
const NOT_PASSED_ON: [&str; 7] =
    ["--database-url", "--config", "--migrations", "--format", "--dry-run", "--metrics", "--release"];

/// A fleet with who belongs to it.
struct Members<'f> {
    fleet: &'f Fleet,
    targets: &'f [Target],
    waves: &'f [Wave<'f>],
    chosen: Chosen,
}

/// Does it.
pub async fn run(args: FleetArgs, globals: Globals, context: &Context) -> Result<()> {
    check(&args)?;
    let fleet = Fleet::read(&args.file.display().to_string())?;
    let targets = fleet::resolve(&fleet, &context.settings, args.allow_commands, &context.interrupt).await?;
    let waves = fleet::assign(&fleet.waves, &targets)?;
    let chosen = Chosen::of(&args, &targets, &waves)?;
    let members = Members { fleet: &fleet, targets: &targets, waves: &waves, chosen };
    match args.what {
        What::Targets => {
            let listed = members.waves.iter().flat_map(|wave| {
                let chosen = wave.targets.iter().filter(|at| members.chosen.has(**at));
                chosen.map(|at| (wave.name, &members.targets[*at]))
            });
            fleet_targets(context.printer, &fleet.name, &listed.collect::<Vec<_>>());
            Ok(())
        }
        What::Status => standings::run(&args, &globals, &members, context).await,
        What::Plan => plans::run(&args, &globals, &members, context).await,
        What::Advance | What::Expand | What::Backfill | What::Contract | What::Rollback | What::Soak => {
            run::run(&args, &globals, &members, context).await
        }
    }
}

/// What the command line has to have, and what it may not.
fn check(args: &FleetArgs) -> Result<()> {
    let command = args.what.name();
    let taken = |word: &&String| {
        let name = word.split('=').next().unwrap_or_default();
        NOT_PASSED_ON.contains(&name)
    };
    if let Some(word) = args.passed_on.iter().find(taken) {
        let name = word.split('=').next().unwrap_or_default();
        return Err(Error::usage(format!("`{name}` can't be passed on to each target")).hint(match name {
            "--dry-run" => "`midflight fleet plan` prints what would run",
            _ => "it stands before `--`, or in fleet.yaml",
        }));
    }
    let wrong = match args.what {
        What::Advance if args.release.is_none() => Some("needs `--release ID`"),
        What::Advance | What::Targets | What::Status if !args.names.is_empty() => Some("takes no migrations"),
        What::Rollback | What::Soak if args.names.is_empty() => Some("needs the migration's name"),
        What::Soak if args.names.len() > 1 => Some("takes one migration"),
        What::Soak if args.duration.is_none() => Some("needs `--for DURATION`"),
        _ if args.duration.is_some() && args.what != What::Soak => Some("knows no `--for`"),
        _ if args.catalog && args.what != What::Status => Some("knows no `--catalog`"),
        _ => None,
    };
    match wrong {
        Some(wrong) => {
            Err(Error::usage(format!("`fleet {command}` {wrong}"))
                .hint("`midflight fleet --help` has examples"))
        }
        None => Ok(()),
    }
}

impl What {
    /// As it is written.
    const fn name(self) -> &'static str {
        match self {
            Self::Targets => "targets",
            Self::Plan => "plan",
            Self::Advance => "advance",
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Contract => "contract",
            Self::Rollback => "rollback",
            Self::Soak => "soak",
            Self::Status => "status",
        }
    }

    /// Whether it goes through the fleet in waves, with gates in between.
    const fn has_waves(self) -> bool {
        match self {
            Self::Advance | Self::Expand | Self::Backfill | Self::Contract => true,
            Self::Targets | Self::Plan | Self::Rollback | Self::Soak | Self::Status => false,
        }
    }

    /// What a target has come to when it is done.
    fn goal(self, args: &FleetArgs) -> Goal {
        let names = args.names.clone();
        match self {
            Self::Expand => Goal::Expand(names),
            Self::Backfill => Goal::Backfill(names),
            Self::Contract => Goal::Contract(names),
            Self::Rollback => Goal::Rollback(names),
            Self::Advance => Goal::Advance(args.release.clone().unwrap_or_default()),
            Self::Targets | Self::Plan | Self::Soak | Self::Status => Goal::Asked,
        }
    }
}

impl Globals {
    /// As arguments, before the command's.
    fn arguments(&self, format: &str) -> Vec<String> {
        let mut arguments = vec!["--format".to_owned(), format.to_owned(), "--color=never".to_owned()];
        if let Some(config) = &self.config {
            arguments.push(format!("--config={}", config.display()));
        }
        if let Some(migrations) = &self.migrations {
            arguments.push(format!("--migrations={migrations}"));
        }
        arguments
    }

    /// The command for a target.
    fn order(&self, args: &FleetArgs) -> Order {
        let mut words = vec![args.what.name().to_owned()];
        let release = args
            .release
            .iter()
            .filter(|_| matches!(args.what, What::Advance | What::Expand | What::Contract));
        words.extend(release.map(|release| format!("--release={release}")));
        words.extend(args.duration.iter().map(|time| format!("--for={time}")));
        words.extend(args.passed_on.iter().cloned());
        if !args.names.is_empty() {
            words.push("--".to_owned());
            words.extend(args.names.iter().cloned());
        }
        Order::new(&self.arguments("json"), words)
    }
}

/// Runs the command for all of them, none of which it changes.
async fn ask_all<'t>(
    shown: &str,
    args: &FleetArgs,
    globals: &Globals,
    members: &Members<'_>,
    targets: &[&'t Target],
    context: &Context,
) -> Result<Vec<Finished<'t>>> {
    let progress = FleetProgress::new(context.printer);
    let nobody = BTreeMap::new();
    let crew = Crew {
        fleet: &members.fleet.name,
        parallel: args.parallel.map_or(members.fleet.parallel, |given| given as usize),
        per_server: members.fleet.per_server,
        goal: Goal::Asked,
        works: false,
        files: &[],
        passed: &nobody,
        shard: Shard::ALL,
        patience: args.patience.0,
        settings: &context.settings,
        interrupt: &context.interrupt,
        listener: &progress,
    };
    progress.wave(shown, targets.len());
    let order = globals.order(args);
    let orders: Vec<(&Target, Order)> = targets.iter().map(|target| (*target, order.clone())).collect();
    let finished = crew.work(&orders, usize::MAX).await;
    progress.end();
    context.interrupt.check()?;
    Ok(finished)
}
