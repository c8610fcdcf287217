//! `amend`: another `up` or `down` for a migration in flight.

use super::context::Context;
use super::stage::{Kill, Request, Work, measured, named, tell, with_runner};
use crate::db::catalog;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Listener, Runner};
use crate::plan;
use crate::state::Stage;

/// Change how a migration in flight computes values
///
/// After its file has got another `USING`, `reverse`, `up` or `down`, and nothing else: the dual-write trigger is replaced, and
/// the next `backfill` converts once more what the old expression has converted. What the new release wrote stays. Old and
/// new checksum are in `midflight.events`. Each database needs it once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: functions and triggers of dual writes, in one transaction; no row. The migration is `expanded` again.
Locks: as expand.
Exits with: 0 done, 2 wrong file, 4 not expanded, 10 no lock, 12 another runner, 22 drift, 23 the file changes more than \
expressions, or values that are others at every evaluation; 30 no database, 130 interrupted.

Examples:
  midflight amend 0007_split_name && midflight backfill 0007_split_name")]
pub struct AmendArgs {
    /// The migration
    #[arg(value_name = "MIGRATION")]
    pub name: String,
    /// Which sessions
    #[command(flatten)]
    pub kill: Kill,
}

/// Plans the changed file on the catalog of before expand, and puts its dual writes in place of the old ones.
pub async fn run(args: &AmendArgs, context: &Context) -> Result<()> {
    measured(None, context, async |listener| carry(args, listener, context).await).await
}

async fn carry(args: &AmendArgs, listener: &dyn Listener, context: &Context) -> Result<()> {
    let id = &args.name;
    let files = context.migrations()?;
    let mut session = context.connect().await?;
    let (files, records) = context.with_records(files, &mut session).await?;
    let migration = named(std::slice::from_ref(id), &files)?.into_iter().next();
    let migration = migration.ok_or_else(|| exec::not_expanded(id))?;
    let record = records.iter().find(|record| record.id == *id).ok_or_else(|| exec::not_expanded(id))?;
    exec::allowed(id, record.phase, Stage::Amend)?;
    let stored = record.plan.as_ref().ok_or_else(|| exec::not_expanded(id))?;
    if migration.checksum == record.checksum {
        let error = Error::new(Kind::NotYet, format!("`{}` says what was expanded", migration.source.path));
        return Err(error.hint("change its `USING`, `reverse`, `up` or `down` first"));
    }
    let snapshot = catalog::load(&mut session, &context.settings.schema, &[migration]).await?;
    let planning = plan::Context { again: true, ..context.planning(migration)? };
    let mut fresh = plan::build(migration, &stored.before(snapshot), &planning)?;
    exec::ask(&mut session, &context.settings, migration, &mut fresh).await?;
    exec::compile(&mut session, &context.settings, migration, &fresh).await?;
    let amendment = stored.amended(fresh, &planning.state_schema)?;
    let request = Request { kill: args.kill, ..Request::default() };
    let checksums = (record.checksum.as_str(), migration.checksum.as_str());
    let work = async |runner: &mut Runner<'_>| exec::amend(runner, id, &amendment, checksums).await;
    let of = Work { id, plan: Some(stored) };
    with_runner(Stage::Amend, of, session, &request, listener, context, work).await?;
    tell(Stage::Amend, std::slice::from_ref(id), context);
    Ok(())
}
