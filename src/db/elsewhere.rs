//! Where a table is that the configured schema doesn't have.

use sqlx::Row;

use super::{Session, users_statement};
use crate::error::Result;

/// The schemas of the role's search path that have a relation of this name, in the path's order.
///
/// # Errors
/// The database's.
pub async fn schemas_with(session: &mut Session, relation: &str) -> Result<Vec<String>> {
    let sql = "SELECT n.nspname::text FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (schema, nth)
               JOIN pg_catalog.pg_namespace n ON n.nspname = path.schema
               JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = $1 ORDER BY path.nth";
    let rows = users_statement(sql).bind(relation).fetch_all(&mut session.conn).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
