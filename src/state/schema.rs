//! midflight's own tables: made on demand, upgraded by newer versions, refused by older ones.

use sqlx::Row;

use super::Store;
use crate::db::{CALM, Conn, statement};
use crate::error::{Error, Kind, Result};

/// What makes a version of the tables of the one before. The first makes version 2.
const UPGRADES: [&str; 4] = [
    include_str!("upgrade_2.sql"),
    include_str!("upgrade_3.sql"),
    include_str!("upgrade_4.sql"),
    include_str!("upgrade_5.sql"),
];
/// The version that this binary writes.
const VERSION: i32 = 1 + UPGRADES.len() as i32;

impl Store {
    /// Whether the tables exist. Older ones are brought up to date.
    ///
    /// # Errors
    /// Exit 22 when a newer midflight made them, or when some are lost.
    pub async fn exists(&self, conn: &mut Conn) -> Result<bool> {
        let Some(version) = self.version(conn).await? else { return Ok(false) };
        if version > VERSION {
            let message = format!(
                "the state in schema {} was written by a newer midflight (version {version})",
                self.schema()
            );
            return Err(Error::new(Kind::Drift, message).hint("use that version, or a later one"));
        }
        if version < VERSION {
            self.make(conn, "").await.map_err(|error| {
                error.hint(
                    "run `midflight init` as the role that made the state schema: it brings it up to date",
                )
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

    /// Runs what is given, then every upgrade that is missing.
    async fn make(&self, conn: &mut Conn, first: &str) -> Result<()> {
        // The advisory lock lasts for this transaction only: it serialises creation, nothing else. The lock timeout is
        // for a long look at the tables that somebody else takes.
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; {CALM}; SET LOCAL lock_timeout = '5s'; SELECT pg_catalog.pg_advisory_xact_lock(7236873346118205)"
        );
        let made = async {
            conn.begin(&begin).await?;
            conn.run(&self.in_schema(first)).await?;
            let version: i32 =
                self.query("SELECT version FROM :state.meta").fetch_one(&mut *conn).await?.get(0);
            for (upgrade, to) in UPGRADES.iter().zip(2..) {
                if version < to {
                    conn.run(&self.in_schema(upgrade)).await?;
                }
            }
            // Only now: under a publication FOR ALL TABLES the table takes no UPDATE before it has its key.
            self.query("UPDATE :state.meta SET version = $1").bind(VERSION).execute(&mut *conn).await?;
            conn.commit().await
        };
        let made: Result<(), sqlx::Error> = made.await;
        if made.is_err() {
            conn.rollback().await;
        }
        Ok(made?)
    }
}
