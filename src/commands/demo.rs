//! `demo`: midflight at work on a throwaway server.

use std::time::Duration;

use super::context::Context;
use crate::demo::{Demo, Options};
use crate::error::{Error, Kind, Result};

/// Watch a migration go through every stage on a throwaway server, under load
///
/// Starts a PostgreSQL server of its own, loads a table, lets an old and a new release of an application read and
/// write without pause, and carries a migration through lint, plan, expand, backfill, verify and contract. Then it
/// reports statements served and failed, latencies before and during, and compares every row with what was written.
/// Needs PostgreSQL's server programs on this machine (`scripts/ensure-postgres` installs them), no database.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing that stays; the server is gone at the end.

Examples:
  midflight demo
  midflight demo --rows 1000000 --seconds 10
  midflight demo --keep                   and look around in the database at the end

Exits with: 0 all went well, 1 a statement failed, a row differs, or there are no server programs")]
pub struct DemoArgs {
    /// Rows to load
    #[arg(long, value_name = "N", default_value_t = 300_000, value_parser = clap::value_parser!(i64).range(1_000..=50_000_000))]
    pub rows: i64,
    /// How long each period lasts in which only the applications work: before, between and after
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// Keep the server running at the end, until Ctrl-C
    #[arg(long)]
    pub keep: bool,
}

/// Plays the demo and prints its report. Statements that failed and rows that differ are exit 1.
pub async fn run(args: &DemoArgs, context: &Context) -> Result<()> {
    let options = Options { rows: args.rows, quiet: Duration::from_secs(args.seconds) };
    let mut demo = Demo::start(options, context.printer, context.interrupt.clone()).await?;
    let outcome = play(&mut demo, args.keep, context).await;
    demo.end().await;
    outcome
}

async fn play(demo: &mut Demo, keep: bool, context: &Context) -> Result<()> {
    let report = demo.run().await?;
    context.printer.say("");
    if context.for_machines() {
        context.printer.json(&report.json());
    } else {
        context.printer.out(&report.human());
    }
    if keep {
        let (url, migrations) = (demo.url(), demo.migrations());
        context.printer.say(&format!(
            "\nThe server runs until you press Ctrl-C. Elsewhere:\n  export DATABASE_URL='{url}'\n  \
             midflight status --migrations {migrations}\n  psql \"$DATABASE_URL\""
        ));
        context.interrupt.clone().fired().await;
    }
    if report.passed() { Ok(()) } else { Err(Error::new(Kind::Failed, "").reported()) }
}
