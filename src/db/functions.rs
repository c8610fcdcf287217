//! Reads what functions promise that defaults call.

use std::collections::BTreeSet;

use sqlx::Row;

use super::row::{ident, maybe_ident};
use super::{Session, statement};
use crate::catalog::Catalog;
use crate::error::Result;
use crate::migration::expression::Call;

/// Adds the volatility of functions to the snapshot. Names without a schema are looked up where the migration's
/// statements find them; of several functions of one name, one that is volatile counts.
pub(super) async fn load(session: &mut Session, catalog: &mut Catalog, called: BTreeSet<Call>) -> Result<()> {
    let schemas: Vec<Option<&str>> =
        called.iter().map(|name| name.schema.as_ref().map(|schema| schema.as_str())).collect();
    let names: Vec<&str> = called.iter().map(|name| name.name.as_str()).collect();
    let query = statement(VOLATILE).bind(schemas).bind(names).bind(catalog.schema.clone());
    for row in query.fetch_all(&mut session.conn).await? {
        let name = Call { schema: maybe_ident(&row, 0), name: ident(&row, 1) };
        catalog.volatile.insert(name, row.get(2));
    }
    Ok(())
}

const VOLATILE: &str = "
SELECT called.schema, called.name, pg_catalog.bool_or(p.provolatile = 'v')
FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) called (schema, name)
JOIN pg_catalog.pg_proc p ON p.proname = called.name
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE CASE WHEN called.schema IS NULL THEN n.nspname IN ('pg_catalog', 'public', $3) ELSE n.nspname = called.schema END
GROUP BY 1, 2";
