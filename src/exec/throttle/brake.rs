//! What happens between two batches: stop when there is a reason to, say why, go on when it is gone.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::sources::{self, Gates, Signals};
use super::watch::{Held, Watch};
use crate::config::{BackfillSettings, Settings, ThrottleSettings};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::exec::{Event, Listener};
use crate::ident::TableName;
use crate::state::{Audit, Control, Fence, Store};

/// How often a worker looks for `pause` and `resume`, and how often one that waits looks whether it may go on.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often a worker that waits shows that it is alive, and that the lease is still its own.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// The work that is held up.
#[derive(Clone, Copy)]
pub(in crate::exec) struct Work<'w> {
    /// `backfill` or `verify`.
    pub doing: &'static str,
    /// The table.
    pub table: &'w TableName,
    /// Which of the plan's conversions.
    pub ordinal: i32,
    /// Set once another worker failed: then there is nothing to wait for.
    pub stop: Option<&'w AtomicBool>,
}

/// Why work waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// Somebody said so.
    Paused {
        /// Who, and since when.
        by: String,
    },
    /// The database, or a gate, says so.
    Throttled(Vec<Held>),
}

impl Hold {
    /// What it waits for, without figures: `pause`, keys of `throttle`, `gate NAME`, `unknown`.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Paused { .. } => vec!["pause"],
            Self::Throttled(reasons) => reasons.iter().map(|held| held.name.as_str()).collect(),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paused { by } => write!(f, "paused by {by}"),
            Self::Throttled(reasons) => {
                let reasons: Vec<&str> = reasons.iter().map(|held| held.why.as_str()).collect();
                f.write_str(&reasons.join("; "))
            }
        }
    }
}

/// One worker's view of the reasons to wait. Workers side by side have a clone each.
#[derive(Clone)]
pub(in crate::exec) struct Brake {
    migration: String,
    store: Store,
    fence: Fence,
    settings: BackfillSettings,
    throttle: ThrottleSettings,
    /// Tells those who watch the database which limits hold.
    limits: Arc<watch::Sender<ThrottleSettings>>,
    watches: Vec<Watch>,
    control: Control,
    looked_at: Option<Instant>,
    /// The newest entry of the audit when the work began.
    begun_after: i64,
    /// When one of the workers last told why they wait; none while they don't. What one tells the others need not.
    told_at: Arc<Mutex<Option<Instant>>>,
}

impl Brake {
    /// Starts watching, in tasks that end with `tasks`. The first answers are there when this returns.
    ///
    /// # Errors
    /// Exit 2 for a limit that was asked for and that the role may not watch.
    pub async fn start(
        tasks: &mut JoinSet<()>,
        session: &Session,
        settings: &Settings,
        (store, fence): (&Store, &Fence),
        (migration, tables): (&str, &[&TableName]),
        listener: &dyn Listener,
    ) -> Result<Self> {
        let mut own = session.sibling().await?;
        let sees_all = sources::open(&mut own).await?;
        own.rollback().await;
        let begun_after = store.newest_entry(&mut own.conn).await?;
        let control = store.control(&mut own, migration).await?;
        let now = settings.throttle.with(&control.pace.limits);
        let wanted = super::signals(&now, tables);
        let signals = if sees_all { wanted } else { sources::without_stats(wanted, listener)? };
        let (limits, told) = watch::channel(now);
        let tables = tables.iter().map(|&table| table.clone()).collect();
        let mut watches = vec![Watch::start(tasks, own, Signals { signals, tables, limits: told })];
        if !settings.gates.is_empty() {
            watches.push(Watch::start(tasks, session.sibling().await?, Gates(settings.gates.clone())));
        }
        for watch in &mut watches {
            watch.first().await;
        }
        Ok(Self {
            migration: migration.to_owned(),
            store: store.clone(),
            fence: fence.clone(),
            settings: settings.backfill.clone(),
            throttle: settings.throttle.clone(),
            limits: Arc::new(limits),
            watches,
            control,
            looked_at: None,
            begun_after,
            told_at: Arc::default(),
        })
    }

    /// How large and how fast batches are to be, as last heard.
    pub fn pace(&self) -> BackfillSettings {
        let settings = self.settings.at(&self.control.pace);
        if self.watches.iter().any(Watch::other_activity) { settings.beside_others() } else { settings }
    }

    /// Waits while there is a reason to. `session` must not be in a transaction.
    ///
    /// # Errors
    /// Exit 11 after `backfill.max_throttle`, exit 13 when the lease was lost meanwhile, exit 130.
    pub async fn breathe(
        &mut self,
        work: Work<'_>,
        session: &mut Session,
        listener: &dyn Listener,
    ) -> Result<()> {
        let mut interrupt = session.interrupt();
        interrupt.check()?;
        if let Some(hold) = self.hold(work, session, listener).await? {
            self.wait(work, hold, session, listener).await?;
        }
        let pause = self.pace().pause.0;
        if pause.is_zero() { Ok(()) } else { interrupt.sleep(pause).await }
    }

    /// The reason to wait, if there is one.
    async fn hold(
        &mut self,
        work: Work<'_>,
        session: &mut Session,
        listener: &dyn Listener,
    ) -> Result<Option<Hold>> {
        for (signal, pressure) in self.watches.iter_mut().flat_map(Watch::fresh_pressures) {
            listener.event(&Event::Sampled { signal: &signal, pressure });
        }
        if self.looked_at.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
            self.make_way(session).await?;
            self.control = self.store.control(session, &self.migration).await?;
            self.looked_at = Some(Instant::now());
            self.tell_limits();
        }
        if let Some(by) = &self.control.paused {
            return Ok(Some(Hold::Paused { by: by.clone() }));
        }
        let only_reads = work.doing == "verify";
        let held: Vec<Held> = self.watches.iter().flat_map(|watch| watch.held(only_reads)).collect();
        Ok((!held.is_empty()).then_some(Hold::Throttled(held)))
    }

    fn tell_limits(&self) {
        let wanted = self.throttle.with(&self.control.pace.limits);
        self.limits.send_if_modified(|now| {
            let changed = *now != wanted;
            *now = wanted;
            changed
        });
    }

    /// Ends the work when a migration is to be rolled back: only the holder of the lease can do that.
    async fn make_way(&self, session: &mut Session) -> Result<()> {
        match self.store.asked_to_make_way(&mut session.conn, self.begun_after).await? {
            Some(id) => Err(Error::new(Kind::LeaseLost, format!("stopped to make way: migration `{id}` is rolled back"))
                .hint("what was committed stays; if this was another migration, the same command goes on once that is done")),
            None => Ok(()),
        }
    }

    async fn wait(
        &mut self,
        work: Work<'_>,
        mut hold: Hold,
        session: &mut Session,
        listener: &dyn Listener,
    ) -> Result<()> {
        let begun = Instant::now();
        let mut throttled_since = None;
        loop {
            if let Some(waited) = self.due_to_tell() {
                self.tell(work, Some(&hold), session).await?;
                listener.event(&Event::Held { doing: work.doing, table: work.table, hold: &hold, waited });
            }
            match hold {
                Hold::Paused { .. } => throttled_since = None,
                Hold::Throttled(_) => {
                    let since = *throttled_since.get_or_insert_with(Instant::now);
                    self.give_up(since, &hold)?;
                }
            }
            session.interrupt().sleep(LOOK_EVERY).await?;
            if work.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Ok(());
            }
            match self.hold(work, session, listener).await? {
                Some(still) => hold = still,
                None => break,
            }
        }
        if self.told_at().take().is_some() {
            self.tell(work, None, session).await?;
            self.record(&hold, begun.elapsed(), session).await?;
            let waited = begun.elapsed();
            listener.event(&Event::Released { waited });
        }
        Ok(())
    }

    /// How long it is since the reason was last told, if it is time to tell it again.
    fn due_to_tell(&self) -> Option<Duration> {
        let mut told_at = self.told_at();
        let waited = told_at.map_or(Duration::ZERO, |at| at.elapsed());
        if told_at.is_some() && waited < SIGN_OF_LIFE {
            return None;
        }
        *told_at = Some(Instant::now());
        Some(waited)
    }

    fn told_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.told_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_up(&self, since: Instant, hold: &Hold) -> Result<()> {
        let most = self.settings.max_throttle;
        if since.elapsed() < most.0 {
            return Ok(());
        }
        Err(Error::new(Kind::Throttled, format!("throttled for {most}: {hold}")).hint(
            "see to the reason, or set its limit under `throttle`; `backfill.max_throttle` bounds the wait",
        ))
    }

    /// Shows other machines why nothing moves, and makes sure that nobody took over meanwhile.
    async fn tell(&self, work: Work<'_>, hold: Option<&Hold>, session: &mut Session) -> Result<()> {
        session.begin(Duration::from_millis(500), "pg_catalog").await?;
        let told = async {
            let reason = hold.map(ToString::to_string);
            let conn = &mut session.conn;
            self.store.hold(conn, &self.migration, work.ordinal, reason.as_deref()).await?;
            self.fence.check(conn).await
        };
        if let Err(error) = told.await {
            session.rollback().await;
            return Err(error);
        }
        Ok(session.commit().await?)
    }

    async fn record(&self, hold: &Hold, waited: Duration, session: &mut Session) -> Result<()> {
        let what = match hold {
            Hold::Paused { .. } => "waited while paused",
            Hold::Throttled(_) => "throttled",
        };
        let detail = serde_json::json!({ "reason": hold.to_string(), "seconds": waited.as_secs() });
        let entry = Audit { migration: Some(&self.migration), what, detail, ..Audit::default() };
        self.store.audit(&mut session.conn, &entry).await
    }
}
