//! Sessions that a migration found when it was expanded, and that are still there: those of the old release.

use std::collections::BTreeMap;

use sqlx::Row;

use super::Store;
use crate::db::Conn;
use crate::error::Result;

/// Sessions of other programs that were connected before expand ended. The release that a migration belongs to runs
/// after it, so they are of an older one.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct OldSessions {
    /// Those that can be seen, by the name the application gives.
    pub sessions: Vec<SessionGroup>,
    /// How many sessions there are of which the role may not see since when.
    pub hidden: i64,
}

/// Sessions with one `application_name`.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SessionGroup {
    /// The name; none where the application gives none.
    pub application_name: Option<String>,
    /// How many.
    pub count: i64,
    /// Since when the oldest is connected.
    pub oldest: String,
}

impl OldSessions {
    /// In words, for people; none when there are none to be seen.
    pub fn told(&self) -> Option<String> {
        let total: i64 = self.sessions.iter().map(|group| group.count).sum();
        if total == 0 {
            return None;
        }
        let group = |one: &SessionGroup| {
            let name = one.application_name.as_deref().unwrap_or("without a name");
            format!("{} {name} (since {})", one.count, one.oldest)
        };
        let groups: Vec<String> = self.sessions.iter().map(group).collect();
        let noun = if total == 1 { "session has" } else { "sessions have" };
        Some(format!("{total} {noun} been connected since before expand: {}", groups.join(", ")))
    }
}

impl Store {
    /// Who has been connected to the database for longer than each of these migrations is expanded.
    pub async fn old_sessions(&self, conn: &mut Conn, ids: &[&str]) -> Result<BTreeMap<String, OldSessions>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let hidden = "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database() AND backend_start IS NULL";
        let hidden = self.query(hidden).fetch_one(&mut *conn).await?.get(0);
        let none = OldSessions { hidden, ..OldSessions::default() };
        let mut found: BTreeMap<String, OldSessions> =
            ids.iter().map(|id| ((*id).to_owned(), none.clone())).collect();
        let sql = "SELECT m.id, nullif(a.application_name, ''), count(*), to_char(min(a.backend_start), 'YYYY-MM-DD HH24:MI:SS')
                   FROM pg_catalog.pg_stat_activity a JOIN :state.migrations m ON a.backend_start < m.expanded_at
                   WHERE m.schema = :app AND m.id = ANY ($1) AND a.datname = current_database() AND a.backend_type = 'client backend'
                     AND a.application_name NOT LIKE 'midflight%'
                   GROUP BY 1, 2 ORDER BY 3 DESC, 2";
        for row in self.query(sql).bind(ids.to_vec()).fetch_all(conn).await? {
            let group = SessionGroup { application_name: row.get(1), count: row.get(2), oldest: row.get(3) };
            found.entry(row.get(0)).or_default().sessions.push(group);
        }
        Ok(found)
    }
}
