//! `init`: the state schema.

use super::context::Context;
use crate::error::Result;

/// Create midflight's own tables, and list the privileges that it needs
///
/// Every command that writes creates them when they are missing; `init` is for those who want that done by another
/// role, or beforehand.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: creates the schema `midflight` (`state_schema`), or brings it up to date. Locks: midflight's own tables only.
Exits with: 0 it is there, 1 the role may not create it, 22 a newer midflight made it, 30 no database.

Examples:
  midflight init
  midflight init --database-url postgresql://owner@db.example:5432/shop")]
pub struct InitArgs {}

/// Creates the tables.
pub async fn run(_: &InitArgs, context: &Context) -> Result<()> {
    let mut session = context.connect().await?;
    let store = context.settings.store();
    store.init(&mut session.conn).await?;
    let schema = store.schema();
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "state_schema": schema }));
        return Ok(());
    }
    context.printer.out(&format!("schema {schema} is ready\n\nThe role that runs migrations needs no superuser. It has to\n{PRIVILEGES}"));
    Ok(())
}

const PRIVILEGES: &str = "- own the tables it changes, or be a member of the role that does
- have CREATE on the schemas of those tables
- have TEMPORARY on the database: expressions are tried in functions that last for a transaction
- have CREATE on the database, once, for the state schema; or own that schema
The application's roles need nothing: what they call is granted to PUBLIC.";
