//! `baseline`: adopt an existing database.

use super::context::Context;
use crate::error::{Error, Result};
use crate::migration::Migration;
use crate::state::Phase;

/// Mark migrations as done that another tool applied before
///
/// Writes to midflight's own tables only. Without names every migration that is not recorded yet is marked; with
/// `--through`, those up to and including one. A migration that is in flight is refused (exit 23).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: midflight's own tables. Locks: nothing else.
Exits with: 0 marked, or recorded already; 2 wrong name, 23 a migration is in flight, 30 no database.

Examples:
  midflight baseline --through 0041_orders
  midflight baseline 0001_init 0002_users")]
pub struct BaselineArgs {
    /// Migrations that are applied already
    #[arg(value_name = "MIGRATION", conflicts_with = "through")]
    pub names: Vec<String>,
    /// The last migration that is applied already
    #[arg(long, value_name = "MIGRATION")]
    pub through: Option<String>,
}

/// Marks the migrations.
///
/// # Errors
/// Exit 23 for a migration that is in flight.
pub async fn run(args: &BaselineArgs, context: &Context) -> Result<()> {
    let migrations = context.migrations()?;
    chosen(args, &migrations)?;
    let mut session = context.connect().await?;
    let store = context.settings.store();
    store.init(&mut session.conn).await?;
    let (migrations, records) = context.with_records(migrations, &mut session).await?;
    let chosen = chosen(args, &migrations)?;
    let mut adopted = Vec::new();
    for migration in chosen {
        match records.iter().find(|record| record.id == migration.id).map(|record| record.phase) {
            Some(phase) if phase.in_flight() => {
                return Err(Error::refused(format!("migration `{}` is {phase}", migration.id))
                    .hint("contract it, or roll it back"));
            }
            Some(Phase::Contracted) => {}
            _ => {
                adopted.push((migration.id.as_str(), migration.checksum.as_str()));
            }
        }
    }
    if !adopted.is_empty() {
        store.adopt(&mut session.conn, &adopted).await?;
    }
    let marked: Vec<&str> = adopted.iter().map(|(id, _)| *id).collect();
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "marked": marked }));
    } else if marked.is_empty() {
        context.printer.out("nothing to mark: every one of these is recorded already");
    } else {
        context.printer.out(&format!("marked as done: {}", marked.join(", ")));
    }
    Ok(())
}

fn chosen<'m>(args: &BaselineArgs, migrations: &'m [Migration]) -> Result<Vec<&'m Migration>> {
    let Some(last) = &args.through else { return super::stage::named(&args.names, migrations) };
    super::stage::named(std::slice::from_ref(last), migrations)?;
    let count = migrations.iter().position(|migration| migration.id == *last).map_or(0, |at| at + 1);
    Ok(migrations.iter().take(count).collect())
}
