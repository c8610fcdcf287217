//! Reads what `lint --against` needs of a database: what the files may speak of, and how large it is. Names and sizes come
//! from the catalog alone; where PostgreSQL wants a table's lock to print an expression, it waits 5 s at most.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Session, statement};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::lint::{
    Column, Constraint, ConstraintRule, CreatedIn, Function, Index, Publishes, Relation, Sent, Size,
    Snapshot, Table, TypeInfo, TypeKind,
};
use crate::migration::expression::Expr;
use crate::migration::index_key::IndexKey;

/// Reads the tables that go by these words, or have an index or a constraint that does, with those that refer to them or
/// are parts of them: what a database has beside them takes no time.
///
/// # Errors
/// The database's.
pub async fn load(session: &mut Session, words: &BTreeSet<String>) -> Result<Snapshot> {
    session.begin(Duration::from_secs(5), "pg_catalog").await?;
    let snapshot = read(session, words).await;
    session.rollback().await;
    snapshot
}

async fn read(session: &mut Session, words: &BTreeSet<String>) -> Result<Snapshot> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let rows = statement(CONCERNED).bind(words).fetch_all(&mut session.conn).await?;
    let oids: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
    let version: i32 = session.one("SELECT current_setting('server_version_num')::int").await?.get(0);
    let mut snapshot = Snapshot { server_major: Some(version as u32 / 10_000), ..Snapshot::default() };
    for row in statement(RELATIONS).bind(&oids).fetch_all(&mut session.conn).await? {
        snapshot.tables.insert(name(&row, 0), relation(&row));
    }
    for row in statement(COLUMNS).bind(&oids).fetch_all(&mut session.conn).await? {
        if let Some(table) = snapshot.tables.get_mut(&name(&row, 0)) {
            let column = Column {
                type_: row.get(3),
                not_null: row.get(4),
                default: row.get(5),
                computed: row.get(6),
                filled: true,
                created_in: CreatedIn::default(),
            };
            table.columns.insert(ident(&row, 2), column);
        }
    }
    for row in statement(CONSTRAINTS).bind(&oids).fetch_all(&mut session.conn).await? {
        if let Some(table) = snapshot.tables.get_mut(&name(&row, 0)) {
            let constraint =
                Constraint { rule: rule(&row), valid: row.get(4), created_in: CreatedIn::default() };
            table.constraints.insert(ident(&row, 2), constraint);
        }
    }
    for row in statement(INDEXES).bind(&oids).fetch_all(&mut session.conn).await? {
        let index = Index {
            created_in: CreatedIn::default(),
            table: name(&row, 2),
            columns: row.get::<Vec<String>, _>(4).iter().map(|key| IndexKey::parse(key)).collect(),
            unique: row.get(5),
            predicate: row.get::<Option<String>, _>(6).map(Expr::from),
            btree: row.get(7),
            constraint: row.get::<Option<&str>, _>(8).map(Ident::new),
        };
        snapshot.indexes.insert(name(&row, 0), index);
    }
    for row in session.rows(TYPES).await? {
        let kind = match row.get::<Option<String>, _>(1) {
            Some(base) => TypeKind::Domain { base, constrained: row.get(2) },
            None => TypeKind::Other,
        };
        snapshot.types.insert(ident(&row, 0), TypeInfo { created_in: CreatedIn::default(), kind });
    }
    let publications = if version >= 150_000 { PUBLICATIONS_SINCE_15 } else { PUBLICATIONS };
    for row in session.rows(publications).await? {
        let what = match (row.get::<Option<&str>, _>(1), row.get::<Option<&str>, _>(2)) {
            (Some(schema), Some(table)) => Sent::Table(TableName::new(schema, table)),
            (Some(schema), None) => Sent::Schema(Ident::new(schema)),
            (None, _) => Sent::Everything,
        };
        snapshot.publications.push(Publishes { publication: ident(&row, 0), what });
    }
    for row in session.rows(FUNCTIONS).await? {
        let function = Function { volatile: row.get(1), changes_schema: false, for_triggers: row.get(2) };
        snapshot.functions.insert(ident(&row, 0), function);
    }
    Ok(snapshot)
}

fn ident(row: &PgRow, at: usize) -> Ident {
    Ident::new(row.get::<&str, _>(at))
}

fn name(row: &PgRow, at: usize) -> TableName {
    TableName::new(ident(row, at), ident(row, at + 1))
}

fn relation(row: &PgRow) -> Table {
    let kind = match row.get::<&str, _>(2) {
        "p" => Relation::Partitioned,
        "v" => Relation::View,
        "m" => Relation::MaterializedView,
        _ => Relation::Table,
    };
    let named = |at: usize| row.get::<Option<&str>, _>(at).map(|_| name(row, at));
    Table {
        kind,
        size: row.get::<Option<i64>, _>(3).map(|rows| Size { rows, bytes: row.get(4) }),
        policies: row.get::<Vec<String>, _>(5).into_iter().map(Ident::new).collect(),
        partition_of: named(6),
        default_partition: named(8),
        complete: true,
        ..Table::default()
    }
}

fn rule(row: &PgRow) -> ConstraintRule {
    let columns = row.get::<Vec<String>, _>(5).into_iter().map(Ident::new).collect::<Vec<_>>();
    match row.get::<&str, _>(3) {
        "f" => ConstraintRule::ForeignKey { columns, references: name(row, 6) },
        "p" => ConstraintRule::PrimaryKey(columns),
        "u" => ConstraintRule::Unique(columns),
        "x" => ConstraintRule::Exclusion,
        "n" => {
            let condition =
                columns.first().map_or_else(String::new, |column| format!("{column} IS NOT NULL")).into();
            ConstraintRule::Check { condition, proves_not_null: columns.into_iter().collect() }
        }
        _ => {
            let condition = Expr::from(row.get::<Option<String>, _>(8).unwrap_or_default());
            let proves_not_null: BTreeSet<Ident> = condition.proves_not_null();
            ConstraintRule::Check { condition, proves_not_null }
        }
    }
}

/// The relations that are meant, by any of these words. pg_constraint has no index on confrelid: it is read once.
const CONCERNED: &str = "\
WITH RECURSIVE named AS (
    SELECT c.oid, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY ($1::text[]::name[]) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), meant AS (
    SELECT oid FROM named WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION SELECT i.indrelid FROM pg_index i JOIN named ON named.oid = i.indexrelid
    UNION SELECT k.conrelid FROM pg_constraint k WHERE k.conname = ANY ($1::text[]::name[]) AND k.conrelid <> 0
), related AS (
    SELECT oid FROM meant
    UNION SELECT k.conrelid FROM pg_constraint k JOIN meant ON k.confrelid = meant.oid WHERE k.contype = 'f'
    UNION SELECT k.confrelid FROM pg_constraint k JOIN meant ON k.conrelid = meant.oid WHERE k.contype = 'f'
), above AS (
    SELECT oid FROM related UNION SELECT i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.oid
), family AS (
    SELECT oid FROM above UNION SELECT i.inhrelid FROM family JOIN pg_inherits i ON i.inhparent = family.oid
)
SELECT f.oid::bigint FROM family f JOIN pg_class c ON c.oid = f.oid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// Relations. The size of a partitioned table is that of its partitions; a table that was never analysed (`reltuples`
/// is -1) has none, since its `relpages` say nothing.
const RELATIONS: &str = "\
WITH RECURSIVE tree AS (
    SELECT inhparent AS root, inhrelid AS leaf FROM pg_inherits WHERE inhparent = ANY ($1::bigint[]::oid[])
    UNION ALL SELECT tree.root, i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.leaf
), below AS (
    SELECT tree.root, sum(leaf.reltuples) AS rows, sum(leaf.relpages::bigint) AS pages, min(leaf.reltuples) < 0 AS unknown
    FROM tree JOIN pg_class leaf ON leaf.oid = tree.leaf AND leaf.relkind IN ('r', 'f') GROUP BY tree.root
)
SELECT n.nspname, c.relname, c.relkind::text,
       CASE WHEN below.unknown THEN NULL WHEN c.relkind = 'p' THEN coalesce(below.rows, 0)
            WHEN c.reltuples >= 0 THEN c.reltuples END::bigint,
       (coalesce(below.pages, c.relpages) * current_setting('block_size')::bigint)::bigint,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid),
       pn.nspname, pc.relname, dn.nspname, dc.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN below ON below.root = c.oid AND c.relkind = 'p'
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
LEFT JOIN pg_class pc ON pc.oid = i.inhparent LEFT JOIN pg_namespace pn ON pn.oid = pc.relnamespace
LEFT JOIN pg_partitioned_table pt ON pt.partrelid = c.oid
LEFT JOIN pg_class dc ON dc.oid = pt.partdefid LEFT JOIN pg_namespace dn ON dn.oid = dc.relnamespace
WHERE c.oid = ANY ($1::bigint[]::oid[])";

const COLUMNS: &str = "\
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef OR a.attidentity <> '', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1::bigint[]::oid[])";

const CONSTRAINTS: &str = "\
SELECT n.nspname, c.relname, k.conname, k.contype::text, k.convalidated,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY key (attnum, place)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum ORDER BY key.place),
       coalesce(fn.nspname, ''), coalesce(fc.relname, ''), pg_get_expr(k.conbin, k.conrelid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class fc ON fc.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = fc.relnamespace
WHERE k.contype IN ('c', 'f', 'p', 'u', 'x', 'n') AND k.conrelid = ANY ($1::bigint[]::oid[])";

const INDEXES: &str = "\
SELECT n.nspname, ic.relname, n.nspname, c.relname,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, true) FROM generate_series(1, i.indnkeyatts) place),
       i.indisunique, pg_get_expr(i.indpred, i.indrelid),
       (SELECT am.amname = 'btree' FROM pg_am am WHERE am.oid = ic.relam), k.conname
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
-- By the table, on which pg_constraint has an index: none begins with conindid.
LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid = ANY ($1::bigint[]::oid[])";

const TYPES: &str = "\
SELECT t.typname, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
       t.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = t.oid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// Of which tables publications send every column, those that are added included.
const PUBLICATIONS: &str = "\
SELECT p.pubname, NULL::name, NULL::name FROM pg_publication p WHERE p.puballtables
UNION ALL SELECT p.pubname, n.nspname, c.relname
FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace";
const PUBLICATIONS_SINCE_15: &str = "\
SELECT p.pubname, NULL::name, NULL::name FROM pg_publication p WHERE p.puballtables
UNION ALL SELECT p.pubname, n.nspname, NULL
FROM pg_publication p JOIN pg_publication_namespace s ON s.pnpubid = p.oid JOIN pg_namespace n ON n.oid = s.pnnspid
UNION ALL SELECT p.pubname, n.nspname, c.relname
FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid AND r.prattrs IS NULL
JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace";

const FUNCTIONS: &str = "\
SELECT p.proname, bool_or(p.provolatile = 'v'), bool_and(p.prorettype = 'trigger'::regtype)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'
GROUP BY p.proname";
