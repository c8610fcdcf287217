//! `plan`: what would happen.

use super::ahead::Ahead;
use super::context::Context;
use crate::db::Session;
use crate::error::Result;
use crate::migration::Migration;
use crate::output::{plan_human, plan_json};
use crate::plan::Plan;
use crate::rehearse::copies::{self, Copies};
use crate::rehearse::origin::Traits;
use crate::rehearse::restore::Origin;
use crate::state::{Phase, Stage};

/// Show every step of every stage: SQL, lock, whom it blocks, what undoes it
///
/// Reads the catalog, tries the statements on empty copies in a transaction that is rolled back, and writes nothing. Without names, plans every migration that has not been expanded.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Changes: nothing. Locks: the tables that a file names in ACCESS SHARE, for an instant; where your triggers would fire in a backfill, a \
few rows, one at a time, for as long as the triggers take.
Exits with: 0 planned, or nothing to plan; 2 wrong file or name, 23 refused (what stands in the way, and what to \
write), 30 no database.

Examples:
  midflight plan
  midflight plan 0007_split_name
  midflight plan --schema schema.sql              without a database
  midflight plan --format json | jq '.plans[].expand[].locks'")]
pub struct PlanArgs {
    /// Migrations to plan
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// Plan against this schema instead of a database: a file as `pg_dump --schema-only` writes it. Needs PostgreSQL's
    /// server programs on this machine
    #[arg(long, value_name = "FILE")]
    pub schema: Option<std::path::PathBuf>,
}

/// Plans and prints.
pub async fn run(args: &PlanArgs, context: &Context) -> Result<()> {
    let plans = plans(args, context).await?;
    if context.for_machines() {
        let plans: Vec<_> = plans.iter().map(plan_json).collect();
        context.printer.json(&serde_json::json!({ "schema_version": 1, "plans": plans }));
    } else if plans.is_empty() {
        context.printer.out("nothing to plan: every migration has been expanded");
    } else {
        let plans: Vec<String> = plans.iter().map(plan_human).collect();
        context.printer.out(&plans.join("\n"));
    }
    Ok(())
}

/// The plans of the migrations that the user named; without names, of every one that has not been expanded.
pub async fn plans(args: &PlanArgs, context: &Context) -> Result<Vec<Plan>> {
    let migrations = context.migrations()?;
    if let Some(file) = &args.schema {
        let (text, shown) = (copies::read_schema(file)?, file.display().to_string());
        let (binaries, interrupt) = (copies::binaries(None).await?, context.interrupt.clone());
        let copies =
            Copies::start(&binaries, Traits::unknown(), text, Origin::File(&shown), interrupt).await?;
        return plan_all(args, migrations, &mut copies.connect(copies::SCHEMA).await?, context).await;
    }
    plan_all(args, migrations, &mut context.connect().await?, context).await
}

async fn plan_all(
    args: &PlanArgs,
    migrations: Vec<Migration>,
    session: &mut Session,
    context: &Context,
) -> Result<Vec<Plan>> {
    let (migrations, records) = context.with_records(migrations, session).await?;
    let chosen = super::stage::named(&args.names, &migrations)?;
    let mut ahead = Ahead::new(records.iter(), Vec::new(), Stage::Backfill, context);
    let mut plans = Vec::new();
    for migration in chosen {
        let record = records.iter().find(|record| record.id == migration.id);
        let recorded = record.filter(|record| record.phase.in_flight() || record.phase == Phase::Contracted);
        match recorded {
            Some(record) if !args.names.is_empty() => plans.extend(record.plan.clone()),
            Some(_) => {}
            None => plans.push(ahead.plan(migration, session).await?),
        }
    }
    ahead.try_on_copies(session).await?;
    Ok(plans)
}
