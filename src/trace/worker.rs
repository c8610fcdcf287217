//! The two connections of a trace: one runs the file, the other watches it.

use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::Row;

use super::batch::{self, Ran};
use super::snapshot::{self, Snapshot};
use super::{ServerError, TraceOptions};
use crate::db::{Interrupt, Session};
use crate::error::{Error, Kind as ErrorKind, Result};

/// How long to wait before the other session is looked at again.
pub const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// Runs statements and asks about them.
pub struct Worker {
    /// Runs the file.
    pub session: Session,
    /// Watches the other from outside.
    pub watch: Session,
    pid: i32,
    timeout: Duration,
    interrupt: Interrupt,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Outside transactions.
    Idle,
    /// In a transaction.
    Open,
    /// In a transaction that has failed.
    Failed,
}

impl Worker {
    /// Connects twice.
    pub async fn connect(url: &str, options: &TraceOptions) -> Result<Self> {
        let mut session = Session::connect(url, options.interrupt.clone()).await?;
        session.conn.leave_transactions_alone();
        let watch = session.sibling().await?;
        let pid = session.pid;
        Ok(Self {
            session,
            watch,
            pid,
            timeout: options.statement_timeout,
            interrupt: options.interrupt.clone(),
        })
    }

    /// Runs a statement of the file, for so long as it may take. The inner error is the statement's own.
    ///
    /// # Errors
    /// When the user interrupts.
    pub async fn send(&mut self, sql: &str) -> Result<Result<(), ServerError>> {
        let Self { session, watch, pid, timeout, interrupt } = self;
        let sent = limited(watch, *pid, *timeout, interrupt, session.run(sql)).await?;
        Ok(sent.map(drop))
    }

    /// Runs several as one string, for so long as all of them may take.
    pub async fn send_batch(&mut self, sql: String, statements: usize) -> Result<Result<Ran, ServerError>> {
        let Self { session, watch, pid, timeout, interrupt } = self;
        let timeout = timeout.saturating_mul(u32::try_from(statements).unwrap_or(u32::MAX));
        limited(watch, *pid, timeout, interrupt, batch::send(session, sql)).await
    }

    /// What the server says right now, in the transaction of the running session.
    pub async fn snapshot(&mut self) -> Result<Snapshot> {
        json(&mut self.session, snapshot::QUERY).await
    }

    /// Whether the running session is in a transaction. Asked from outside, because a query of its own would be the
    /// first of a transaction that has yet to set its isolation level.
    pub async fn standing(&mut self) -> Result<Standing> {
        let query = format!("SELECT state FROM pg_catalog.pg_stat_activity WHERE pid = {}", self.pid);
        loop {
            let state: Option<String> = self.watch.one(&query).await?.try_get(0)?;
            match state.as_deref() {
                // an error is told before its transaction is cleaned up
                Some("active") => tokio::time::sleep(BETWEEN_LOOKS).await,
                Some("idle in transaction") => return Ok(Standing::Open),
                Some("idle in transaction (aborted)") => return Ok(Standing::Failed),
                _ => return Ok(Standing::Idle),
            }
        }
    }

    /// The process that serves the running session.
    pub fn pid(&self) -> i32 {
        self.pid
    }
}

/// Waits for work of session `pid`, and cancels it when it takes too long or the user asks to stop.
async fn limited<T>(
    watch: &mut Session,
    pid: i32,
    timeout: Duration,
    interrupt: &mut Interrupt,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<Result<T, ServerError>> {
    tokio::pin!(work);
    let late = tokio::select! {
        done = &mut work => return Ok(done.map_err(|error| server_error(&error))),
        () = tokio::time::sleep(timeout) => true,
        () = interrupt.fired() => false,
    };
    watch.run(&format!("SELECT pg_catalog.pg_cancel_backend({pid})")).await?;
    let done = work.await;
    interrupt.check()?;
    Ok(done.map_err(|error| match server_error(&error) {
        ServerError { sqlstate, .. } if late && sqlstate == "57014" => {
            let message = format!("not finished after {}", humantime::format_duration(timeout));
            ServerError { sqlstate, message }
        }
        error => error,
    }))
}

/// The one value of a query that answers in JSON.
pub async fn json<T: DeserializeOwned>(session: &mut Session, query: &str) -> Result<T> {
    let text: String = session.one(query).await?.try_get(0)?;
    read_json(&text)
}

/// Reads what such a query answered.
pub fn read_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Failed, format!("the throwaway server's answer can't be read: {error}"))
    })
}

/// What the server said; an error of the connection has the SQLSTATE of one.
pub fn server_error(error: &sqlx::Error) -> ServerError {
    match error.as_database_error() {
        Some(server) => ServerError {
            sqlstate: server.code().unwrap_or_default().into_owned(),
            message: server.message().to_owned(),
        },
        None => ServerError { sqlstate: "08000".to_owned(), message: error.to_string() },
    }
}
