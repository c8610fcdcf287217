//! Whether the state belongs to the database it is in: all of it is there, and the database is the one that was
//! recorded.

use serde_json::{Value, json};
use sqlx::Row;
use sqlx::types::Json;

use super::{Audit, Phase, Store};
use crate::catalog::Database;
use crate::db::{Conn, database, statement};
use crate::error::{Error, Kind, Result};
use crate::ident::TableName;

/// Every table.
const TABLES: [&str; 7] = ["meta", "migrations", "steps", "backfills", "counters", "lease", "events"];

impl Store {
    /// The tables that say how to go on with what is in flight. A copy of the database can do without the others: who
    /// holds the lease, and what happened before.
    pub fn tables_to_go_on(&self) -> Vec<TableName> {
        let names = TABLES.iter().filter(|name| !["lease", "events"].contains(name));
        names.map(|name| TableName::new(self.schema().clone(), *name)).collect()
    }

    /// Whether the tables are there.
    ///
    /// # Errors
    /// Exit 22 when some are and some are not.
    pub(super) async fn complete(&self, conn: &mut Conn) -> Result<bool> {
        let sql = "SELECT array(SELECT t FROM pg_catalog.unnest($2::text[]) t
                                WHERE pg_catalog.to_regclass($1 || '.' || t) IS NULL)";
        let found = statement(sql).bind(self.schema().to_string()).bind(&TABLES[..]);
        let missing: Vec<String> = found.fetch_one(conn).await?.get(0);
        match missing.len() {
            0 => Ok(true),
            all if all == TABLES.len() => Ok(false),
            _ => {
                let message = format!("the state schema {} has lost {}", self.schema(), missing.join(", "));
                Err(Error::new(Kind::Drift, message).hint(
                    "restore the schema from a backup of this database; where no migration was in flight, drop it and run `midflight baseline`",
                ))
            }
        }
    }

    /// Looks whether this is the database whose state is recorded. Where nothing is in flight nothing can go wrong, and
    /// another one is taken note of.
    ///
    /// # Errors
    /// Exit 22 with both.
    pub(super) async fn same_database(&self, conn: &mut Conn) -> Result<()> {
        let now = database(conn).await?;
        match self.recorded_database(conn).await? {
            Some(recorded) if recorded == now => Ok(()),
            Some(_) if self.in_flight(conn).await? => self.refuse_another_database(conn).await,
            recorded => self.move_in(conn, recorded, &now, None).await,
        }
    }

    /// Fails where this is another database than the recorded one.
    ///
    /// # Errors
    /// Exit 22 with both.
    pub async fn refuse_another_database(&self, conn: &mut Conn) -> Result<()> {
        let (recorded, now) = (self.recorded_database(conn).await?, database(conn).await?);
        match recorded {
            Some(recorded) if recorded != now => Err(Error::new(
                Kind::Drift,
                "this is not the database in which the migrations in flight were expanded",
            )
            .detail(format!("recorded: {recorded}"))
            .detail(format!("found: {now}"))
            .hint(
                "check the database URL; if it is a restored dump or an upgraded cluster, `midflight init --accept-database --because REASON` takes it for the recorded one",
            )),
            _ => Ok(()),
        }
    }

    /// Takes this database for the recorded one, and its tables for those of before.
    pub async fn accept_database(&self, conn: &mut Conn, because: &str) -> Result<()> {
        let (recorded, now) = (self.recorded_database(conn).await?, database(conn).await?);
        self.move_in(conn, recorded, &now, Some(because)).await
    }

    async fn move_in(
        &self,
        conn: &mut Conn,
        recorded: Option<Database>,
        now: &Database,
        because: Option<&str>,
    ) -> Result<()> {
        // One statement: outside a transaction it is still all or nothing.
        let sql = "WITH here AS (UPDATE :state.meta SET database = $1)
                   UPDATE :state.migrations SET fingerprint = fingerprint - 'database' WHERE fingerprint ? 'database'";
        self.query(sql).bind(Json(now)).execute(&mut *conn).await?;
        let known = recorded.is_some();
        let detail: Value = json!({ "recorded": recorded, "found": now, "because": because });
        let entry = Audit { what: "database", detail, ..Audit::default() };
        if known { self.audit(conn, &entry).await } else { Ok(()) }
    }

    async fn recorded_database(&self, conn: &mut Conn) -> Result<Option<Database>> {
        let row = self.query("SELECT database FROM :state.meta").fetch_one(conn).await?;
        Ok(row.get::<Option<Json<Database>>, _>(0).map(|Json(database)| database))
    }

    /// Whether other application schemas have something in flight.
    pub async fn in_flight_elsewhere(&self, conn: &mut Conn) -> Result<bool> {
        let phases: Vec<&str> =
            Phase::ALL.into_iter().filter(|phase| phase.in_flight()).map(Phase::name).collect();
        let sql = "SELECT EXISTS (SELECT FROM :state.migrations WHERE phase = ANY ($1) AND schema <> :app)";
        Ok(self.query(sql).bind(phases).fetch_one(conn).await?.get(0))
    }

    async fn in_flight(&self, conn: &mut Conn) -> Result<bool> {
        let phases: Vec<&str> =
            Phase::ALL.into_iter().filter(|phase| phase.in_flight()).map(Phase::name).collect();
        let sql = "SELECT EXISTS (SELECT FROM :state.migrations WHERE phase = ANY ($1))";
        Ok(self.query(sql).bind(phases).fetch_one(conn).await?.get(0))
    }
}
