//! What every command starts from.

use super::{hints, repeatable};
use crate::config::Settings;
use crate::db::{Interrupt, Session, catalog};
use crate::error::{Error, Kind, Result};
use crate::exec;
use crate::migration::{self, Migration};
use crate::output::{Format, Printer};
use crate::plan::{self, Plan};
use crate::state::{Phase, Record};

/// Settings, output and the switch that interrupts.
#[derive(Clone)]
pub struct Context {
    /// Flags, environment and file, resolved.
    pub settings: Settings,
    /// Where output goes.
    pub printer: Printer,
    /// Fires on Ctrl-C and SIGTERM.
    pub interrupt: Interrupt,
}

impl Context {
    /// Connects to the configured database.
    pub async fn connect(&self) -> Result<Session> {
        Session::connect(self.settings.database_url()?, self.interrupt.clone()).await
    }

    /// Reads the configured migrations.
    pub fn migrations(&self) -> Result<Vec<Migration>> {
        let found = migration::folder(&self.settings.migrations)?;
        if found.is_empty() {
            return Err(Error::usage(format!("no migrations in `{}`", self.settings.migrations))
                .hint("give the folder with --migrations, or `migrations:` in midflight.yaml"));
        }
        Ok(found)
    }

    /// The files by the names under which they are recorded, and what is recorded.
    pub async fn with_records(
        &self,
        mut migrations: Vec<Migration>,
        session: &mut Session,
    ) -> Result<(Vec<Migration>, Vec<Record>)> {
        let records = self.records(session).await?;
        repeatable::name(&mut migrations, &records);
        Ok((migrations, records))
    }

    /// What is recorded; nothing where midflight was never used.
    pub async fn records(&self, session: &mut Session) -> Result<Vec<Record>> {
        let store = self.settings.store();
        if !store.exists(&mut session.conn).await? {
            return Ok(Vec::new());
        }
        store.records(&mut session.conn).await
    }

    /// The migrations in flight that a plan may meet: those of the configured schema, and of others that share tables.
    pub async fn in_flight(&self, session: &mut Session, plan: &Plan) -> Result<Vec<Record>> {
        let store = self.settings.store();
        if !store.exists(&mut session.conn).await? {
            return Ok(Vec::new());
        }
        let phases = Phase::ALL.into_iter().filter(|phase| phase.in_flight());
        store.related(&mut session.conn, phases, &plan.schemas()).await
    }

    /// What planning needs besides operations and catalog.
    pub fn planning(&self, migration: &Migration) -> Result<plan::Context> {
        let each = self.settings.version_schemas;
        let releases = if each || migration.version_schema {
            let order =
                migration::folder(&self.settings.migrations)?.into_iter().map(|known| known.id).collect();
            Some(plan::Releases { order, each })
        } else {
            None
        };
        Ok(plan::Context { state_schema: self.settings.store().schema().clone(), releases, again: false })
    }

    /// Plans a migration against the database as it is now.
    pub async fn plan(&self, session: &mut Session, migration: &Migration) -> Result<Plan> {
        let snapshot = catalog::load(session, &self.settings.schema, &[migration]).await?;
        let context = self.planning(migration)?;
        match plan::build(migration, &snapshot, &context) {
            Err(error) if matches!(error.kind, Kind::Usage | Kind::Refused) => {
                Err(hints::add(error, migration, session, self).await)
            }
            Ok(mut plan) => {
                exec::ask(session, &self.settings, migration, &mut plan).await?;
                if !self.settings.contract.keep.0.is_zero() {
                    plan.tell_of_keeping();
                }
                Ok(plan)
            }
            outcome => outcome,
        }
    }

    /// Prints a result.
    pub fn print(&self, text: Result<String>) -> Result<()> {
        self.printer.out(&text?);
        Ok(())
    }

    /// Whether output goes to a program.
    pub fn for_machines(&self) -> bool {
        self.printer.format == Format::Json
    }
}

/// A file that no longer says what was expanded.
pub fn refuse_drift(migration: &Migration, record: &Record) -> Result<()> {
    if migration.checksum == record.checksum || !record.phase.in_flight() {
        return Ok(());
    }
    Err(Error::new(Kind::Drift, format!("`{}` has changed since it was expanded", migration.source.path)).hint(
        "put the file back as it was (comments and white space don't matter), or roll back before you change it; where it has \
         another `USING`, `reverse`, `up` or `down` and nothing else, `midflight amend` takes it over; `git log -p` on the file \
         shows what changed",
    ))
}
