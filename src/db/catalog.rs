//! Takes the catalog snapshot that planning needs: one query a kind of object, all for the tables concerned.

mod dependents;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::row::{ident, idents, kind, maybe_ident, maybe_kind, name};
use super::types::{Written, below, composite, constrained, identity_types, type_below, type_default};
use super::{
    CALM, Session, citus, followers, functions, partitions, publications, relations, row_types, statement,
    types,
};
use crate::catalog::{
    Catalog, Column, ColumnTrigger, Constraint, ConstraintKind, Generated, Grant, Identity, Index, Partition,
    Policy, RelationKind, ReplicaIdentity, Sequence, Statistic, Table, TypeInfo, View,
};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::migration::Migration;
use crate::migration::operation::{Operation, TableRef};

/// Reads what the migrations' operations refer to. Unqualified names are looked up in `schema`.
///
/// # Errors
/// The database's.
pub async fn load(session: &mut Session, schema: &str, migrations: &[&Migration]) -> Result<Catalog> {
    let default = Ident::new(schema);
    let steps: Vec<_> = migrations.iter().flat_map(|migration| migration.understood()).collect();
    let operations = || steps.iter().map(|(step, _)| &step.operation);
    let tables: BTreeSet<TableName> =
        operations().flat_map(|op| op.tables()).map(|table| table.in_schema(&default)).collect();
    let parents = operations().filter_map(parent).map(|table| table.in_schema(&default));
    let written = operations().flat_map(Operation::tables_of_rows).map(|table| table.in_schema(&default));
    let tables: BTreeSet<TableName> = tables.into_iter().chain(parents).chain(written).collect();
    let named: BTreeSet<String> = operations().flat_map(Operation::types).collect();
    let schemas: BTreeSet<&str> = tables.iter().map(|table| table.schema.as_str()).chain([schema]).collect();
    let schemas: Vec<&str> = schemas.into_iter().collect();

    // Types are looked up as the user's expressions will be; everything else is read with a search_path that makes
    // the server write every name in full.
    let mut types_found = Vec::new();
    for written in named {
        types_found.extend(types::written(session, &default, written).await?);
    }
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {CALM}; SET LOCAL search_path = pg_catalog"
    );
    session.conn.begin(&begin).await?;
    let words: BTreeSet<String> = migrations.iter().flat_map(|migration| migration.source.words()).collect();
    let made = operations().filter_map(|op| match op {
        Operation::CreateTable(create) => Some(create.table.in_schema(&default)),
        _ => None,
    });
    let made: BTreeSet<TableName> = made.collect();
    let called =
        operations().filter_map(Operation::default_of_column).flat_map(|default| default.calls()).collect();
    let snapshot = match snapshot(session, schema, &schemas, &tables, &words, &made, types_found).await {
        Ok(mut catalog) => functions::load(session, &mut catalog, called).await.map(|()| catalog),
        failed => failed,
    };
    session.rollback().await;
    let mut catalog = snapshot?;
    super::versions::load(session, &mut catalog).await?;
    types::try_null(session, &mut catalog).await?;
    super::objects::load(session, &mut catalog, operations()).await?;
    Ok(catalog)
}

/// The tables of those among these names that are indexes.
async fn indexed_by(session: &mut Session, names: &BTreeSet<TableName>) -> Result<BTreeSet<TableName>> {
    let schemas: Vec<&str> = names.iter().map(|name| name.schema.as_str()).collect();
    let own: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
    let rows = statement(INDEXED).bind(schemas).bind(own).fetch_all(&mut session.conn).await?;
    Ok(rows.iter().map(|row| name(row, 0)).collect())
}

const INDEXED: &str = "
SELECT n.nspname, t.relname
FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) named (schema, name)
JOIN pg_catalog.pg_namespace s ON s.nspname = named.schema
JOIN pg_catalog.pg_class i ON i.relnamespace = s.oid AND i.relname = named.name AND i.relkind = 'i'
JOIN pg_catalog.pg_index x ON x.indexrelid = i.oid
JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace";

/// The table that a new column's `REFERENCES` names.
fn parent(operation: &Operation) -> Option<TableRef> {
    let Operation::AddColumn(add) = operation else { return None };
    Some(crate::migration::referenced(&add.column.references.as_ref()?.value)?.0)
}

async fn snapshot(
    session: &mut Session,
    schema: &str,
    schemas: &[&str],
    tables: &BTreeSet<TableName>,
    words: &BTreeSet<String>,
    made: &BTreeSet<TableName>,
    types: Vec<Written>,
) -> Result<Catalog> {
    let version: i32 =
        session.one("SELECT pg_catalog.current_setting('server_version_num')::int").await?.get(0);
    let mut catalog =
        Catalog { server_major: version as u32 / 10_000, schema: schema.to_owned(), ..Catalog::default() };
    let mut oids = BTreeMap::new();
    let indexed = indexed_by(session, tables).await?;
    for table in tables.union(&indexed) {
        let found = statement(TABLE).bind(table.schema.as_str()).bind(table.name.as_str());
        if let Some(row) = found.fetch_optional(&mut session.conn).await? {
            let found = table_of(&row)?;
            oids.insert(i64::from(found.oid), table.clone());
            catalog.tables.insert(table.clone(), found);
        }
    }
    // The names that are near one that is missing are asked for only then.
    let missing = tables.difference(made).any(|table| !catalog.tables.contains_key(table));
    relations::load(session, &mut catalog, schemas, (!missing).then_some(words)).await?;
    let major = catalog.server_major;
    fill(session, &mut catalog.tables, major, &oids).await?;
    load_partitions(session, &mut catalog).await?;
    publications::load(session, &mut catalog).await?;
    citus::load(session, &mut catalog).await?;
    types::load(session, &mut catalog, types).await?;
    Ok(catalog)
}

/// Partitions as tables of their own.
async fn load_partitions(session: &mut Session, catalog: &mut Catalog) -> Result<()> {
    let partitioned = catalog.tables.values().filter(|table| table.partitioning.is_some());
    let roots: Vec<i64> = partitioned.map(|table| i64::from(table.oid)).collect();
    let keys = catalog.tables.values().flat_map(|table| &table.referenced_by);
    let refer = keys.filter(|key| key.partitioned && !catalog.tables.contains_key(&key.table));
    let refer: BTreeSet<TableName> = refer.map(|key| key.table.clone()).collect();
    let mut oids = BTreeMap::new();
    let mut roots = roots;
    for child in refer {
        let found =
            statement(TABLE).bind(child.schema.as_str().to_owned()).bind(child.name.as_str().to_owned());
        if let Some(row) = found.fetch_optional(&mut session.conn).await? {
            let table = table_of(&row)?;
            roots.push(i64::from(table.oid));
            oids.insert(i64::from(table.oid), child.clone());
            catalog.partitions.insert(child, table);
        }
    }
    if roots.is_empty() {
        return Ok(());
    }
    for row in statement(BELOW).bind(&roots).fetch_all(&mut session.conn).await? {
        let (table, full) = (table_of(&row)?, name(&row, 18));
        oids.insert(i64::from(table.oid), full.clone());
        catalog.partitions.insert(full, table);
    }
    // The names that PostgreSQL gives to what is made in partitions begin with theirs.
    let schemas: BTreeSet<String> =
        catalog.partitions.keys().map(|table| table.schema.as_str().to_owned()).collect();
    let names: BTreeSet<String> =
        catalog.partitions.keys().map(|table| table.name.as_str().to_owned()).collect();
    let schemas: Vec<&str> = schemas.iter().map(String::as_str).collect();
    relations::load(session, catalog, &schemas, Some(&names)).await?;
    fill(session, &mut catalog.partitions, catalog.server_major, &oids).await?;
    for table in catalog.tables.values_mut() {
        let below = table.partitioning.iter().flat_map(|partitioning| partitioning.partitions.clone());
        let below: Vec<Partition> = below.collect();
        table.sum_up(below.iter().filter_map(|partition| catalog.partitions.get(&partition.table)));
    }
    Ok(())
}

async fn fill(
    session: &mut Session,
    tables: &mut BTreeMap<TableName, Table>,
    major: u32,
    oids: &BTreeMap<i64, TableName>,
) -> Result<()> {
    let wanted: Vec<i64> = oids.keys().copied().collect();
    for (query, add) in [
        (COLUMNS, add_column as fn(&mut Table, &PgRow) -> Result<()>),
        (INDEXES, add_index),
        (CONSTRAINTS, add_constraint),
        (dependents::REFERENCED_BY, dependents::add_inbound),
        (dependents::TRIGGERS, dependents::add_trigger),
        (dependents::DEPENDENTS, dependents::add_dependent),
        (dependents::SEQUENCE_USERS, dependents::add_sequence_user),
        (partitions::KEYS, partitions::add_key),
        (partitions::PARTITIONS, partitions::add),
        (partitions::DEPENDENTS, dependents::add_dependent),
        (row_types::USERS, row_types::add),
        (publications::of(major), publications::add),
        (publications::UNIDENTIFIED, publications::add_unidentified),
    ] {
        for row in statement(query).bind(&wanted).fetch_all(&mut session.conn).await? {
            let table = oids.get(&row.get::<i64, _>(0)).and_then(|name| tables.get_mut(name));
            if let Some(table) = table {
                add(table, &row)?;
            }
        }
    }
    follow(session, &wanted, |oid, follower| {
        let table = oids.get(&oid).and_then(|name| tables.get_mut(name));
        match (table, follower) {
            (Some(table), Follower::View(view)) => table.views.push(view),
            (Some(table), Follower::Statistic(statistic)) => table.statistics.push(statistic),
            (Some(table), Follower::Policy(policy)) => table.policies.push(policy),
            (Some(table), Follower::Trigger(trigger)) => table.column_triggers.push(trigger),
            (Some(table), Follower::Sequence(sequence)) => table.sequences.push(sequence),
            (None, _) => {}
        }
    })
    .await
}

/// What depends on columns beside indexes and constraints.
async fn follow(session: &mut Session, wanted: &[i64], mut table: impl FnMut(i64, Follower)) -> Result<()> {
    for (oid, view) in followers::read(session, followers::VIEWS, wanted).await? {
        table(oid, Follower::View(view));
    }
    for (oid, statistic) in followers::read(session, followers::STATISTICS, wanted).await? {
        table(oid, Follower::Statistic(statistic));
    }
    for (oid, policy) in followers::read(session, followers::POLICIES, wanted).await? {
        table(oid, Follower::Policy(policy));
    }
    for (oid, trigger) in followers::read(session, followers::TRIGGERS, wanted).await? {
        table(oid, Follower::Trigger(trigger));
    }
    for (oid, sequence) in followers::read(session, followers::SEQUENCES, wanted).await? {
        table(oid, Follower::Sequence(sequence));
    }
    Ok(())
}

enum Follower {
    View(View),
    Statistic(Statistic),
    Policy(Policy),
    Trigger(ColumnTrigger),
    Sequence(Sequence),
}

fn table_of(row: &PgRow) -> Result<Table> {
    let above: Option<String> = row.get(20);
    Ok(Table {
        oid: row.get::<i64, _>(0) as u32,
        kind: kind(row, 1, RelationKind::of, "relation kind")?,
        is_partition: row.get(2),
        partition_of: above.map(|schema| TableName::new(schema.as_str(), row.get::<&str, _>(21))),
        referenced_from_above: row.get(22),
        rows: row.get(3),
        bytes: row.get(4),
        pages: row.get(5),
        owned: row.get(6),
        forced_row_security: row.get(7),
        comment: row.get(8),
        has_children: row.get(9),
        is_typed: row.get(15),
        bypasses_row_security: row.get(17),
        row_security: row.get(10),
        grants: grants(row, 11),
        owner: row.get(12),
        index_bytes: row.get(13),
        attributes: row.get(14),
        identity: kind(row, 16, ReplicaIdentity::of, "replica identity")?,
        ..Table::default()
    })
}

/// Grantee, privilege, grant option.
type GrantRow = (Option<String>, String, bool);

fn grants(row: &PgRow, at: usize) -> Vec<Grant> {
    let list: Option<Json<Vec<GrantRow>>> = row.get(at);
    let grant = |(grantee, privilege, grantable)| Grant { grantee, privilege, grantable };
    list.map(|Json(list)| list.into_iter().map(grant).collect()).unwrap_or_default()
}

fn add_column(table: &mut Table, row: &PgRow) -> Result<()> {
    let formatted: String = row.get(2);
    let sequence: Option<String> = row.get(11);
    table.columns.push(Column {
        name: ident(row, 1),
        type_info: TypeInfo {
            base: row.get(3),
            spelling: formatted.clone(),
            equality_is_identity: row.get(4),
            domain: row.get(5),
            constrained: row.get(20),
            refuses_null: false,
            below: type_below(row, 21),
            composite: row.get(22),
            default: row.get(23),
            volatile_default: row.get(24),
        },
        type_: formatted,
        not_null: row.get(6),
        default: row.get(7),
        volatile_default: row.get(8),
        identity: maybe_kind(row, 9, Identity::of, "identity")?,
        generated: maybe_kind(row, 10, Generated::of, "generated column")?,
        owned_sequence: sequence.map(|name| TableName::new(name.as_str(), row.get::<&str, _>(12))),
        collation: row.get(13),
        statistics: row.get(14),
        storage: row.get(15),
        compression: row.get(16),
        options: row.get::<Option<Vec<String>>, _>(17).unwrap_or_default(),
        grants: grants(row, 18),
        comment: row.get(19),
        inherited: row.get(25),
    });
    Ok(())
}

fn add_index(table: &mut Table, row: &PgRow) -> Result<()> {
    let parts: Vec<Option<String>> = row.get(11);
    table.indexes.push(Index {
        name: ident(row, 1),
        definition: row.get(2),
        columns: idents(row, 3),
        has_expressions: row.get(4),
        unique: row.get(5),
        valid: row.get(6),
        constraint: maybe_ident(row, 7),
        comment: row.get(8),
        replica_identity: row.get(9),
        clustered: row.get(10),
        parts: parts.into_iter().map(|part| part.map(Ident::new)).collect(),
        keys: row.get::<i32, _>(12).unsigned_abs() as usize,
        inherited: row.get(13),
    });
    Ok(())
}

fn add_constraint(table: &mut Table, row: &PgRow) -> Result<()> {
    let schema: Option<String> = row.get(6);
    table.constraints.push(Constraint {
        name: ident(row, 1),
        kind: kind(row, 2, ConstraintKind::of, "constraint kind")?,
        definition: row.get(3),
        columns: idents(row, 4),
        validated: row.get(5),
        references: schema.map(|schema| TableName::new(schema.as_str(), row.get::<&str, _>(7))),
        comment: row.get(8),
        deferrable: row.get(9),
        initially_deferred: row.get(10),
        no_inherit: row.get(11),
        parent: row.get(12),
        needed_by: row.get(13),
        inherited: row.get(14),
    });
    Ok(())
}

/// Tables that meet a condition.
macro_rules! tables_where {
    ($condition:literal) => {
        concat!(
            "
SELECT c.oid::bigint, c.relkind, c.relispartition,
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::float8
            ELSE pg_catalog.pg_relation_size(c.oid)::float8 / 100 END,
       pg_catalog.pg_relation_size(c.oid),
       pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint,
       pg_catalog.pg_has_role(c.relowner, 'USAGE'),
       c.relforcerowsecurity,
       pg_catalog.obj_description(c.oid, 'pg_class'),
       EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid),
       c.relrowsecurity,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                 CASE WHEN acl.grantee <> 0 THEN pg_catalog.pg_get_userbyid(acl.grantee) END, acl.privilege_type, acl.is_grantable))
        FROM pg_catalog.aclexplode(c.relacl) acl),
       pg_catalog.pg_get_userbyid(c.relowner)::text,
       pg_catalog.pg_indexes_size(c.oid), c.relnatts::int, c.reloftype <> 0, c.relreplident,
       (SELECT r.rolsuper OR r.rolbypassrls FROM pg_catalog.pg_roles r WHERE r.rolname = current_user),
       n.nspname::text, c.relname::text, pn.nspname::text, above.relname::text,
       EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conparentid <> 0)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits up ON up.inhrelid = c.oid AND c.relispartition
LEFT JOIN pg_catalog.pg_class above ON above.oid = up.inhparent
LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = above.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ",
            $condition
        )
    };
}

const TABLE: &str = tables_where!("n.nspname = $1 AND c.relname = $2");

/// Everything below these tables.
const BELOW: &str = tables_where!(
    "c.oid IN (SELECT tree.relid FROM pg_catalog.unnest($1::bigint[]) root (oid)
               CROSS JOIN pg_catalog.pg_partition_tree(root.oid::oid::regclass) tree WHERE tree.level > 0)"
);

const COLUMNS: &str = concat!(
    "
SELECT a.attrelid::bigint, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       pg_catalog.format_type(a.atttypid, NULL),
       (t.typname IN ",
    identity_types!(),
    " OR t.typtype = 'e') AND t.typnamespace IN ('pg_catalog'::regnamespace, CASE WHEN t.typtype = 'e' THEN t.typnamespace END)
         -- Without a length the blanks at the end stay, and `=` does not see them.
         AND NOT (t.typname = 'bpchar' AND a.atttypmod < 0)
         AND coalesce((SELECT l.collisdeterministic FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation), true),
       t.typtype = 'd',
       a.attnotnull,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
       coalesce(EXISTS (
         SELECT FROM pg_catalog.pg_depend dep JOIN pg_catalog.pg_proc p ON p.oid = dep.refobjid AND p.provolatile = 'v'
         WHERE dep.classid = 'pg_catalog.pg_attrdef'::regclass AND dep.objid = d.oid
           AND dep.refclassid = 'pg_catalog.pg_proc'::regclass)
         OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '(nextval|random|clock_timestamp|timeofday|gen_random_uuid|uuidv|txid_current|pg_current_xact_id)\\s*\\(', false),
       a.attidentity, a.attgenerated,
       seq_ns.nspname::text, seq.relname::text,
       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
            THEN (SELECT pg_catalog.format('%I.%I', n.nspname, l.collname) FROM pg_catalog.pg_collation l
                  JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END,
       nullif(a.attstattarget, -1)::int,
       CASE WHEN a.attstorage <> t.typstorage
            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
       -- The two options that a user can set (manual, ALTER TABLE); servers keep notes of their own here as well.
       (SELECT pg_catalog.array_agg(o) FROM pg_catalog.unnest(a.attoptions) o WHERE pg_catalog.starts_with(o, 'n_distinct')),
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
                 CASE WHEN acl.grantee <> 0 THEN pg_catalog.pg_get_userbyid(acl.grantee) END, acl.privilege_type, acl.is_grantable))
        FROM pg_catalog.aclexplode(a.attacl) acl),
       pg_catalog.col_description(a.attrelid, a.attnum), ",
    constrained!(),
    ", ",
    below!(),
    ", ",
    composite!(),
    ", ",
    type_default!(),
    ", a.attinhcount > 0
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_depend own ON own.classid = 'pg_catalog.pg_class'::regclass AND own.refclassid = 'pg_catalog.pg_class'::regclass
     AND own.refobjid = a.attrelid AND own.refobjsubid = a.attnum AND own.deptype = 'a'
     AND EXISTS (SELECT FROM pg_catalog.pg_class s WHERE s.oid = own.objid AND s.relkind = 'S')
LEFT JOIN pg_catalog.pg_class seq ON seq.oid = own.objid
LEFT JOIN pg_catalog.pg_namespace seq_ns ON seq_ns.oid = seq.relnamespace
WHERE a.attrelid = ANY ($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum"
);

const INDEXES: &str = "
SELECT i.indrelid::bigint, c.relname::text, pg_catalog.pg_get_indexdef(i.indexrelid),
       (SELECT pg_catalog.array_agg(DISTINCT a.attname::text) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum > 0
          AND (a.attnum = ANY (i.indkey::int2[]) OR EXISTS (
            SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
              AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))),
       i.indexprs IS NOT NULL, i.indisunique, i.indisvalid,
       (SELECT k.conname::text FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') LIMIT 1),
       pg_catalog.obj_description(i.indexrelid, 'pg_class'), i.indisreplident, i.indisclustered,
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(num, at)
             LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num AND a.attnum > 0 ORDER BY k.at),
       i.indnkeyatts::int4, c.relispartition
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY ($1::bigint[]::oid[]) ORDER BY i.indexrelid";

const CONSTRAINTS: &str = "
SELECT k.conrelid::bigint, k.conname::text, k.contype, pg_catalog.pg_get_constraintdef(k.oid),
       (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.at) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(num, at)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num),
       k.convalidated, fn.nspname::text, f.relname::text, pg_catalog.obj_description(k.oid, 'pg_constraint'),
       k.condeferrable, k.condeferred, k.connoinherit, k.conparentid <> 0,
       ARRAY(SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_depend d
             LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
             CROSS JOIN LATERAL pg_catalog.pg_identify_object(
               CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass::oid END,
               coalesce(r.ev_class, d.objid), 0) i
             WHERE d.refclassid = 'pg_catalog.pg_constraint'::regclass AND d.refobjid = k.oid AND d.deptype = 'n'),
       k.coninhcount > 0 AND (k.conparentid = 0 OR EXISTS (
         SELECT FROM pg_catalog.pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid <> k.conrelid))
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.conrelid = ANY ($1::bigint[]::oid[]) ORDER BY k.oid";
