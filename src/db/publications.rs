//! Reads which publications send the tables concerned, and whether anybody receives it.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::row::{ident, idents};
use super::{Session, statement};
use crate::catalog::{Catalog, Member, Publication, Table};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;

/// Every publication of every table, with the table's own entry in it as `own`. What is not logged is not published.
macro_rules! publications {
    ($columns:literal, $filter:literal, $of_schemas:literal, $by_schema:literal) => {
        concat!(
            "SELECT t.oid, p.pubname::text,
       CASE WHEN p.puballtables THEN 'everything' WHEN own.oid IS NOT NULL THEN 'table'
            WHEN EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN family f ON f.relid = r.prrelid
                         WHERE r.prpubid = p.oid AND f.oid = t.oid) THEN 'partition'
            ELSE 'schema' END,
       p.pubupdate, p.pubdelete, ",
            $columns,
            ", ",
            $filter,
            ", pg_catalog.pg_has_role(p.pubowner, 'USAGE'), ",
            $of_schemas,
            "
FROM pg_catalog.unnest($1::bigint[]) t (oid)
JOIN pg_catalog.pg_class c ON c.oid = t.oid::oid AND c.relpersistence = 'p' AND c.relkind IN ('r', 'p')
CROSS JOIN pg_catalog.pg_publication p
LEFT JOIN pg_catalog.pg_publication_rel own ON own.prpubid = p.oid AND own.prrelid = c.oid
WHERE p.puballtables
   OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN family f ON f.relid = r.prrelid
              WHERE r.prpubid = p.oid AND f.oid = t.oid)
   OR ",
            $by_schema,
            "
ORDER BY 1, 2"
        )
    };
}

/// A table with all that is above and below it.
macro_rules! family {
    () => {
        "WITH family AS (
  SELECT t.oid, t.oid::oid AS relid FROM pg_catalog.unnest($1::bigint[]) t (oid)
  UNION SELECT t.oid, a.relid::oid FROM pg_catalog.unnest($1::bigint[]) t (oid)
  CROSS JOIN pg_catalog.pg_partition_ancestors(t.oid::oid::regclass) a
  UNION SELECT t.oid, b.relid::oid FROM pg_catalog.unnest($1::bigint[]) t (oid)
  CROSS JOIN pg_catalog.pg_partition_tree(t.oid::oid::regclass) b)
"
    };
}

const SINCE_15: &str = concat!(
    family!(),
    publications!(
        "(SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = own.prrelid AND a.attnum = ANY (own.prattrs::pg_catalog.int2[]) AND NOT a.attisdropped)",
        "pg_catalog.pg_get_expr(own.prqual, own.prrelid)",
        "EXISTS (SELECT FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = p.oid)",
        "EXISTS (SELECT FROM pg_catalog.pg_publication_namespace s JOIN family f ON f.oid = t.oid
                 JOIN pg_catalog.pg_class m ON m.oid = f.relid AND m.relnamespace = s.pnnspid WHERE s.pnpubid = p.oid)"
    )
);

/// Neither lists of columns nor conditions nor schemas.
const BEFORE_15: &str = concat!(family!(), publications!("NULL::text[]", "NULL::text", "false", "false"));

pub(super) const fn of(server_major: u32) -> &'static str {
    if server_major >= 15 { SINCE_15 } else { BEFORE_15 }
}

/// Partitions with rows that have neither a key nor another identity.
pub(super) const UNIDENTIFIED: &str = "
SELECT DISTINCT root.oid
FROM pg_catalog.unnest($1::bigint[]) root (oid)
CROSS JOIN pg_catalog.pg_partition_tree(root.oid::oid::regclass) tree
JOIN pg_catalog.pg_class c ON c.oid = tree.relid AND c.relkind = 'r' AND c.relpersistence = 'p'
WHERE tree.level > 0 AND c.relreplident <> 'f'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid
                    AND CASE c.relreplident WHEN 'd' THEN i.indisprimary AND i.indimmediate WHEN 'i' THEN i.indisreplident ELSE false END)";

pub(super) fn add(table: &mut Table, row: &PgRow) -> Result<()> {
    let member = match row.get::<&str, _>(2) {
        "everything" => Member::Everything,
        "schema" => Member::Schema,
        "table" => Member::Table,
        "partition" => Member::Partition,
        other => {
            let message = format!("the catalog can't be read: publication member `{other}` is not known");
            return Err(Error::new(Kind::Failed, message));
        }
    };
    table.publications.push(Publication {
        name: ident(row, 1),
        member,
        updates: row.get(3),
        deletes: row.get(4),
        columns: row.get::<Option<Vec<String>>, _>(5).map(|_| idents(row, 5)),
        filter: row.get(6),
        owned: row.get(7),
        of_schemas: row.get(8),
    });
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for all that is read of a table")]
pub(super) fn add_unidentified(table: &mut Table, _: &PgRow) -> Result<()> {
    table.has_partitions_without_identity = true;
    Ok(())
}

/// What is so for the whole database.
pub(super) async fn load(session: &mut Session, catalog: &mut Catalog) -> Result<()> {
    let all = "SELECT p.pubname::text FROM pg_catalog.pg_publication p WHERE p.puballtables ORDER BY 1";
    let all = statement(all).fetch_all(&mut session.conn).await?;
    catalog.publications_of_all = all.iter().map(|row| Ident::new(row.get::<&str, _>(0))).collect();
    let slots = "SELECT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                WHERE s.slot_type = 'logical' AND s.database = pg_catalog.current_database())";
    catalog.has_subscribers = session.one(slots).await?.get(0);
    Ok(())
}
