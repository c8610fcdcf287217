//! Who uses the row type of a table: PostgreSQL keeps it in step with the table's columns, and not what was made of it.

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::catalog::Table;
use crate::error::Result;

/// Adds a user to a table.
pub(super) fn add(table: &mut Table, row: &PgRow) -> Result<()> {
    let (stored, what): (bool, String) = (row.get(1), row.get(2));
    if stored {
        table.row_stored_in.push(what);
    } else {
        table.row_functions.push(what);
    }
    Ok(())
}

/// Columns that store rows of the table, also in arrays, domains, ranges and rows of others; and functions that take or
/// give them.
pub(super) const USERS: &str = "
WITH RECURSIVE used (rel, type) AS (
  SELECT c.oid, c.reltype FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::bigint[]::oid[]) AND c.reltype <> 0
  UNION
  SELECT used.rel, more.type
  FROM used CROSS JOIN LATERAL (
    SELECT t.typarray FROM pg_catalog.pg_type t WHERE t.oid = used.type AND t.typarray <> 0
    -- Arrays, domains and ranges depend on their type, columns and functions on theirs: found by an index, however many
    -- tables there are.
    UNION ALL SELECT d.objid FROM pg_catalog.pg_depend d
              WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = used.type
                AND d.classid = 'pg_catalog.pg_type'::regclass
    UNION ALL SELECT c.reltype FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
              WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = used.type
                AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objsubid > 0
                AND c.relkind IN ('c', 'r', 'p', 'm') AND c.reltype <> 0
  ) AS more (type))
SELECT used.rel::bigint, true, pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname)
FROM used
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = used.type
     AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objsubid > 0
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objid AND a.attnum = d.objsubid AND a.atttypid = used.type AND NOT a.attisdropped
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
GROUP BY 1, 2, 3
UNION ALL
SELECT used.rel::bigint, false, (pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0)).identity
FROM used
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = used.type
     AND d.classid = 'pg_catalog.pg_proc'::regclass
JOIN pg_catalog.pg_proc p ON p.oid = d.objid
     AND (used.type = p.prorettype OR used.type = ANY (p.proargtypes) OR used.type = ANY (p.proallargtypes))
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3";
