//! Writes that came through the old side: whether the old release is still at work.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::Row;

use super::{Record, Store};
use crate::db::{Conn, statement};
use crate::error::Result;

/// Writes of the old release, as far as they can be told from those of the new.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct OldWrites {
    /// How many since expand.
    pub writes: i64,
    /// When the count was last seen to have moved.
    pub last_seen: Option<String>,
}

impl Store {
    /// Writes that came through the old sides of migrations, and when the counts were last seen to move. `remember` notes
    /// the counts for the next one who looks.
    pub async fn old_writes(
        &self,
        conn: &mut Conn,
        records: &[&Record],
        remember: bool,
    ) -> Result<BTreeMap<String, OldWrites>> {
        let mut total: BTreeMap<String, OldWrites> = BTreeMap::new();
        let counted = records.iter().filter_map(|record| Some((record.id.as_str(), record.plan.as_ref()?)));
        let counters =
            counted.flat_map(|(id, plan)| plan.counters.iter().map(move |counter| (id, counter.as_str())));
        let (ids, sequences): (Vec<&str>, Vec<&str>) = counters.unzip();
        if ids.is_empty() {
            return Ok(total);
        }
        let values = "SELECT u.id, u.sequence, coalesce(pg_sequence_last_value(to_regclass(u.sequence)), 0)
                      FROM ROWS FROM (unnest($1::text[]), unnest($2::text[])) u (id, sequence)
                      WHERE to_regclass(u.sequence) IS NOT NULL";
        let rows = statement(values).bind(ids).bind(sequences).fetch_all(&mut *conn).await?;
        let (mut ids, mut sequences, mut writes) = (Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            let (id, count): (String, i64) = (row.get(0), row.get(2));
            total.entry(id.clone()).or_default().writes += count;
            ids.push(id);
            sequences.push(row.get::<String, _>(1));
            writes.push(count);
        }
        if remember {
            let upsert = "INSERT INTO :state.counters AS c (schema, migration_id, sequence, writes, last_seen_at)
                          SELECT :app, u.id, u.sequence, u.writes, CASE WHEN u.writes > 0 THEN now() END
                          FROM ROWS FROM (unnest($1::text[]), unnest($2::text[]), unnest($3::bigint[])) u (id, sequence, writes)
                          ON CONFLICT (schema, migration_id, sequence) DO UPDATE SET writes = excluded.writes,
                            last_seen_at = CASE WHEN c.writes <> excluded.writes THEN now() ELSE c.last_seen_at END";
            let noted = self.query(upsert).bind(ids.clone()).bind(sequences.clone()).bind(writes);
            match noted.execute(&mut *conn).await {
                Err(error) if !may_not_write(&error) => return Err(error.into()),
                _ => {}
            }
        }
        let last = "SELECT migration_id, to_char(max(last_seen_at), 'YYYY-MM-DD HH24:MI:SS') FROM :state.counters
                    WHERE schema = :app AND migration_id = ANY ($1) AND sequence = ANY ($2) GROUP BY migration_id";
        for row in self.query(last).bind(ids).bind(sequences).fetch_all(conn).await? {
            if let Some(found) = total.get_mut(row.get::<&str, _>(0)) {
                found.last_seen = row.get(1);
            }
        }
        Ok(total)
    }

    /// How long ago a write through the old side was last seen, if one ever was.
    pub async fn quiet_for(&self, conn: &mut Conn, id: &str) -> Result<Option<Duration>> {
        let sql = "SELECT extract(epoch FROM now() - max(last_seen_at))::float8 FROM :state.counters WHERE schema = :app AND migration_id = $1";
        let seconds: Option<f64> = self.query(sql).bind(id).fetch_one(conn).await?.get(0);
        Ok(seconds.map(|seconds| Duration::from_secs_f64(seconds.max(0.0))))
    }
}

/// On a standby, or as a role that may only read.
fn may_not_write(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("25006" | "42501"))
}
