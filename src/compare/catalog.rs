//! Objects that need words of their own: definitions as the server prints them. One query a kind.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::{Key, Options, Properties};
use crate::db::Session;
use crate::error::Result;
use crate::ident::literal;

/// Each gives kind, name and properties.
pub const QUERIES: [&str; 17] = [
    include_str!("catalog/schemas.sql"),
    include_str!("catalog/relations.sql"),
    include_str!("catalog/columns.sql"),
    include_str!("catalog/constraints.sql"),
    include_str!("catalog/indexes.sql"),
    include_str!("catalog/triggers.sql"),
    include_str!("catalog/rules.sql"),
    include_str!("catalog/sequences.sql"),
    include_str!("catalog/functions.sql"),
    include_str!("catalog/enums.sql"),
    include_str!("catalog/statistics.sql"),
    include_str!("catalog/publications.sql"),
    include_str!("catalog/comments.sql"),
    include_str!("catalog/extensions.sql"),
    include_str!("catalog/database.sql"),
    include_str!("catalog/large_objects.sql"),
    include_str!("catalog/publication_schemas.sql"),
];

/// Publications of schemas, and of some rows of a table, came with 15.
const SINCE_15: &str = include_str!("catalog/publication_schemas.sql");

/// Schemas whose objects are compared. A role's own can stand in `pg_catalog` as well; what comes with the server has
/// lower OIDs.
pub const OWN_SCHEMAS: &str = "\
own_schemas AS (SELECT oid, quote_ident(nspname) AS name FROM pg_namespace
                WHERE nspname !~ '^pg_(toast|temp)' AND nspname <> 'information_schema' AND nspname <> :state
                  AND coalesce(obj_description(oid, 'pg_namespace'), '') NOT LIKE 'midflight version %')";

/// Reads them.
pub async fn read(session: &mut Session, options: &Options) -> Result<Vec<(Key, Properties)>> {
    let version: i32 =
        session.one("SELECT current_setting('server_version_num')::integer").await?.try_get(0)?;
    let mut found = Vec::new();
    for query in QUERIES {
        if version < 150_000 && query == SINCE_15 {
            continue;
        }
        let row_filter = if version < 150_000 { "NULL" } else { "pg_get_expr(r.prqual, r.prrelid)" };
        let sql = format!("WITH {OWN_SCHEMAS}\n{query}")
            .replace(":state", &literal(options.state_schema.as_str()))
            .replace(":row_filter", row_filter);
        found.extend(objects(&session.rows(&with_privileges(&sql)).await?)?);
    }
    Ok(found)
}

/// Objects out of rows.
pub fn objects(rows: &[PgRow]) -> Result<Vec<(Key, Properties)>> {
    let object = |row: &PgRow| {
        let key = Key { kind: row.try_get(0)?, name: row.try_get(1)? };
        let Json(properties): Json<BTreeMap<String, Value>> = row.try_get(2)?;
        let known = properties.into_iter().filter_map(|(name, value)| Some((name, text(value)?)));
        Ok((key, known.collect()))
    };
    rows.iter().map(object).collect()
}

/// A value for people; none is nothing to compare.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// `:acl(COLUMN, 'KIND', OWNER)` is the list of privileges: nobody's grant is the same as the default.
fn with_privileges(sql: &str) -> String {
    let mut parts = sql.split(":acl(");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (arguments, rest) = part.split_once(')').unwrap_or((part, ""));
        let mut arguments = arguments.splitn(3, ", ");
        let mut next = || arguments.next().unwrap_or_default();
        written += &privileges(next(), next(), next());
        written += rest;
    }
    written
}

/// The privileges in a column, as sorted text.
pub fn privileges(column: &str, kind: &str, owner: &str) -> String {
    format!(
        "(SELECT string_agg(item::text, ', ' ORDER BY item::text COLLATE \"C\") FROM unnest(coalesce({column}, acldefault({kind}, {owner}))) item)"
    )
}
