//! `init`: the state schema.

use super::context::Context;
use crate::error::{Error, Result};

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
  midflight init --database-url postgresql://owner@db.example:5432/shop
  midflight init --leave-fleet --because 'sold with its customer'
  midflight init --accept-database --because 'a staging copy of last night'")]
pub struct InitArgs {
    /// Take this database for the one whose state is recorded: a dump that was restored, or a cluster that was upgraded,
    /// while migrations were in flight. Written into the audit
    #[arg(long, requires = "because")]
    pub accept_database: bool,
    /// Let this target, with `MIDFLIGHT_SCHEMA` or `schema` as the fleet had it, be nobody's but its own again: `contract`
    /// works here as for any database. Take it out of fleet.yaml first. Written into the audit
    #[arg(long, requires = "because")]
    pub leave_fleet: bool,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub because: Option<String>,
}

/// Creates the tables.
pub async fn run(args: &InitArgs, context: &Context) -> Result<()> {
    let mut session = context.connect().await?;
    let store = context.settings.store();
    let because = args.because.as_deref();
    match because {
        Some(because) if because.trim().is_empty() => {
            return Err(
                Error::usage("`--because` is empty").hint("say why, for those who read the audit later")
            );
        }
        Some(_) if !args.accept_database && !args.leave_fleet => {
            return Err(Error::usage("`--because` is given without a thing to say it about")
                .hint("it belongs to `--accept-database` or `--leave-fleet`"));
        }
        _ => {}
    }
    if let Some(because) = because.filter(|_| args.accept_database) {
        store.create(&mut session.conn).await?;
        store.accept_database(&mut session.conn, because).await?;
    }
    store.init(&mut session.conn).await?;
    if let Some(because) = because.filter(|_| args.leave_fleet) {
        match store.leave_fleet(&mut session.conn, because).await? {
            Some(member) => context.printer.say(&format!("left the fleet `{}`", member.fleet)),
            None => context.printer.say("no fleet works here"),
        }
    }
    store.mend_grants(&mut session.conn).await?.complete()?;
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
