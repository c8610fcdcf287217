//! `apply`: files as plain SQL, for a database that no release uses.

use super::context::Context;
use super::stage::named;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{self, Applied, Runner};
use crate::migration::Migration;
use crate::output::Progress;
use crate::state::{Phase, Record};

/// Run every pending migration as plain SQL, in order: for a database that no release uses
///
/// For a developer's machine, for CI, for a preview: a fresh checkout builds its database with one command. There are no
/// stages. Each file runs as it is written, in one transaction together with its record; a file that PostgreSQL takes in no
/// transaction (`CREATE INDEX CONCURRENTLY`, an enum value that is used at once) runs statement by statement, and the
/// next run goes on where this one stopped. YAML runs as the plain statements for its operations. Files count as
/// contracted then.
///
/// A database is in use when a release was ever recorded in it, or when another client had a transaction within the last
/// 60 s; `apply.ignore` of midflight.yaml lists applications to overlook.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: whatever the files say, at once. Locks: those of the plain statements, for as long as they take.
Exits with: 0 all are applied, 1 a statement failed (what came before it stays), 2 wrong file or name, 4 the database \
is in use, 12 another runner, 22 what has run has changed, 23 a migration is in flight, 30 no database.

Examples:
  createdb shop && midflight apply --database-url postgresql:///shop
  midflight apply 0001_init 0002_users
  midflight apply --no-old-release        nobody needs the old shape, whoever is connected")]
pub struct ApplyArgs {
    /// Migrations; without names, every one that is pending
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// No release needs the schema as it is: apply although the database is in use
    #[arg(long)]
    pub no_old_release: bool,
}

#[derive(serde::Serialize)]
struct Line<'m> {
    migration: &'m str,
    #[serde(flatten)]
    applied: Applied,
}

/// Applies what is pending.
///
/// # Errors
/// Exit 4 where the database is in use, 23 where a migration is in flight, 1 for a statement that fails.
pub async fn run(args: &ApplyArgs, context: &Context) -> Result<()> {
    let migrations = context.migrations()?;
    let chosen = named(&args.names, &migrations)?;
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    if let Some(record) = records.iter().find(|record| record.phase.in_flight() && !record.is_being_applied())
    {
        return Err(Error::refused(format!("migration `{}` is {}", record.id, record.phase)).hint(
            "contract it or roll it back first; a database with stages goes on with `midflight advance`",
        ));
    }
    let recorded = |migration: &Migration| records.iter().find(|record| record.id == migration.id);
    let pending: Vec<&Migration> = chosen
        .into_iter()
        .filter(|migration| recorded(migration).is_none_or(|record| record.phase != Phase::Contracted))
        .collect();
    if pending.is_empty() {
        return tell(&[], context);
    }
    if !args.no_old_release {
        refuse_in_use(&mut session, &records, context).await?;
    }
    let progress = Progress::new(context.printer);
    let mut runner = Runner::start(session, &context.settings, None, &progress).await?;
    let mut lines = Vec::new();
    for migration in pending {
        let applied = exec::apply(&mut runner, migration, recorded(migration)).await;
        match applied {
            Ok(applied) => {
                context.printer.say(&format!("applied {} ({})", migration.id, how(applied)));
                lines.push(Line { migration: &migration.id, applied });
            }
            Err(error) => {
                runner.stop(&migration.id, Some(&error)).await;
                return Err(error.resume("`midflight apply` goes on with this file"));
            }
        }
    }
    runner.stop("", None).await;
    tell(&lines, context)
}

fn how(applied: Applied) -> String {
    let noun = if applied.statements == 1 { "statement" } else { "statements" };
    let apart = if applied.in_one_transaction { "" } else { ", one after the other" };
    format!("{} {noun}{apart}", applied.statements)
}

fn tell(lines: &[Line<'_>], context: &Context) -> Result<()> {
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "applied": lines }));
    } else if lines.is_empty() {
        context.printer.say("apply: nothing to do");
    }
    Ok(())
}

/// Stages are for a database that a release uses.
async fn refuse_in_use(session: &mut Session, records: &[Record], context: &Context) -> Result<()> {
    let store = context.settings.store();
    let mut who = Vec::new();
    if store.exists(&mut session.conn).await? {
        let expanded = records.iter().find_map(|record| record.expand_release.clone());
        let release = store.any_release(&mut session.conn).await?.or(expanded);
        who.extend(release.map(|release| format!("release `{release}` is recorded in it")));
    }
    let clients = store.recent_clients(&mut session.conn, &context.settings.apply.ignore).await?;
    who.extend(clients.into_iter().map(|client| format!("at work within the last 60 s: {client}")));
    if who.is_empty() {
        return Ok(());
    }
    Err(Error::new(Kind::NotYet, "this database is in use").details(who).hint(
        "`midflight advance` changes it while releases work; where no release needs the schema as it is, \
               give --no-old-release, or list applications to overlook in `apply.ignore` of midflight.yaml",
    ))
}
