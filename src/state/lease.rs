//! One runner at a time for an application schema: a lease in a row, renewed while its owner lives, with an epoch that fences off a runner who
//! was declared dead and is not.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::Row;
use tokio::task::JoinHandle;

use super::Store;
use crate::db::{Conn, Session, Statement};
use crate::error::{Error, Kind, Result};

/// How long a lease lasts without renewal. A runner whose connection the server has lost counts as gone at once, but
/// behind a pooler no server process is anybody's.
const TTL: Duration = Duration::from_secs(30);
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// True for a lease `l` that nobody has any more: it ran out, or the server has lost its owner's connection.
pub(super) const FREE: &str =
    "(l.expires_at < clock_timestamp() OR l.backend_pid IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity other WHERE other.pid = l.backend_pid
      AND (other.backend_start = l.backend_start OR other.backend_start IS NULL)))";
/// The leases of one runner: its name, their schemas and epochs.
const OURS: &str = "owner = $1 AND (schema, epoch) IN (SELECT * FROM unnest($2::text[], $3::bigint[]))";
/// How long to wait for a lease that another runner has.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// The right to change things, while it lasts.
pub struct Lease {
    fence: Fence,
    heart: JoinHandle<()>,
    stop: tokio::sync::oneshot::Sender<()>,
}

/// What proves, inside a transaction, that the leases still hold.
#[derive(Debug, Clone)]
pub struct Fence {
    store: Store,
    owner: String,
    /// Application schemas, in the order of their names.
    schemas: Vec<String>,
    /// The epoch of each one's lease.
    epochs: Vec<i64>,
}

impl Lease {
    /// Takes the leases of the store's application schema and of `others`, on a connection of its own that also renews
    /// them. All runners take them in the order of their names: no two wait for each other.
    ///
    /// # Errors
    /// Exit 12 with the holder's name when another runner has one.
    pub async fn acquire(session: &mut Session, store: &Store, others: &BTreeSet<String>) -> Result<Self> {
        let mut own = session.sibling().await?;
        session.notice_pooler(&mut own).await?;
        let owner = format!("{}:{}:{}", host(), std::process::id(), fastrand::u64(..));
        let schemas: BTreeSet<&str> =
            others.iter().map(String::as_str).chain([store.application()]).collect();
        let mut fence = Fence { store: store.clone(), owner, schemas: Vec::new(), epochs: Vec::new() };
        // The server may take a moment to notice that a killed runner is gone.
        let patience = tokio::time::Instant::now() + PATIENCE;
        for schema in schemas {
            let epoch = loop {
                match fence.take(&mut own, schema).await {
                    Ok(Some(epoch)) => break Ok(epoch),
                    Ok(None) if tokio::time::Instant::now() > patience => {
                        break Err(held(&mut own.conn, store, schema).await);
                    }
                    Ok(None) => {}
                    Err(error) => break Err(error.into()),
                }
                if let Err(error) = session.interrupt().sleep(Duration::from_millis(100)).await {
                    break Err(error);
                }
            };
            match epoch {
                Ok(epoch) => {
                    fence.schemas.push(schema.to_owned());
                    fence.epochs.push(epoch);
                }
                Err(error) => {
                    fence.give_back(&mut own.conn).await;
                    return Err(error);
                }
            }
        }
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let heart = tokio::spawn(beat(own, fence.clone(), stopped));
        Ok(Self { fence, heart, stop })
    }

    /// What transactions check before they commit.
    pub fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Gives the lease back.
    pub async fn release(self) {
        let _ = self.stop.send(());
        let _ = self.heart.await;
    }
}

impl Store {
    /// Whether a runner is at work, on any migration of the application schema.
    pub async fn somebody_works(&self, conn: &mut Conn) -> Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT FROM :state.lease l WHERE l.schema = :app AND NOT {FREE})");
        Ok(self.query(&sql).fetch_one(conn).await?.get(0))
    }
}

impl Fence {
    /// The last statement of a transaction: fails when the lease was lost meanwhile, and the transaction with it.
    ///
    /// # Errors
    /// Exit 13.
    pub async fn check(&self, conn: &mut Conn) -> Result<()> {
        if self.renew(conn).await? {
            Ok(())
        } else {
            Err(Error::new(Kind::LeaseLost, "another runner took over; what this one was doing was undone")
                .hint("nothing is lost: the other runner goes on from the last commit"))
        }
    }

    async fn renew(&self, conn: &mut Conn) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "UPDATE :state.lease SET expires_at = clock_timestamp() + $4 * interval '1 second' WHERE {OURS}"
        );
        let renewed = self.ours(&sql).bind(TTL.as_secs() as f64).execute(conn).await?;
        Ok(renewed.rows_affected() == self.schemas.len() as u64)
    }

    /// Names another server process as the one whose end frees the leases.
    async fn move_to(&self, own: &mut Session) -> Result<(), sqlx::Error> {
        let sql = format!(
            "UPDATE :state.lease SET expires_at = clock_timestamp() + $4 * interval '1 second',
               backend_pid = CASE WHEN NOT $5 THEN a.pid END, backend_start = a.backend_start
             FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid() AND {OURS}"
        );
        let moved = self.ours(&sql).bind(TTL.as_secs() as f64).bind(own.pooled);
        moved.execute(&mut own.conn).await.map(drop)
    }

    async fn give_back(&self, conn: &mut Conn) {
        let sql =
            format!("UPDATE :state.lease SET expires_at = '-infinity', backend_pid = NULL WHERE {OURS}");
        let _ = self.ours(&sql).execute(conn).await;
    }

    fn ours(&self, sql: &str) -> Statement<'static> {
        self.store.query(sql).bind(self.owner.clone()).bind(self.schemas.clone()).bind(self.epochs.clone())
    }

    /// Takes one lease, if nobody has it. Gives its epoch.
    async fn take(&self, own: &mut Session, schema: &str) -> Result<Option<i64>, sqlx::Error> {
        let sql = format!(
            "INSERT INTO :state.lease AS l (schema, owner, host, epoch, expires_at, backend_pid, backend_start)
             SELECT $5, $1, $2, 1, clock_timestamp() + $3 * interval '1 second', CASE WHEN NOT $4 THEN a.pid END, a.backend_start
             FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid()
             ON CONFLICT (schema) DO UPDATE SET owner = excluded.owner, host = excluded.host, epoch = l.epoch + 1,
               expires_at = excluded.expires_at, backend_pid = excluded.backend_pid, backend_start = excluded.backend_start
             WHERE {FREE} RETURNING epoch"
        );
        let taken = self.store.query(&sql).bind(&self.owner).bind(host()).bind(TTL.as_secs() as f64);
        let row = taken.bind(own.pooled).bind(schema).fetch_optional(&mut own.conn).await?;
        row.map(|row| row.try_get(0)).transpose()
    }
}

async fn beat(mut own: Session, fence: Fence, mut stopped: tokio::sync::oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            () = tokio::time::sleep(RENEW_EVERY) => {}
        }
        // A lease that was lost needs no action here: the next fence finds out. A lost connection does, for it tells
        // others that its runner is gone.
        if fence.renew(&mut own.conn).await.is_err()
            && let Ok(another) = own.sibling().await
        {
            own = another;
            let _ = fence.move_to(&mut own).await;
        }
    }
    fence.give_back(&mut own.conn).await;
}

async fn held(conn: &mut Conn, store: &Store, schema: &str) -> Error {
    let found = store.query(
        "SELECT host, extract(epoch FROM expires_at - clock_timestamp())::float8, backend_pid FROM :state.lease WHERE schema = $1",
    );
    let who = match found.bind(schema).fetch_one(conn).await {
        Ok(row) => {
            let pid: Option<i32> = row.get(2);
            format!(
                " on host {} (server process {}, renewed until {:.0} s from now)",
                row.get::<&str, _>(0),
                pid.unwrap_or_default(),
                row.get::<f64, _>(1)
            )
        }
        Err(_) => String::new(),
    };
    let place = if schema == store.application() { String::new() } else { format!(" on schema {schema}") };
    Error::new(Kind::LeaseHeld, format!("another midflight is at work{place}{who}"))
        .hint("wait for it, or run the same command again later")
}

/// This machine's name, as far as it can be told.
pub(super) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
