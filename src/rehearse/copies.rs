//! The throwaway server and its databases.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::Row;

use super::origin::Traits;
use super::restore::{Origin, restore};
use crate::db::{Interrupt, Session};
use crate::ephemeral::{Binaries, Cluster, ClusterOptions};
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::trace;

/// A server with the schema that a rehearsal begins with. It goes, and everything in it, when this is dropped or the
/// process ends, however it ends.
pub struct Copies {
    admin: Session,
    server: Cluster,
    traits: Traits,
    interrupt: Interrupt,
    /// What the server says of its version.
    pub version: String,
    /// What is not as it is in the database.
    pub told: Vec<String>,
    /// Objects that could not be created, since they need what was not copied: each with the reason.
    pub not_created: Vec<String>,
}

/// A relation's file: another one means that it was rewritten.
pub type Storage = BTreeMap<i64, (TableName, i64)>;

/// The database that has the schema and nothing else.
pub const SCHEMA: &str = "schema_only";
/// The same with rows.
pub const BEFORE: &str = "before";

impl Copies {
    /// Starts the server and creates the schema.
    ///
    /// # Errors
    /// Exit 2 where an extension is missing, or PostgreSQL refuses the file.
    pub async fn start(
        binaries: &Binaries,
        traits: Traits,
        schema: String,
        origin: Origin<'_>,
        interrupt: Interrupt,
    ) -> Result<Self> {
        let (programs, version) = (binaries.clone(), binaries.version.clone());
        let started =
            tokio::task::spawn_blocking(move || Cluster::start(&programs, &ClusterOptions::default()));
        let server = started.await.map_err(anyhow::Error::from)??;
        let mut admin = Session::connect(&server.url("postgres"), interrupt.clone()).await?;
        let told = traits.create(&mut admin, SCHEMA).await?;
        let mut copies = Self { admin, server, traits, interrupt, version, told, not_created: Vec::new() };
        let mut session = Session::connect(&copies.server.url(SCHEMA), copies.interrupt.clone()).await?;
        copies.not_created = restore(&mut session, schema, origin).await?;
        Ok(copies)
    }

    /// Where a database is, for the role that statements run as.
    pub fn url(&self, database: &str) -> String {
        self.server.url_as(&self.traits.role, database)
    }

    /// Connects as that role.
    pub async fn connect(&self, database: &str) -> Result<Session> {
        Session::connect(&self.url(database), self.interrupt.clone()).await
    }

    /// The server's roles, and what they may do.
    pub async fn roles(&self) -> Result<Vec<String>> {
        let sql = "SELECT r::text FROM pg_catalog.pg_roles r UNION ALL
                   SELECT roleid || ' ' || member FROM pg_catalog.pg_auth_members ORDER BY 1";
        let rows = self.connect(SCHEMA).await?.rows(sql).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    /// Makes a copy of a database, in the place of an earlier one.
    pub async fn create(&mut self, database: &str, template: &str) -> Result<()> {
        self.interrupt.check()?;
        self.admin.run(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await?;
        self.admin.run(&format!("CREATE DATABASE {database} TEMPLATE {template}")).await?;
        Ok(())
    }

    /// Makes rows up. Gives the tables for which that did not work.
    pub async fn fill(&self, database: &str) -> Result<Vec<TableName>> {
        trace::fill(&mut self.connect(database).await?).await
    }

    /// Materialized views are dumped without their rows.
    pub async fn refresh(&self, database: &str) -> Result<()> {
        let views = "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' ORDER BY c.oid";
        let mut session = self.connect(database).await?;
        for row in session.rows(views).await? {
            let view = TableName::new(row.try_get::<&str, _>(0)?, row.try_get::<&str, _>(1)?);
            // one that reads what the rows don't suit stays as it is
            let _ = session.run(&format!("REFRESH MATERIALIZED VIEW {view}")).await;
        }
        session.run("ANALYZE").await?;
        Ok(())
    }

    /// Fails where one of these tables has not been created.
    pub async fn has_all(&self, tables: &[TableName]) -> Result<()> {
        let mut session = self.connect(SCHEMA).await?;
        let there = storage(&mut session).await?;
        let missing: Vec<String> = tables
            .iter()
            .filter(|table| !there.values().any(|(name, _)| name == *table))
            .map(ToString::to_string)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::refused(format!("{} can't be copied", missing.join(", ")))
            .details(self.not_created.iter().cloned())
            .hint("give the schema as `--schema FILE`"))
    }
}

/// Every relation outside the system schemas.
pub async fn storage(session: &mut Session) -> Result<Storage> {
    let sql = "SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relfilenode::bigint
               FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind <> 'S'";
    let mut found = Storage::new();
    for row in session.rows(sql).await? {
        let name = TableName::new(row.try_get::<&str, _>(1)?, row.try_get::<&str, _>(2)?);
        found.insert(row.try_get(0)?, (name, row.try_get(3)?));
    }
    Ok(found)
}

/// What was rewritten between two moments, by its later name.
pub fn rewritten(before: &Storage, after: &Storage) -> Vec<TableName> {
    let other = |oid: &i64, file: i64| before.get(oid).is_some_and(|(_, was)| *was != file && *was != 0);
    after.iter().filter(|(oid, (_, file))| other(oid, *file)).map(|(_, (name, _))| name.clone()).collect()
}

/// The version of the server that a schema file was dumped from, where it says so.
pub fn dumped_from(text: &str) -> Option<u32> {
    let line =
        text.lines().take(50).find_map(|line| line.strip_prefix("-- Dumped from database version "))?;
    line.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The server programs of a major version; without one, the first that are found.
///
/// # Errors
/// Exit 2 where there are none.
pub async fn binaries(major: Option<u32>) -> Result<Binaries> {
    let found = tokio::task::spawn_blocking(move || match major {
        Some(major) => Binaries::of_major(major),
        None => Binaries::find(),
    });
    found.await.map_err(anyhow::Error::from)?.map_err(|error| {
        let which = major.map_or_else(String::new, |major| format!(" {major}"));
        let lines = format!("{error:#}");
        Error::usage(format!("this needs the server programs of PostgreSQL{which} on this machine"))
            .details(lines.lines().map(|line| line.trim().to_owned()))
            .hint(format!(
                "install PostgreSQL{which}, or say where it is: PG_BIN_DIR=/usr/lib/postgresql/{}/bin",
                major.unwrap_or(15)
            ))
    })
}

/// A schema file.
///
/// # Errors
/// Exit 2 where it can't be read.
pub fn read_schema(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::usage(format!("can't read schema `{}`: {error}", path.display())))
}
