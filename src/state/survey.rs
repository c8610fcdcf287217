//! Where migrations of many application schemas stand, without their plans: what a fleet asks of each target.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::types::Json;

use super::fleet::{JOINED, LEFT};
use super::lease::FREE;
use super::{Member, Phase, Store};
use crate::db::{CALM, Conn};
use crate::error::{Error, Kind, Result};

/// Where an application schema stands.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Its recorded migrations, by id.
    pub migrations: BTreeMap<String, Seen>,
    /// The release that came last.
    pub release: Option<String>,
    /// Whether a runner is at work.
    pub works: bool,
    /// The fleet that it belongs to.
    pub member: Option<Member>,
}

/// A recorded migration.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The checksum of the file that was expanded.
    pub checksum: String,
    /// Where it stands.
    pub phase: Phase,
    /// Whether verification passed after the last backfill.
    pub verified: bool,
    /// Whether contract has nothing to remove.
    pub complete: bool,
    /// The release that expanded it.
    pub expand_release: Option<String>,
    /// Whether what contract has kept is to be removed: its time is over, or that has begun.
    pub purge_due: bool,
    /// What stopped the last attempt.
    pub error: Option<String>,
    /// Seconds since it was expanded, backfilled or contracted, whatever came last.
    pub changed: Option<f64>,
}

impl Store {
    /// Where these application schemas stand. Those of which nothing is recorded are left out.
    pub async fn survey(&self, conn: &mut Conn, schemas: &[&str]) -> Result<BTreeMap<String, Standing>> {
        if !self.exists(conn).await? {
            return Ok(BTreeMap::new());
        }
        // one transaction: fewer messages, and one moment
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {CALM}; SET LOCAL search_path = pg_catalog"
        );
        conn.begin(&begin).await?;
        let found = self.standings(conn, schemas).await;
        conn.rollback().await;
        found
    }

    async fn standings(&self, conn: &mut Conn, schemas: &[&str]) -> Result<BTreeMap<String, Standing>> {
        let mut found: BTreeMap<String, Standing> = BTreeMap::new();
        let sql = "SELECT schema, id, checksum, phase, verified_at IS NOT NULL,
                     coalesce(CASE WHEN phase = 'backfilled' AND verified_at IS NOT NULL THEN jsonb_array_length(plan -> 'contract') = 0 END, false),
                     expand_release, error,
                     extract(epoch FROM clock_timestamp() - greatest(expanded_at, backfilled_at, contracted_at))::float8,
                     phase = 'purging' OR phase = 'contracted' AND coalesce(kept_until <= now(), false)
                   FROM :state.migrations WHERE schema = ANY ($1)";
        for row in self.query(sql).bind(schemas).fetch_all(conn).await? {
            let id: String = row.get(1);
            let phase = row.get::<&str, _>(3).parse().map_err(|what: String| {
                Error::new(Kind::Drift, format!("the recorded state of migration `{id}` is damaged: {what}"))
            })?;
            let seen = Seen {
                checksum: row.get(2),
                phase,
                verified: row.get(4),
                complete: row.get(5),
                expand_release: row.get(6),
                purge_due: row.get(9),
                error: row.get(7),
                changed: row.get(8),
            };
            found.entry(row.get(0)).or_default().migrations.insert(id, seen);
        }
        let sql =
            "SELECT DISTINCT ON (schema, what = 'release') schema, what, release, detail FROM :state.events
                   WHERE schema = ANY ($1) AND what = ANY ($2) ORDER BY schema, what = 'release', id DESC";
        let kinds = ["release", JOINED, LEFT];
        for row in self.query(sql).bind(schemas).bind(&kinds[..]).fetch_all(conn).await? {
            let standing = found.entry(row.get(0)).or_default();
            match row.get::<&str, _>(1) {
                "release" => standing.release = row.get(2),
                _ => {
                    let detail: Option<Json<serde_json::Value>> = row.get(3);
                    standing.member = detail.and_then(|Json(detail)| serde_json::from_value(detail).ok());
                }
            }
        }
        let sql = format!("SELECT l.schema FROM :state.lease l WHERE l.schema = ANY ($1) AND NOT {FREE}");
        for row in self.query(&sql).bind(schemas).fetch_all(conn).await? {
            found.entry(row.get(0)).or_default().works = true;
        }
        Ok(found)
    }
}
