//! The rows of a partitioned table are converted and compared where they are: in the partitions that there are at that
//! moment, whatever there was when the plan was made.

use sqlx::Row;

use crate::db::{Session, statement};
use crate::error::Result;
use crate::ident::TableName;
use crate::plan::{Conversion, Step, TableLock};

/// What holds rows of a conversion's table.
pub(super) struct Part {
    /// The conversion, of this table alone.
    pub work: Conversion,
    /// What it is known by, whatever it is called; 0 for a table without partitions.
    pub oid: i64,
}

/// The table itself, or its partitions, in an order that stays.
///
/// # Errors
/// The database's.
pub(super) async fn parts(session: &mut Session, work: &Conversion) -> Result<Vec<Part>> {
    if !work.by_partition {
        return Ok(vec![Part { work: work.clone(), oid: 0 }]);
    }
    let rows = statement(LEAVES).bind(work.table.to_string()).fetch_all(&mut session.conn).await?;
    let part = |row: &sqlx::postgres::PgRow| {
        let table = TableName::new(row.get::<&str, _>(0), row.get::<&str, _>(1));
        let rows = row.get::<f32, _>(2) as i64;
        Part { work: Conversion { table, rows, by_partition: false, ..work.clone() }, oid: row.get(3) }
    };
    Ok(rows.iter().map(part).collect())
}

/// Unlike `pg_partition_tree` this locks no partition.
const LEAVES: &str = "
WITH RECURSIVE tree (oid) AS (
  SELECT pg_catalog.to_regclass($1)::pg_catalog.oid
  UNION ALL SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid)
SELECT n.nspname::text, c.relname::text, greatest(c.reltuples, 0), c.oid::bigint
FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' ORDER BY c.oid";

/// Whether a step is about a partition that somebody has dropped since it was planned.
///
/// # Errors
/// The database's.
pub(super) async fn is_of_dropped(session: &mut Session, step: &Step) -> Result<bool> {
    let (true, [lock]) = (step.of_partition, &step.locks[..]) else { return Ok(false) };
    Ok(that_are_there(session, std::slice::from_ref(lock)).await?.is_empty())
}

/// The locks without those on partitions that somebody has dropped.
///
/// # Errors
/// The database's.
pub(super) async fn that_are_there(
    session: &mut Session,
    locks: &[TableLock],
) -> Result<Vec<TableLock>, sqlx::Error> {
    let names: Vec<String> = locks.iter().map(|lock| lock.table.to_string()).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows = statement(THERE).bind(&names).fetch_all(&mut session.conn).await?;
    let there = |row: &sqlx::postgres::PgRow| row.get::<i64, _>(0).unsigned_abs() as usize;
    Ok(rows.iter().filter_map(|row| locks.get(there(row) - 1).cloned()).collect())
}

const THERE: &str = "
SELECT names.place FROM pg_catalog.unnest($1::pg_catalog.text[]) WITH ORDINALITY AS names (name, place)
WHERE pg_catalog.to_regclass(names.name) IS NOT NULL ORDER BY names.place";

/// What is left to do of a DETACH … CONCURRENTLY: it is two transactions, and a run may have been killed after each.
///
/// # Errors
/// The database's.
pub(super) async fn left_to_detach(
    session: &mut Session,
    table: &TableName,
    partition: &TableName,
    sql: &[String],
) -> Result<Vec<String>> {
    let found = statement(DETACHING).bind(table.to_string()).bind(partition.to_string());
    let pending = found.fetch_optional(&mut session.conn).await?.map(|row| row.get::<bool, _>(0));
    Ok(match pending {
        None => Vec::new(),
        Some(true) => vec![format!("ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE")],
        Some(false) => sql.to_vec(),
    })
}

const DETACHING: &str = "
SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i
WHERE i.inhparent = pg_catalog.to_regclass($1) AND i.inhrelid = pg_catalog.to_regclass($2)";
