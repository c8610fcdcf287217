//! The applications: clients of either release, each on a thread and a connection of its own, so that nothing but the
//! database makes them wait.
//!
//! A client sends by the clock. A statement's latency counts from when it was due, not from when the client came to
//! send it: the statements that queue up behind a stall count with the whole time they waited.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::ledger::Ledger;
use super::release::Release;
use super::stats::{Latencies, Period};
use super::{reader, writer};
use crate::db::explain;
use crate::error::Result;

/// Between two statements of a client that are due.
const INTERVAL: Duration = Duration::from_millis(10);

/// What all clients share.
pub struct Shared {
    /// The database.
    pub url: String,
    /// What was written.
    ledger: Mutex<Ledger>,
    /// The part of the demo that is on.
    period: AtomicUsize,
    /// The column is a bigint now: the new release writes amounts that need one.
    pub wide: AtomicBool,
    /// The new release's flag has said that `customer_name` may be read.
    pub flag_seen: AtomicBool,
}

impl Shared {
    /// For a database with so many orders.
    pub fn new(url: String, rows: i64) -> Self {
        Self {
            url,
            ledger: Mutex::new(Ledger::new(rows)),
            period: AtomicUsize::new(0),
            wide: AtomicBool::new(false),
            flag_seen: AtomicBool::new(false),
        }
    }

    /// What was written.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on statements count for this period.
    pub fn enter(&self, period: Period) {
        self.period.store(period as usize, Ordering::Relaxed);
    }
}

/// What a client does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// INSERT, UPDATE, upsert.
    Writer,
    /// SELECT by key, by range, by index.
    Reader,
}

/// What a client counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// Of every period, in order.
    pub latencies: [Latencies; Period::ALL.len()],
    /// Statements that failed, or that changed another number of rows than one.
    pub failures: usize,
    /// The first of them.
    pub first_failure: Option<String>,
    /// Rows that were read and compared with the ledger.
    pub compared: usize,
    /// Rows that differed.
    pub different: usize,
    /// The first of them.
    pub first_difference: Option<String>,
}

impl Tally {
    /// Counts a row that isn't what it must be.
    pub fn differs(&mut self, what: String) {
        self.different += 1;
        self.first_difference.get_or_insert(what);
    }

    /// Statements that did what they should, in all periods.
    pub fn served(&self) -> usize {
        self.latencies.iter().map(Latencies::count).sum::<usize>().saturating_sub(self.failures)
    }

    /// Adds another's figures.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.latencies.iter_mut().zip(&other.latencies) {
            mine.merge(theirs);
        }
        self.failures += other.failures;
        self.compared += other.compared;
        self.different += other.different;
        self.first_failure = self.first_failure.take().or(other.first_failure);
        self.first_difference = self.first_difference.take().or(other.first_difference);
    }
}

/// A running client. Dropping it asks it to stop.
pub struct Client {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<Tally>>,
}

impl Client {
    /// Starts a client.
    ///
    /// # Errors
    /// When there are no more threads.
    pub fn start(shared: Arc<Shared>, release: Release, role: Role) -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)?;
        let thread = thread::Builder::new()
            .name(format!("{} {role:?}", release.name()))
            .spawn(move || runtime.block_on(work(&shared, release, role, &stopped)))
            .map_err(anyhow::Error::from)?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Stops it after the statement in hand, and gives its figures. Blocks.
    pub fn stop(mut self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        ended.and_then(std::result::Result::ok).unwrap_or_else(|| Tally {
            failures: 1,
            first_failure: Some("a client of the demo panicked".to_owned()),
            ..Tally::default()
        })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

async fn work(shared: &Shared, release: Release, role: Role, stop: &AtomicBool) -> Tally {
    let mut tally = Tally::default();
    let mut conn = match connect(&shared.url, release, role).await {
        Ok(conn) => conn,
        Err(error) => {
            let first_failure = Some(format!("{} can't connect: {}", release.name(), explain(&error)));
            return Tally { failures: 1, first_failure, ..tally };
        }
    };
    let mut writer = writer::Writer::new(release);
    let mut reader = reader::Reader::new(release);
    let mut due = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let period = shared.period.load(Ordering::Relaxed);
        let outcome = match role {
            Role::Writer => writer.write(&mut conn, shared).await,
            Role::Reader => reader.read(&mut conn, shared, &mut tally).await,
        };
        tally.latencies[period].record(due.elapsed());
        if let Err(error) = outcome {
            tally.failures += 1;
            let failure =
                || format!("{} {role:?} during {}: {error}", release.name(), Period::ALL[period].title());
            tally.first_failure.get_or_insert_with(failure);
        }
        due += INTERVAL;
    }
    let _ = conn.close().await;
    tally
}

/// As an application connects: prepared statements are kept, and no statement may take longer than a page load.
async fn connect(url: &str, release: Release, role: Role) -> std::result::Result<PgConnection, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name(&format!("{} {role:?}", release.name()).to_lowercase())
        .options([("statement_timeout", "10s")])
        .disable_statement_logging();
    PgConnection::connect_with(&options).await
}
