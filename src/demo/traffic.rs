//! The applications: clients of either release, each on a thread and a connection of its own, so that nothing but the
//! database makes them wait.
//!
//! A client sends by the clock. A statement's latency counts from when it was due, not from when the client came to
//! send it: the statements that queue up behind a stall count with the whole time they waited.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::release::Release;
use super::shared::{Shared, Tally};
use super::{reader, writer};
use crate::db::explain;
use crate::error::Result;

/// Between two statements of a client that are due.
const INTERVAL: Duration = Duration::from_millis(10);

/// What a client does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// INSERT, UPDATE, upsert.
    Writer,
    /// SELECT by key, by range, by index.
    Reader,
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
        let period = shared.period();
        let outcome = match role {
            Role::Writer => writer.write(&mut conn, shared).await,
            Role::Reader => reader.read(&mut conn, shared, &mut tally).await,
        };
        tally.latencies[period as usize].record(due.elapsed());
        if let Err(error) = outcome {
            tally.failures += 1;
            let failure = || format!("{} {role:?} during {}: {error}", release.name(), period.title());
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
