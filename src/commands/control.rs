//! `pause` and `resume`: what a running backfill is told, from any machine.

use super::context::Context;
use crate::config::Pace;
use crate::error::{Error, Kind, Result};
use crate::state::Record;
use crate::text::nearest;

/// Make running backfills wait, from any machine
///
/// The process that works on the migration stops after its batch, says so, and waits; it keeps its lease. The pause
/// outlives the process: until `resume`, `backfill` and `verify` of the migration end with exit 4. It doesn't count for
/// `backfill.max_throttle`, and holds no other stage up.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: a row of midflight's own. Locks: nothing. Needs no migration files.
Exits with: 0 paused, or nothing in flight; 4 no such migration in flight, 30 no database.

Examples:
  midflight pause
  midflight pause 0007_split_name")]
pub struct PauseArgs {
    /// Migrations; without names, all in flight
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
}

/// Let paused backfills go on, or change their pace while they run
///
/// The pace holds for later runs as well, until it is changed again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: a row of midflight's own. Locks: nothing. Needs no migration files. A backfill that runs sees it within a batch.
Exits with: 0 resumed, or nothing in flight; 2 wrong duration, 4 no such migration in flight, 30 no database.

Examples:
  midflight resume
  midflight resume --target 20ms --batch-pause 100ms    smaller batches, with pauses
  midflight resume --configured-pace                    back to midflight.yaml")]
pub struct ResumeArgs {
    /// Migrations; without names, all in flight
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// What is to be different
    #[command(flatten)]
    pub pace: Pace,
    /// Back to the pace of midflight.yaml, but for what is given beside
    #[arg(long)]
    pub configured_pace: bool,
}

/// Pauses.
pub async fn pause(args: &PauseArgs, context: &Context) -> Result<()> {
    set(&args.names, true, &Pace::default(), false, context).await
}

/// Resumes.
pub async fn resume(args: &ResumeArgs, context: &Context) -> Result<()> {
    set(&args.names, false, &args.pace, args.configured_pace, context).await
}

async fn set(names: &[String], paused: bool, pace: &Pace, configured: bool, context: &Context) -> Result<()> {
    let ids = change(names, paused, pace, configured, context).await?;
    let done = if paused { "paused" } else { "resumed" };
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, (done): ids, "pace": pace }));
    } else if ids.is_empty() {
        context.printer.say("no migration is in flight: nothing to do");
    } else {
        context.printer.out(&format!("{done} {}", ids.join(", ")));
    }
    Ok(())
}

/// Does it, and says for which.
pub(super) async fn change(
    names: &[String],
    paused: bool,
    pace: &Pace,
    configured: bool,
    context: &Context,
) -> Result<Vec<String>> {
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let chosen = chosen(names, &records)?;
    let store = context.settings.store();
    for record in &chosen {
        store.set_control(&mut session.conn, &record.id, paused, pace, configured).await?;
    }
    Ok(chosen.into_iter().map(|record| record.id.clone()).collect())
}

/// Those of the names, which need no file here; all in flight without names.
fn chosen<'r>(names: &[String], records: &'r [Record]) -> Result<Vec<&'r Record>> {
    let in_flight = || records.iter().filter(|record| record.phase.in_flight());
    if names.is_empty() {
        return Ok(in_flight().collect());
    }
    let find = |name: &String| {
        in_flight().find(|record| record.id == *name).ok_or_else(|| {
            let error = Error::new(Kind::NotYet, format!("no migration `{name}` is in flight"));
            match nearest(name, in_flight().map(|record| record.id.as_str())) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`midflight status` shows which are"),
            }
        })
    };
    names.iter().map(find).collect()
}
