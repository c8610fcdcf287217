//! Runs what a plan holds, and records it. Emits events; never prints.

mod amend;
mod apply;
mod backfill;
mod bad_rows;
mod blockers;
mod contract_conditions;
mod copies;
mod ddl;
mod drift;
mod event;
mod gates;
mod hot_standbys;
mod kept;
mod kill;
mod left;
mod on_copies;
mod others;
mod overrides;
mod partitions;
mod preflight;
mod questions;
mod recreated;
mod row_changes;
mod rows;
mod session_reads;
mod soak;
mod stages;
mod standbys;
mod throttle;
mod tries;
mod undo;
mod user_triggers;
mod verify;
mod versions;
mod whole_row;

pub use amend::amend;
pub use apply::{Applied, apply};
pub use copies::take_in;
pub use drift::{Compared, all_differences};
pub use event::{Event, Listener, Next};
pub use gates::{ask_command, ask_http};
pub use kept::{purge, undo};
pub use left::{LeftSql, kept_steps, to_be_tried};
pub use on_copies::try_on_copies;
pub use others::{overtaken, refuse_conflicts};
pub use overrides::{Condition, Overrides};
pub use preflight::{check as preflight, compile};
pub use questions::ask;
pub use soak::{Soak, SoakReport, soak, take_back};
pub use stages::{allowed, backfill, contract, expand, not_expanded, rollback, verify};
pub use throttle::Hold;
pub use undo::steps_to_undo;

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::config::{KillBlockers, Settings};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName};
use crate::plan::Plan;
use crate::state::{Fence, Lease, Store};
use hot_standbys::HotStandbys;
use throttle::{Brake, Work};

/// One run of a stage: a connection, the lease, and whoever listens.
pub struct Runner<'a> {
    /// The connection that does the work.
    pub session: Session,
    /// midflight's own tables.
    pub store: Store,
    /// The user's settings.
    pub settings: &'a Settings,
    /// Whoever wants to know how it goes.
    pub listener: &'a dyn Listener,
    /// The release that the command named.
    pub release: Option<String>,
    /// Which sessions in the way may be ended.
    pub kill_blockers: KillBlockers,
    /// What to do about own SQL that a rollback left.
    pub left_sql: Option<LeftSql>,
    /// Whether the command goes on with the next stage by itself.
    pub goes_on: bool,
    /// How long contract keeps what it would remove.
    pub keep: Duration,
    lease: Lease,
    /// Who reads elsewhere what midflight locks.
    hot_standbys: HotStandbys,
    /// What holds batches up, once a stage has batches.
    brake: Option<Brake>,
    /// What runs beside the work, and ends with it.
    beside: JoinSet<()>,
}

impl<'a> Runner<'a> {
    /// Creates the state where it is missing and takes the lease.
    ///
    /// # Errors
    /// Exit 12 when another runner has the lease.
    pub async fn start(
        session: Session,
        settings: &'a Settings,
        release: Option<String>,
        listener: &'a dyn Listener,
    ) -> Result<Self> {
        Self::start_on(&BTreeSet::new(), session, settings, release, listener).await
    }

    /// The same for work on the tables of other application schemas as well: their leases are taken with our own.
    ///
    /// # Errors
    /// Exit 12 when another runner has one of the leases.
    pub async fn start_on(
        schemas: &BTreeSet<String>,
        mut session: Session,
        settings: &'a Settings,
        release: Option<String>,
        listener: &'a dyn Listener,
    ) -> Result<Self> {
        let store = settings.store();
        let hot_standbys = HotStandbys::connect(settings, &mut session).await?;
        if let Some(fleet) = &settings.fleet {
            copies::take_in(&mut session, &store, fleet).await?;
        }
        store.init(&mut session.conn).await?;
        let lease = Lease::acquire(&mut session, &store, schemas).await?;
        if let Some(told) = store.mend_grants(&mut session.conn).await?.told() {
            listener.event(&Event::Note(told));
        }
        if let Some(fleet) = &settings.fleet {
            store.join(&mut session.conn, fleet).await?;
        }
        if let Some(release) = &release {
            store.arrive(&mut session.conn, release).await?;
        }
        let (kill_blockers, beside) = (settings.lock.kill_blockers, JoinSet::new());
        Ok(Self {
            session,
            store,
            settings,
            listener,
            release,
            kill_blockers,
            left_sql: None,
            goes_on: false,
            keep: settings.contract.keep.0,
            lease,
            hot_standbys,
            brake: None,
            beside,
        })
    }

    /// Notes what stopped the work, if anything did, gives the lease back, and the connection to the caller.
    pub async fn stop(mut self, migration: &str, failure: Option<&Error>) -> Session {
        if let Some(error) = failure {
            self.session.rollback().await;
            // Being told to wait is no failure, and who lost the lease has nothing more to say.
            if !matches!(error.kind, Kind::NotYet | Kind::LeaseLost) {
                let release = self.release.as_deref();
                let _ = self.store.stopped(&mut self.session.conn, migration, release, error).await;
            }
        }
        self.lease.release().await;
        self.session
    }

    fn fence(&self) -> Fence {
        self.lease.fence().clone()
    }

    /// Starts to watch the database and the gates for reasons to hold this migration's batches up.
    ///
    /// # Errors
    /// Exit 2 for a limit that the role may not watch.
    async fn watch(&mut self, migration: &str, plan: &Plan) -> Result<()> {
        let mut tables: Vec<&TableName> = plan.backfill.iter().map(|work| &work.table).collect();
        tables.extend(plan.row_batches().map(|work| &work.table));
        if tables.is_empty() {
            return Ok(());
        }
        let fence = self.fence();
        let brake = Brake::start(
            &mut self.beside,
            &self.session,
            self.settings,
            (&self.store, &fence),
            (migration, &tables),
            self.listener,
        );
        self.brake = Some(brake.await?);
        Ok(())
    }

    /// To be called between two batches, outside transactions: waits while there is a reason to.
    async fn breathe(&mut self, work: Work<'_>) -> Result<()> {
        match &mut self.brake {
            Some(brake) => brake.breathe(work, &mut self.session, self.listener).await,
            None => self.session.interrupt().check(),
        }
    }

    fn emit(&self, event: &Event<'_>) {
        self.listener.event(event);
    }

    /// Unqualified names in expressions mean the configured schema first, then `public`.
    fn search_path(&self) -> String {
        search_path(self.settings)
    }
}

fn search_path(settings: &Settings) -> String {
    let schema = Ident::new(settings.schema.as_str());
    if settings.schema == "public" { schema.to_string() } else { format!("{schema}, public") }
}
