//! A database made from a schema file, for planning without one.

use std::path::Path;

use super::context::Context;
use crate::db::{Session, explain};
use crate::ephemeral::{Binaries, Cluster, ClusterOptions};
use crate::error::{Error, Result};
use crate::ident::Ident;

/// Roles that a schema may name before it can't be helped.
const MOST_ROLES: usize = 100;

/// A throwaway server that holds the schema; gone when this is dropped.
pub struct SchemaDatabase {
    /// A connection to the database.
    pub session: Session,
    _server: Cluster,
}

/// Loads a schema file, such as `pg_dump --schema-only` writes, into a throwaway server. Roles that it names are made.
///
/// # Errors
/// Exit 2 for a file that can't be read or that PostgreSQL refuses, with the server's words; exit 1 where no server
/// programs are found.
pub async fn load(path: &Path, context: &Context) -> Result<SchemaDatabase> {
    let unreadable =
        |error: std::io::Error| Error::usage(format!("can't read schema `{}`: {error}", path.display()));
    let sql = without_meta_commands(&std::fs::read_to_string(path).map_err(unreadable)?);
    let started =
        tokio::task::spawn_blocking(|| Cluster::start(&Binaries::find()?, &ClusterOptions::default()));
    let server = started.await.map_err(anyhow::Error::from)??;
    let mut admin = Session::connect(&server.url("postgres"), context.interrupt.clone()).await?;
    for attempt in 0..MOST_ROLES {
        let name = format!("schema_{attempt}");
        admin.run(&format!("CREATE DATABASE {name}")).await?;
        let mut session = Session::connect(&server.url(&name), context.interrupt.clone()).await?;
        match session.run(&sql).await {
            Ok(_) => {
                session.run("RESET ALL").await?;
                return Ok(SchemaDatabase { session, _server: server });
            }
            Err(error) => match missing_role(&error) {
                Some(role) => {
                    admin.run(&format!("CREATE ROLE {}", Ident::new(role))).await?;
                }
                None => {
                    let message =
                        format!("PostgreSQL refuses schema `{}`: {}", path.display(), explain(&error));
                    return Err(Error::usage(message));
                }
            },
        }
    }
    Err(Error::usage(format!("schema `{}` names more than {MOST_ROLES} roles", path.display())))
}

/// The role whose absence made a statement fail.
fn missing_role(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error().filter(|error| error.code().is_some_and(|code| code == "42704"))?;
    let name = error.message().strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    Some(name.to_owned())
}

/// pg_dump writes a few commands for psql.
fn without_meta_commands(text: &str) -> String {
    let blank = |line: &str| if line.starts_with('\\') { String::new() } else { line.to_owned() };
    text.lines().map(|line| blank(line) + "\n").collect()
}
