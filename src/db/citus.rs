//! Which tables Citus keeps, and whether this is the node that may change them.

use std::collections::BTreeMap;

use sqlx::Row;

use super::{Session, statement};
use crate::catalog::{Catalog, Distribution};
use crate::error::{Error, Result};

/// True in a database with the extension. Its tables are in `pg_catalog`.
pub(super) const IS_THERE: &str = "EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')";

/// What follows BEGIN there: `lock_timeout` and the other settings of the transaction hold at the workers as well. Only
/// settings that are made after this one, by `SET LOCAL`, are sent along.
pub(super) const PROPAGATE: &str = "SET LOCAL citus.propagate_set_commands = 'local'";

/// Notes of the tables that were read how Citus keeps them.
///
/// # Errors
/// Exit 2 at a worker: tables are changed at the coordinator.
pub(super) async fn load(session: &mut Session, catalog: &mut Catalog) -> Result<()> {
    if !session.citus {
        return Ok(());
    }
    let worker: bool = session
        .one("SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_local_group WHERE groupid <> 0)")
        .await?
        .get(0);
    if worker {
        return Err(Error::usage("this is a worker of Citus, and tables are changed at the coordinator")
            .hint("give the coordinator's URL"));
    }
    let rows = statement(KEPT).fetch_all(&mut session.conn).await?;
    let kept: BTreeMap<i64, Distribution> = rows
        .iter()
        .map(|row| {
            let column: Option<String> = row.get(4);
            (row.get(0), Distribution::of(row.get(1), row.get(2), row.get(3), column.as_deref()))
        })
        .collect();
    for table in catalog.tables.values_mut().chain(catalog.partitions.values_mut()) {
        table.distribution = kept.get(&i64::from(table.oid)).cloned();
    }
    Ok(())
}

const KEPT: &str = "
SELECT p.logicalrelid::oid::bigint, p.partmethod::text, p.repmodel::text, p.colocationid <> 0,
       CASE WHEN p.partkey IS NOT NULL THEN pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) END
FROM pg_catalog.pg_dist_partition p";
