//! Whether anybody else uses the database.

use sqlx::{AssertSqlSafe, Row};

use super::OURS;
use crate::db::{Session, statement};

/// Sessions at work in this database but midflight's own: one that runs a statement, or did in the last three seconds. It
/// is looked at once a second, and an application is between two statements most of the time. A role that may not see
/// what others do takes them to be at work. Sessions that are merely connected are no company.
pub(super) async fn other_activity(session: &mut Session) -> Result<bool, sqlx::Error> {
    let query = format!(
        "SELECT EXISTS (
           SELECT FROM pg_stat_activity a
           WHERE a.datname = current_database() AND a.usename IS NOT NULL AND NOT {OURS}
             AND coalesce(a.backend_type, 'client backend') = 'client backend'
             AND (a.state IS NULL OR a.state = 'active' OR a.state_change > clock_timestamp() - interval '3 seconds'))"
    );
    statement(AssertSqlSafe(query)).fetch_one(&mut session.conn).await?.try_get(0)
}
