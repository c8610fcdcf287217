//! midflight's own tables: made on demand, upgraded by newer versions, refused by older ones.

use std::time::Duration;

use sqlx::Row;
use tokio::time::Instant;

use super::Store;
use super::lease::{FREE, PATIENCE};
use crate::db::{CALM, Conn, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;

/// What makes a version of the tables of the one before. The first makes version 2.
const UPGRADES: [&str; 6] = [
    include_str!("upgrade_2.sql"),
    include_str!("upgrade_3.sql"),
    include_str!("upgrade_4.sql"),
    include_str!("upgrade_5.sql"),
    include_str!("upgrade_6.sql"),
    include_str!("upgrade_7.sql"),
];
/// The version that this binary writes.
const VERSION: i32 = 1 + UPGRADES.len() as i32;

impl Store {
    /// Whether the tables exist. Older ones are brought up to date.
    ///
    /// # Errors
    /// Exit 22 when a newer midflight made them, or when some are lost.
    pub async fn exists(&self, conn: &mut Conn) -> Result<bool> {
        let version = match self.version(conn).await {
            Err(denied) if denied.kind == Kind::Failed => {
                return Err(self.explain_denied(conn, denied).await);
            }
            version => version?,
        };
        let Some(version) = version else { return Ok(false) };
        if version > VERSION {
            let message = format!(
                "the state in schema {} was written by a newer midflight (version {version})",
                self.schema()
            );
            return Err(Error::new(Kind::Drift, message).hint("use that version, or a later one"));
        }
        if version < VERSION {
            // The server may take a moment to notice that a killed runner is gone.
            let patience = Instant::now() + PATIENCE;
            let made = loop {
                match self.make(conn, "").await {
                    Err(error) if error.kind == Kind::LeaseHeld && Instant::now() < patience => {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    made => break made,
                }
            };
            made.map_err(|error| match error.kind {
                Kind::LeaseHeld => error,
                _ => error.hint(
                    "run `midflight init` as the role that made the state schema: it brings it up to date",
                ),
            })?;
        }
        Ok(true)
    }

    /// Creates the tables when they are not there, and looks whether they belong here.
    ///
    /// # Errors
    /// The database's; exit 1 without the CREATE privilege on the database; exit 22 for the state of another database.
    pub async fn init(&self, conn: &mut Conn) -> Result<()> {
        self.create(conn).await?;
        self.same_database(conn).await
    }

    /// Creates the tables when they are not there. Safe to call from two runners at once.
    ///
    /// # Errors
    /// The database's; exit 1 without the CREATE privilege on the database.
    pub async fn create(&self, conn: &mut Conn) -> Result<()> {
        if self.exists(conn).await? {
            return Ok(());
        }
        let has_schema =
            statement("SELECT pg_catalog.to_regnamespace($1) IS NOT NULL").bind(self.schema().to_string());
        let create =
            if has_schema.fetch_one(&mut *conn).await?.get(0) { "" } else { "CREATE SCHEMA :state;" };
        let made = self.make(conn, &format!("{create}{}", include_str!("schema.sql"))).await;
        // The other runner was first.
        if made.is_err() && self.exists(conn).await? { Ok(()) } else { made }
    }

    async fn version(&self, conn: &mut Conn) -> Result<Option<i32>> {
        if !self.complete(conn).await? {
            return Ok(None);
        }
        Ok(Some(self.query("SELECT version FROM :state.meta").fetch_one(conn).await?.get(0)))
    }

    /// Says whose the tables are, where they belong to another role than the one that statements run as.
    async fn explain_denied(&self, conn: &mut Conn, denied: Error) -> Error {
        let owner = statement(
            "SELECT pg_get_userbyid(c.relowner)::text, current_user::text, session_user::text
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = $1 AND c.relname = 'meta' AND NOT pg_has_role(c.relowner, 'USAGE')",
        );
        let Ok(Some(row)) = owner.bind(self.schema().as_str()).fetch_optional(conn).await else {
            return denied;
        };
        let (owner, acts, logged_in): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let message = format!(
            "role `{acts}` may not use midflight's tables in schema {}, which belong to role `{owner}`",
            self.schema()
        );
        let error = Error::new(Kind::Failed, message).detail(denied.message);
        if acts == logged_in {
            return error.hint(format!(
                "connect as `{owner}`, or as a role that is a member of it; one that only looks needs SELECT on these tables"
            ));
        }
        let user = Ident::new(logged_in.as_str());
        error
            .detail(format!("role `{logged_in}` logged in, and acts as `{acts}` by a setting `role` of the role, the database or the URL"))
            .hint(format!(
                "set PGOPTIONS='-c role={}' for midflight, or take the setting away: `ALTER ROLE {user} RESET role`",
                Ident::new(owner.as_str())
            ))
    }

    /// Runs what is given, then every upgrade that is missing.
    async fn make(&self, conn: &mut Conn, first: &str) -> Result<()> {
        // The advisory lock lasts for this transaction only: it serialises creation, nothing else. The lock timeout is
        // for a long look at the tables that somebody else takes.
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; {CALM}; SET LOCAL lock_timeout = '5s'; \
             SET LOCAL search_path = pg_catalog; SELECT pg_catalog.pg_advisory_xact_lock(7236873346118205)"
        );
        let made = async {
            conn.begin(&begin).await?;
            conn.run(&self.in_schema(first)).await?;
            let version: i32 =
                self.query("SELECT version FROM :state.meta").fetch_one(&mut *conn).await?.get(0);
            if first.is_empty() {
                self.refuse_at_work(conn).await?;
            }
            for (upgrade, to) in UPGRADES.iter().zip(2..) {
                if version < to {
                    conn.run(&self.in_schema(upgrade)).await?;
                }
            }
            // Only now: under a publication FOR ALL TABLES the table takes no UPDATE before it has its key.
            self.query("UPDATE :state.meta SET version = $1").bind(VERSION).execute(&mut *conn).await?;
            Ok(conn.commit().await?)
        };
        let made: Result<()> = made.await;
        if made.is_err() {
            conn.rollback().await;
        }
        made
    }

    /// An older midflight that is at work keeps its tables until it is done; none begins meanwhile.
    async fn refuse_at_work(&self, conn: &mut Conn) -> Result<()> {
        conn.run(&self.in_schema("LOCK TABLE :state.lease IN ACCESS EXCLUSIVE MODE")).await?;
        let sql = format!("SELECT EXISTS (SELECT FROM :state.lease l WHERE NOT {FREE})");
        if self.query(&sql).fetch_one(conn).await?.get(0) {
            let message =
                "another midflight is at work, of an earlier version: its tables are upgraded afterwards";
            return Err(Error::new(Kind::LeaseHeld, message).hint("run the same command again later"));
        }
        Ok(())
    }
}
