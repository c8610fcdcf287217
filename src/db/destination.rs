//! Where a URL leads, as far as it may be shown.

use super::versions::is_version_schema;
use super::{Conn, statement};
use crate::error::Result;
use sqlx::{Row, SqlSafeStr};

/// A server and a database on it, without user and password.
pub struct Destination {
    /// Host and port, or the folder of a socket.
    pub server: String,
    /// The database.
    pub database: String,
}

/// Reads where a URL leads. Connects to nothing.
///
/// # Errors
/// Exit 2 for one that can't be read.
pub fn destination(url: &str) -> Result<Destination> {
    let options = super::options::options(url, |name| std::env::var(name).ok())?;
    let server = match options.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let database = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
    Ok(Destination { server, database })
}

/// The schemas of a database that are somebody's: neither PostgreSQL's nor midflight's for a release.
pub async fn application_schemas(conn: &mut Conn) -> Result<Vec<String>, sqlx::Error> {
    let sql = concat!(
        "SELECT n.nspname::text FROM pg_catalog.pg_namespace n
         WHERE NOT pg_catalog.starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema' AND NOT ",
        is_version_schema!("n.oid"),
        " ORDER BY n.nspname"
    );
    let rows = statement(sql.into_sql_str()).fetch_all(conn).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
