//! `doctor`: what stands in the way of a migration on this database, and the cure.

mod checks;

use checks::{Check, Outcome};

use super::context::Context;
use crate::db::{Health, health};
use crate::error::{Error, Result};
use crate::state::Phase;

/// Look at the connection, the server and the role, and say what stands in the way of a migration
///
/// Version, privileges, poolers, standbys, publications, event triggers, sessions and settings that make changes wait or
/// fail, keys that run out of numbers, migrations that nobody has contracted: each with its cure. Reads catalogs and
/// statistics; what the role may not see is left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing. Locks: nothing.
Exits with: 0 nothing stands in the way (warnings may be there), 23 a migration would be refused or fail, 30 no database.

Examples:
  midflight doctor
  midflight doctor --format json | jq -r '.checks[] | select(.outcome != \"ok\") | .cure'")]
pub struct DoctorArgs {}

/// Migrations in flight for longer than this were forgotten.
const STALE: std::time::Duration = std::time::Duration::from_secs(14 * 24 * 3600);

/// Prints what was found.
pub async fn run(context: &Context) -> Result<()> {
    let mut session = context.connect().await?;
    let mut sibling = session.sibling().await?;
    session.notice_pooler(&mut sibling).await?;
    let settings = &context.settings;
    let store = settings.store();
    let found: Health = health(&mut session, settings.schema.as_str(), store.schema().as_str()).await?;
    let mut checks = checks::of_server(&found, session.pooled, settings);
    let records = context.records(&mut session).await?;
    let in_flight: Vec<&str> = records
        .iter()
        .filter(|record| record.phase.in_flight() && record.phase != Phase::Contracted)
        .map(|record| record.id.as_str())
        .collect();
    let stale = match in_flight.is_empty() {
        true => Default::default(),
        false => store.in_flight_longer(&mut session.conn, &in_flight, STALE).await?,
    };
    checks.push(checks::of_migrations(&in_flight, &stale));
    print(&checks, context);
    match checks.iter().filter(|check| check.outcome == Outcome::Problem).count() {
        0 => Ok(()),
        _ => Err(Error::refused("a migration would be refused or fail here").reported()),
    }
}

fn print(checks: &[Check], context: &Context) {
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "checks": checks }));
        return;
    }
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for check in checks {
        let mark = match check.outcome {
            Outcome::Ok => "ok",
            Outcome::Warning => "warning",
            Outcome::Problem => "problem",
        };
        context.printer.out(&format!("{mark:<8} {:<width$}  {}", check.name, check.message));
        if let Some(cure) = &check.cure {
            context.printer.out(&format!("{:8} {:<width$}  cure: {cure}", "", ""));
        }
    }
}
