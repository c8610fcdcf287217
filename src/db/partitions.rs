//! Reads how tables are partitioned.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::row::{idents, kind, name};
use super::versions::is_version_schema;
use crate::catalog::{Partition, Partitioning, RelationKind, Table};
use crate::error::Result;

/// Keys of the table and of partitions that are partitioned themselves. A column of a key depends on its table, and a
/// key's expression on its columns (seen on 14 to 18).
pub(super) const KEYS: &str = "
SELECT root.oid, coalesce(pg_catalog.array_agg(DISTINCT a.attname::text) FILTER (WHERE a.attname IS NOT NULL), '{}'),
       pg_catalog.bool_or(p.partexprs IS NOT NULL),
       pg_catalog.bool_or(p.partrelid = root.oid::oid AND p.partdefid <> 0)
FROM pg_catalog.unnest($1::bigint[]) root (oid)
CROSS JOIN pg_catalog.pg_partition_tree(root.oid::oid::regclass) tree
JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = tree.relid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attnum = ANY (p.partattrs::pg_catalog.int2[])
       OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid
                    AND d.objid = a.attrelid AND d.refobjid = a.attrelid AND a.attnum IN (d.objsubid, d.refobjsubid)))
GROUP BY 1";

/// Everything below a partitioned table.
pub(super) const PARTITIONS: &str = "
SELECT root.oid, n.nspname::text, c.relname::text, c.relkind
FROM pg_catalog.unnest($1::bigint[]) root (oid)
CROSS JOIN pg_catalog.pg_partition_tree(root.oid::oid::regclass) tree
JOIN pg_catalog.pg_class c ON c.oid = tree.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE tree.level > 0 ORDER BY 1, tree.level, 2, 3";

/// What depends on a column in a partition and not in the whole table: views and functions over the partition.
pub(super) const DEPENDENTS: &str = concat!(
    "
SELECT root.oid, a.attname::text, d.classid::regclass::text, d.objid::bigint, i.type || ' ' || i.identity
FROM pg_catalog.unnest($1::bigint[]) root (oid)
CROSS JOIN pg_catalog.pg_partition_tree(root.oid::oid::regclass) tree
JOIN pg_catalog.pg_depend d ON d.refobjid = tree.relid AND d.refclassid = 'pg_catalog.pg_class'::regclass
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid AND r.rulename = '_RETURN'
CROSS JOIN LATERAL pg_catalog.pg_identify_object(
  CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass END, coalesce(r.ev_class, d.objid), 0) i
WHERE tree.level > 0 AND d.refobjsubid > 0
  AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_proc'::regclass)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class own WHERE own.oid = r.ev_class AND ",
    is_version_schema!("own.relnamespace"),
    ")
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 5"
);

pub(super) fn add_key(table: &mut Table, row: &PgRow) -> Result<()> {
    table.partitioning = Some(Partitioning {
        key: idents(row, 1),
        by_expression: row.get(2),
        has_default: row.get(3),
        partitions: Vec::new(),
    });
    Ok(())
}

pub(super) fn add(table: &mut Table, row: &PgRow) -> Result<()> {
    if let Some(partitioning) = &mut table.partitioning {
        let kind = kind(row, 3, RelationKind::of, "relation kind")?;
        partitioning.partitions.push(Partition { table: name(row, 1), kind });
    }
    Ok(())
}
