//! One connection that midflight works on, and the switch that interrupts it.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgQueryResult, PgRow};
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::watch;

use super::conn::CALM;
use super::failure::explain;
use super::{Conn, statement, unread_certificate, users_statement};
use crate::error::{Error, Kind, Result};

/// Tells whether the user asked to stop. Cloned into everything that may take long.
#[derive(Debug, Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// An interrupt that fires when the sender says `true`.
    pub fn new(receiver: watch::Receiver<bool>) -> Self {
        Self(receiver)
    }

    /// One that never fires.
    pub fn never() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Kept for the life of the process: a dropped sender would read as "fired" to those who wait.
        std::mem::forget(sender);
        Self(receiver)
    }

    /// Stops here when the user asked to.
    pub fn check(&self) -> Result<()> {
        if *self.0.borrow() { Err(interrupted()) } else { Ok(()) }
    }

    /// Resolves once the user asks to stop.
    pub async fn fired(&mut self) {
        if self.0.wait_for(|fired| *fired).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Sleeps, or stops when the user asks to.
    pub async fn sleep(&mut self, time: Duration) -> Result<()> {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.fired() => Err(interrupted()),
        }
    }
}

fn interrupted() -> Error {
    Error::new(
        Kind::Interrupted,
        "interrupted; what was committed stays, and the next run goes on from there",
    )
}

/// A connection with what is needed to interrupt its statements from outside.
pub struct Session {
    /// The connection itself.
    pub conn: Conn,
    /// The server process that serves it; behind a pooler, the one that did when it was asked.
    pub pid: i32,
    /// A pooler in transaction mode stands in between: what is set for the session meets another client.
    pub pooled: bool,
    /// The database has Citus: its workers have to hear the settings of a transaction.
    pub(super) citus: bool,
    /// A pooler was looked for, and none was found.
    direct: bool,
    options: PgConnectOptions,
    interrupt: Interrupt,
}

impl Session {
    /// Connects.
    ///
    /// # Errors
    /// Exit 2 for a URL that can't be read, a wrong password or a database that doesn't exist: trying again won't
    /// help. Exit 30 where it may.
    pub async fn connect(url: &str, interrupt: Interrupt) -> Result<Self> {
        let options = super::options::options(url, |name| std::env::var(name).ok())?;
        Self::open(options, interrupt).await
    }

    async fn open(options: PgConnectOptions, interrupt: Interrupt) -> Result<Self> {
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, unread_certificate::connect(&options));
        let conn = match connecting.await {
            Ok(Ok(conn)) => conn,
            Ok(Err(error)) => return Err(connect_error(&error, &options)),
            Err(_) => return Err(unreachable_error(&options, "no answer within 10 s")),
        };
        let mut session = Self {
            conn: Conn::new(conn),
            pid: 0,
            pooled: false,
            citus: false,
            direct: false,
            options,
            interrupt,
        };
        let sql = format!("SELECT pg_catalog.pg_backend_pid(), {}", super::citus::IS_THERE);
        let row = session.one(&sql).await?;
        (session.pid, session.citus) = (row.get(0), row.get(1));
        Ok(session)
    }

    /// Another connection to the same place.
    pub async fn sibling(&self) -> Result<Self> {
        let mut sibling = Self::open(self.options.clone(), self.interrupt.clone()).await?;
        sibling.pooled = self.pooled;
        if self.direct {
            sibling.outlast_pauses().await?;
        }
        Ok(sibling)
    }

    /// Without a pooler: a session may wait for minutes between two batches, or to renew a lease. A pooler opens
    /// another server process when one ends.
    async fn outlast_pauses(&mut self) -> Result<()> {
        self.direct = true;
        self.run("SET idle_session_timeout = 0").await?;
        Ok(())
    }

    /// Notices a pooler: two connections never have one server process, nor one connection two. Asked several times,
    /// since a pooler with more servers than clients may well give each client its own for a while.
    pub async fn notice_pooler(&mut self, sibling: &mut Self) -> Result<()> {
        let sql = "SELECT pg_catalog.pg_backend_pid()";
        for _ in 0..3 {
            let (mine, other): (i32, i32) = (self.one(sql).await?.get(0), sibling.one(sql).await?.get(0));
            if mine != self.pid || other != sibling.pid || mine == other {
                (self.pooled, sibling.pooled) = (true, true);
                return Ok(());
            }
        }
        self.outlast_pauses().await?;
        sibling.outlast_pauses().await
    }

    /// Whether the database has Citus.
    pub fn has_citus(&self) -> bool {
        self.citus
    }

    /// The interrupt that this session obeys.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// What one of PostgreSQL's client programs needs in its environment to connect to the same place.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        super::environment::variables(&self.options)
    }

    /// Runs statements that return nothing. May be several, separated by semicolons.
    pub async fn run(&mut self, sql: &str) -> Result<PgQueryResult, sqlx::Error> {
        self.conn.run(sql).await
    }

    /// Runs a statement that may take long; an interrupt cancels it on the server.
    ///
    /// # Errors
    /// The database's, or exit 130.
    pub async fn run_long(&mut self, sql: &str) -> Result<Result<PgQueryResult, sqlx::Error>> {
        self.interruptible(async |conn| conn.run(sql).await).await
    }

    /// Rows of a query that may take long; an interrupt cancels it on the server.
    ///
    /// # Errors
    /// The database's, or exit 130.
    pub async fn rows_long(&mut self, sql: &str) -> Result<Result<Vec<PgRow>, sqlx::Error>> {
        self.interruptible(async |conn| users_statement(AssertSqlSafe(sql)).fetch_all(conn).await).await
    }

    async fn interruptible<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Conn) -> Result<T, sqlx::Error>,
    ) -> Result<Result<T, sqlx::Error>> {
        let mut interrupt = self.interrupt.clone();
        let work = work(&mut self.conn);
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return Ok(done),
            () = interrupt.fired() => {}
        }
        // Behind a pooler the process may be working for somebody else by now.
        if !self.pooled {
            let mut other = Conn::new(unread_certificate::connect(&self.options).await?);
            let cancel = statement("SELECT pg_catalog.pg_cancel_backend($1)").bind(self.pid);
            cancel.execute(&mut other).await?;
        }
        let _ = work.await;
        Err(interrupted())
    }

    /// Rows of a query that the planner made.
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
        users_statement(AssertSqlSafe(sql)).fetch_all(&mut self.conn).await
    }

    /// The one row of a query.
    pub async fn one(&mut self, sql: &str) -> Result<PgRow, sqlx::Error> {
        users_statement(AssertSqlSafe(sql)).fetch_one(&mut self.conn).await
    }

    /// Opens a transaction in which nothing of the role's or database's settings can surprise: READ COMMITTED, a lock
    /// timeout, no statement timeout, an end soon where its client is silent, row-level security that fails rather than
    /// hides rows. What the planner made and what the user wrote runs with this `search_path`; midflight's own
    /// statements see `pg_catalog` alone.
    pub async fn begin(&mut self, lock_timeout: Duration, search_path: &str) -> Result<(), sqlx::Error> {
        let settings = format!(
            "{CALM}; SET LOCAL lock_timeout = {}; SET LOCAL row_security = off",
            lock_timeout.as_millis()
        );
        let begin = if self.citus {
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; {}; {settings}", super::citus::PROPAGATE)
        } else {
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}")
        };
        self.conn.begin_for_migration(&begin, search_path).await
    }

    /// Ends the transaction. A failed statement before makes this an error.
    pub async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.conn.commit().await
    }

    /// Goes back to a savepoint.
    pub async fn rollback_to(&mut self, savepoint: &str) -> Result<(), sqlx::Error> {
        self.conn.rollback_to(savepoint).await
    }

    /// Undoes the transaction. An error means the connection is gone, and the transaction with it.
    pub async fn rollback(&mut self) {
        self.conn.rollback().await;
    }
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

fn connect_error(error: &sqlx::Error, options: &PgConnectOptions) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    let what = explain(error);
    match code.as_ref() {
        "28P01" | "28000" => {
            Error::usage(format!("the database refused to log in `{}`: {what}", options.get_username()))
                .hint("check user and password in DATABASE_URL, in .pgpass, or in PGPASSWORD")
        }
        "3D000" => Error::usage(format!("there is no such database: {what}"))
            .hint("check the last part of DATABASE_URL"),
        _ if by_certificates(error) => {
            Error::usage(format!("no TLS connection to {}: {what}", address(options))).hint(
                "`sslmode` and `sslrootcert` of DATABASE_URL say what is asked of the server's certificate; one of X.509 \
                 version 1 can't be verified, and passes with `require`",
            )
        }
        _ => unreachable_error(options, &what),
    }
}

/// Trying again won't help: a certificate that is not trusted, or a server that speaks no TLS.
fn by_certificates(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

fn address(options: &PgConnectOptions) -> String {
    options.get_socket().map_or_else(
        || format!("{}:{}", options.get_host(), options.get_port()),
        |socket| socket.display().to_string(),
    )
}

fn unreachable_error(options: &PgConnectOptions, what: &str) -> Error {
    Error::new(Kind::Unreachable, format!("can't connect to PostgreSQL at {}: {what}", address(options)))
        .hint("check that the server runs and that DATABASE_URL names it")
}
