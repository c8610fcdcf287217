//! What a type's name means to the server.

use sqlx::Row;

use super::{Session, statement};
use crate::error::Result;
use crate::ident::Ident;

/// The type that a text means, if any. Text that isn't even a type name is unknown as well.
pub(super) async fn type_oid(session: &mut Session, schema: &Ident, written: &str) -> Result<Option<i64>> {
    let path = format!("SET LOCAL search_path = {schema}, public");
    session.conn.begin(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {path}")).await?;
    let found = statement("SELECT pg_catalog.to_regtype($1)::oid::bigint").bind(written);
    let found = found.fetch_one(&mut session.conn).await.ok().and_then(|row| row.get(0));
    session.rollback().await;
    Ok(found)
}
