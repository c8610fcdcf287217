//! Which fleet an application schema belongs to: the last word of the audit on it counts.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::types::Json;

use super::{Audit, Store};
use crate::db::Conn;
use crate::error::Result;
use crate::fleet::membership::Membership;

/// A fleet and the group in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The fleet.
    pub fleet: String,
    /// The group, which is contracted together.
    pub group: String,
}

impl Store {
    /// Notes that a fleet works here, unless that is known. The target of another fleet stays that one's until it leaves.
    pub async fn join(&self, conn: &mut Conn, fleet: &Membership) -> Result<()> {
        let member = Member { fleet: fleet.fleet.clone(), group: fleet.group.clone() };
        if self.member(conn).await?.is_some_and(|known| known == member || known.fleet != member.fleet) {
            return Ok(());
        }
        let detail = serde_json::json!(member);
        self.audit(conn, &Audit { what: JOINED, detail, ..Audit::default() }).await
    }

    /// Whose target this is.
    pub async fn member(&self, conn: &mut Conn) -> Result<Option<Member>> {
        let sql = "SELECT detail FROM :state.events WHERE schema = :app AND what = ANY ($1) ORDER BY id DESC LIMIT 1";
        let last = self.query(sql).bind(&[JOINED, LEFT][..]).fetch_optional(conn).await?;
        let detail = last.and_then(|row| row.get::<Option<Json<serde_json::Value>>, _>(0));
        // a target that has left names no fleet
        Ok(detail.and_then(|Json(detail)| serde_json::from_value(detail).ok()))
    }

    /// Ends the membership. Says what it was.
    pub async fn leave_fleet(&self, conn: &mut Conn, because: &str) -> Result<Option<Member>> {
        let Some(member) = self.member(conn).await? else { return Ok(None) };
        let detail = serde_json::json!({ "left": member, "because": because });
        self.audit(conn, &Audit { what: LEFT, detail, ..Audit::default() }).await?;
        Ok(Some(member))
    }
}

/// Entries of the audit.
pub(super) const JOINED: &str = "fleet";
pub(super) const LEFT: &str = "fleet left";
