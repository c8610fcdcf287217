//! One file a command: its arguments and what it does.

pub mod advance;
mod ahead;
pub mod amend;
pub mod apply;
pub mod baseline;
pub mod completions;
pub mod context;
pub mod control;
pub mod convert;
pub mod dashboard;
pub mod demo;
pub mod doctor;
mod dry_run;
pub mod explain;
pub mod fleet;
mod hints;
pub mod init;
pub mod lint;
mod lint_app;
mod lint_trace;
pub mod man;
pub mod new;
pub mod plan;
pub mod rehearse;
mod repeatable;
pub mod report;
pub mod rollback;
pub mod rules;
pub mod schema;
pub mod soak;
pub mod stage;
pub mod status;
pub mod undo;

use crate::cli::{Cli, Command};
use crate::error::Result;
use crate::state::Stage;
use context::Context;

/// Runs what the command line asks for.
///
/// # Errors
/// Whatever stops the command; the exit code is the error's.
pub async fn run(cli: Cli, context: &Context) -> Result<()> {
    match cli.command {
        Command::Plan(args) => plan::run(&args, context).await,
        Command::Expand(args) => stage::run(Stage::Expand, args, context).await,
        Command::Backfill(args) => stage::rows(Stage::Backfill, args, context).await,
        Command::Verify(args) => stage::rows(Stage::Verify, args, context).await,
        Command::Contract(args) => stage::run(Stage::Contract, args, context).await,
        Command::Rollback(args) => rollback::run(&args, context).await,
        Command::Amend(args) => amend::run(&args, context).await,
        Command::Undo(args) => undo::undo(&args, context).await,
        Command::Purge(args) => undo::purge(&args, context).await,
        Command::Advance(args) => advance::run(args, context).await,
        Command::Soak(args) => soak::run(&args, context).await,
        Command::Pause(args) => control::pause(&args, context).await,
        Command::Resume(args) => control::resume(&args, context).await,
        Command::Doctor(_) => doctor::run(context).await,
        Command::Schema(args) => schema::run(&args, cli.format, context).await,
        Command::Status(args) => status::run(&args, context).await,
        Command::Report(args) => report::run(&args, context).await,
        Command::Dashboard(args) => dashboard::run(&args, context).await,
        Command::Apply(args) => apply::run(&args, context).await,
        Command::Rehearse(args) => rehearse::run(&args, context).await,
        Command::Fleet(args) => {
            let globals = fleet::Globals { config: cli.config, migrations: cli.migrations };
            fleet::run(args, globals, context).await
        }
        Command::Baseline(args) => baseline::run(&args, context).await,
        Command::Init(args) => init::run(&args, context).await,
        Command::Lint(args) if !args.app.is_empty() => {
            lint_app::command(&args.app, args.pg_version, cli.format, context)
        }
        Command::Lint(args) if args.trace => lint_trace::command(&args, cli.format, context).await,
        Command::Lint(args) => lint::command(&args, cli.format, context).await,
        Command::Explain(args) => explain::command(&args, context),
        Command::Rules(_) => rules::command(context),
        Command::Convert(args) => context.print(convert::run(&args)),
        Command::New(args) => new::run(&args, context),
        Command::Completions(args) => completions::run(&args, context),
        Command::Man(args) => man::run(&args, context),
        Command::Demo(args) => demo::run(&args, context).await,
    }
}
