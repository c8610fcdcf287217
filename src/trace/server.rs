//! The throwaway server of a trace, and its databases: one that follows history, and a copy for each traced file.

use std::collections::BTreeSet;

use sqlx::Row;

use super::history::{Missing, replay};
use super::snapshot::Oid;
use super::statements::{self, Manner, Statement};
use super::worker::Worker;
use super::{FileTrace, Gap, Rows, StatementTrace, TraceOptions, TraceReport, batch, file, fill, stages};
use crate::db::Session;
use crate::ephemeral::{Binaries, Cluster, ClusterOptions};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::lint::{Created, Transaction};
use crate::migration::Migration;

/// A file, and what to do with it.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    /// Run, so that later files find what it made.
    Replayed(&'a Migration),
    /// Run and observed.
    Traced(&'a Migration),
}

/// A throwaway server; gone when this is dropped. It takes one run after the other.
pub struct Tracer {
    admin: Session,
    server: Cluster,
    version: String,
    options: TraceOptions,
}

/// One run of a file.
struct Attempt {
    statements: Vec<StatementTrace>,
    /// Tables without rows.
    empty: Vec<TableName>,
}

/// The database that follows history.
const HISTORY: &str = "history";
/// The copy in which a file is traced.
const TRACED: &str = "traced";

impl Tracer {
    /// Starts a server.
    ///
    /// # Errors
    /// Where no server programs are found, or when the server does not start.
    pub async fn start(options: TraceOptions) -> Result<Self> {
        let started = tokio::task::spawn_blocking(|| {
            let binaries = Binaries::find()?;
            let server = Cluster::start(&binaries, &ClusterOptions::default())?;
            Ok::<_, anyhow::Error>((server, binaries.version))
        });
        let (server, version) = started.await.map_err(anyhow::Error::from)??;
        let admin = Session::connect(&server.url("postgres"), options.interrupt.clone()).await?;
        Ok(Self { admin, server, version, options })
    }

    /// Runs files in order, from an empty database.
    ///
    /// # Errors
    /// When the server fails, and when the user interrupts.
    pub async fn trace(&mut self, parts: &[Part<'_>]) -> Result<TraceReport> {
        let roles = self.roles().await?;
        self.create(HISTORY, "template0").await?;
        let report = self.parts(parts).await;
        self.drop_database(HISTORY).await?;
        self.drop_roles_but(&roles).await?;
        report
    }

    /// With other options from here on.
    pub fn set_options(&mut self, options: TraceOptions) {
        self.options = options;
    }

    async fn parts(&mut self, parts: &[Part<'_>]) -> Result<TraceReport> {
        let mut report = TraceReport {
            server: self.version.clone(),
            replayed: 0,
            gaps: Vec::new(),
            made: Vec::new(),
            files: Vec::new(),
        };
        let mut old = None;
        for part in parts {
            let (migration, traced) = match *part {
                Part::Replayed(migration) => (migration, false),
                Part::Traced(migration) => (migration, true),
            };
            if traced {
                let here = match (&old, self.options.created) {
                    (Some(old), Created::InRun) => BTreeSet::clone(old),
                    _ => self.relations().await?,
                };
                report.files.push(self.file(migration, &here, &mut report.made).await?);
                old = Some(here);
            }
            let gap = self.replay(migration, &mut report.made).await?;
            if !traced {
                report.replayed += 1;
                report.gaps.extend(gap);
            }
        }
        Ok(report)
    }

    async fn replay(&mut self, migration: &Migration, made: &mut Vec<String>) -> Result<Option<Gap>> {
        let url = self.server.url(HISTORY);
        if !migration.is_sql() {
            return stages::carry_out(&url, migration, &self.options).await;
        }
        let mut worker = Worker::connect(&url, &self.options).await?;
        replay(&mut worker, migration, made).await
    }

    /// Traces a file in a copy of the database, and again where something that it takes for granted is missing. Where
    /// made-up rows are in its way, it is traced without them from there on.
    async fn file(
        &mut self,
        migration: &Migration,
        old: &BTreeSet<Oid>,
        made: &mut Vec<String>,
    ) -> Result<FileTrace> {
        let path = migration.source.path.clone();
        let statements = statements::of(migration);
        let mut attempt = self.attempt_with_all(&statements, old, true, made).await?;
        let blamed = attempt
            .statements
            .iter()
            .enumerate()
            .find_map(|(at, it)| Some((at, it.error().filter(|error| error.blames_rows())?.clone())));
        let Some((at, error)) = blamed else {
            let rows = Rows::MadeUp { empty: attempt.empty };
            return Ok(FileTrace { path, rows, statements: attempt.statements });
        };
        let without = self.attempt_with_all(&statements, old, false, made).await?;
        attempt.statements.truncate(at);
        attempt.statements.extend(without.statements.into_iter().skip(at));
        let rows = Rows::MadeUpBefore { statement: at, error, empty: attempt.empty };
        Ok(FileTrace { path, rows, statements: attempt.statements })
    }

    /// Makes what turns out to be missing, and starts over.
    async fn attempt_with_all(
        &mut self,
        statements: &[Statement<'_>],
        old: &BTreeSet<Oid>,
        rows: bool,
        made: &mut Vec<String>,
    ) -> Result<Attempt> {
        loop {
            let roles = self.roles().await?;
            self.create(TRACED, HISTORY).await?;
            let attempt = self.attempt(statements, old, rows).await;
            self.drop_database(TRACED).await?;
            self.drop_roles_but(&roles).await?;
            let attempt = attempt?;
            let missing = attempt.statements.iter().find_map(|it| Missing::of(it.error()?));
            let Some(missing) = missing.filter(|it| !made.contains(&it.to_string())) else {
                return Ok(attempt);
            };
            let interrupt = self.options.interrupt.clone();
            missing.make(&mut Session::connect(&self.server.url(HISTORY), interrupt).await?).await?;
            made.push(missing.to_string());
        }
    }

    async fn attempt(
        &self,
        statements: &[Statement<'_>],
        old: &BTreeSet<Oid>,
        rows: bool,
    ) -> Result<Attempt> {
        let old = &mut old.clone();
        let url = self.server.url(TRACED);
        let mut empty = Vec::new();
        if rows {
            empty = fill::fill(&mut Session::connect(&url, self.options.interrupt.clone()).await?).await?;
        }
        let mut worker = Worker::connect(&url, &self.options).await?;
        let sent =
            statements.iter().filter(|statement| !matches!(statement.manner, Manner::Never(_))).count();
        let statements = match self.options.transaction {
            // one statement is no batch
            Transaction::Batch if sent > 1 => batch::run(&mut worker, statements, old).await?,
            Transaction::Batch | Transaction::Statement => {
                file::run(&mut worker, statements, false, old).await?
            }
            Transaction::File => file::run(&mut worker, statements, true, old).await?,
        };
        Ok(Attempt { statements, empty })
    }

    /// What there is before a file.
    async fn relations(&self) -> Result<BTreeSet<Oid>> {
        let mut worker = Worker::connect(&self.server.url(HISTORY), &self.options).await?;
        Ok(worker.snapshot().await?.relations.into_keys().collect())
    }

    async fn create(&mut self, name: &str, template: &str) -> Result<()> {
        let schema = &self.options.schema;
        self.admin.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        if schema.as_str() != "public" {
            self.admin.run(&format!("ALTER DATABASE {name} SET search_path = {schema}, public")).await?;
        }
        Ok(())
    }

    async fn drop_database(&mut self, name: &str) -> Result<()> {
        self.admin.run(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        Ok(())
    }

    async fn roles(&mut self) -> Result<BTreeSet<String>> {
        let rows = self.admin.rows("SELECT rolname FROM pg_catalog.pg_roles").await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }

    /// Roles belong to the whole server, and a file that is run again makes its own again.
    async fn drop_roles_but(&mut self, kept: &BTreeSet<String>) -> Result<()> {
        for role in self.roles().await?.difference(kept) {
            self.admin.run(&format!("DROP ROLE {}", Ident::new(role.as_str()))).await?;
        }
        Ok(())
    }
}
