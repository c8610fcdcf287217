//! The command line: global flags and the list of commands.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::error::{Error, Result};
use crate::output::{Color, Format};
use crate::{commands, lint};

mod help;
pub mod usage;

/// Change the schema of a live PostgreSQL database while the application keeps serving
///
/// A migration is plain SQL or YAML. midflight carries it through release stages, each a command that a pipeline
/// calls and each safe to call again: expand (additive), backfill (rows in small batches), contract (removals). Old
/// and new release of the application both work in between, and until contract `rollback` goes back without losing a
/// write of either.
#[derive(Debug, Parser)]
#[command(name = "midflight", version, propagate_version = true, after_help = AFTER_HELP, max_term_width = 110)]
pub struct Cli {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// Database to work on, `postgresql://user@host:5432/database`
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "Global options"
    )]
    pub database_url: Option<String>,
    /// Folder or glob of migration files
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub migrations: Option<String>,
    /// Who reads the output; commands other than `lint` and `schema` know `human` and `json`
    #[arg(long, global = true, value_enum, default_value = "human", help_heading = "Global options")]
    pub format: lint::render::Format,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = "Global options")]
    pub color: Color,
    /// Print results and errors only
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Print every statement as it runs
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Who reads what the command prints, besides the report of `lint`.
    ///
    /// # Errors
    /// Exit 2 for a format that the command doesn't have.
    pub fn reader(&self) -> Result<Format> {
        match (self.format, &self.command) {
            (lint::render::Format::Json, _) => Ok(Format::Json),
            (lint::render::Format::Human, _) => Ok(Format::Human),
            (format, Command::Schema(_)) if format.is_of_schema() => Ok(Format::Human),
            (format, Command::Lint(_)) if !format.is_of_schema() => Ok(Format::Human),
            (format, _) => {
                let name =
                    format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
                let of = if format.is_of_schema() { "schema" } else { "lint" };
                Err(Error::usage(format!("`--format {name}` is for `{of}`"))
                    .hint("other commands know `--format human` and `--format json`"))
            }
        }
    }
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    // The arguments' own comments are the help texts, where they have one.
    #[expect(missing_docs, reason = "documented at its arguments")]
    Demo(commands::demo::DemoArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Lint(commands::lint::LintArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Explain(commands::explain::ExplainArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Rules(commands::rules::RulesArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    New(commands::new::NewArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Convert(commands::convert::ConvertArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Plan(commands::plan::PlanArgs),
    /// Make the additive changes: both releases work from here on
    ///
    /// Columns, shadow columns with their dual-write trigger, indexes built concurrently, constraints for new rows.
    /// Run it before the new release is deployed. Before anything is changed, every expression is compiled and tried on
    /// every row.
    #[command(after_help = help::EXPAND)]
    Expand(commands::stage::ExpandArgs),
    /// Convert the rows that are there, in small batches, and verify every one
    ///
    /// Run it while both releases work; `gates` of midflight.yaml are asked first. Batches wait while a limit of `throttle`
    /// is passed or a gate says no, and say why; after `backfill.max_throttle` of that in one piece it ends with exit 11.
    /// Interrupted or killed, it goes on where it stopped. Indexes and constraints of the converted columns are built after the rows.
    #[command(after_help = help::BACKFILL)]
    Backfill(commands::stage::RowsArgs),
    /// Compare the old and the new side of every row again
    #[command(after_help = help::VERIFY)]
    Verify(commands::stage::RowsArgs),
    /// Remove what only the old release needed, or hide it for as long as `contract.keep` says
    ///
    /// Run it once the old release is gone. Needs a passed verification, and another release than the one that expanded;
    /// `contract.min_soak`, `contract.require_soak`, `contract.require_quiet` and `gates` of midflight.yaml may hold it back
    /// (exit 4), and so does what somebody else has changed of what it relies on (exit 22). With `contract.keep` or `--keep`
    /// the old shape is hidden and kept in step: `undo` brings it back, `purge` removes it. Without, there is no way back.
    #[command(after_help = help::CONTRACT)]
    Contract(commands::stage::ContractArgs),
    /// Go back to the state before expand, keeping every write of both releases
    ///
    /// Possible any time before contract. With several migrations in flight it has to be named.
    #[command(after_help = help::ROLLBACK)]
    Rollback(commands::stage::StageArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Amend(commands::amend::AmendArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Undo(commands::undo::UndoArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Purge(commands::undo::PurgeArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Advance(commands::advance::AdvanceArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Soak(commands::soak::SoakArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Pause(commands::control::PauseArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Resume(commands::control::ResumeArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Status(commands::status::StatusArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Report(commands::report::ReportArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Dashboard(commands::dashboard::DashboardArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Doctor(commands::doctor::DoctorArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Schema(commands::schema::SchemaArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Apply(commands::apply::ApplyArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Rehearse(commands::rehearse::RehearseArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Fleet(commands::fleet::FleetArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Baseline(commands::baseline::BaselineArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Init(commands::init::InitArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Completions(commands::completions::CompletionsArgs),
    #[expect(missing_docs, reason = "documented at its arguments")]
    Man(commands::man::ManArgs),
}

const AFTER_HELP: &str = "\
Examples:
  midflight demo                        all of it on a throwaway server, under load
  midflight lint migrations/            what would lock, rewrite or break
  midflight plan                        what every due migration would do, and lock
  midflight rehearse                    file and plan side by side, in a throwaway server
  midflight status                      where each stands, how far its rows are, what comes next
  midflight dashboard                   the same in a browser, kept up to date; `midflight report` writes a page
  midflight expand --release v42        before v42 is deployed
  midflight backfill                    while v41 and v42 run
  midflight soak 0007_split_name --for 30m   watch the gates; `--rollback-on-failure` goes back by itself
  midflight pause                       hold it up, from any machine; `midflight resume` lets it go on
  midflight contract --release v43      once v41 is gone
  midflight apply                       an empty database, or one that no release uses: plain SQL, no stages
  midflight rollback 0007_split_name    before contract: back, with every write of both releases

Exit codes: 0 done, 1 failed, 2 usage, 3 lint findings, 4 not yet, 5 work pending, 10 no lock, 11 throttled, 12 another
runner, 13 lease lost, 20 rows differ, 21 rows can't be converted, 22 drift, 23 refused, 24 a rehearsal ends
differently, 30 database unreachable, 130 interrupted. docs/exit-codes.md has more.";
