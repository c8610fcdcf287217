//! Statements with values to bind.

use sqlx::Postgres;
use sqlx::SqlSafeStr;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

/// A statement whose values are bound. It has no name on the server: a named one would stay there until the connection
/// ends, one for each execution, and a pooler would meet it again under another client.
pub fn statement<'q>(sql: impl SqlSafeStr) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(sql).persistent(false)
}
