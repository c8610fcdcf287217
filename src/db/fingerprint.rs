//! Reads which database this is, and what the catalog says of a migration's objects.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::Row;
use sqlx::types::Json;

use super::{Conn, statement};
use crate::catalog::{Database, Fingerprint};
use crate::ident::Ident;
use crate::plan::Plan;

/// The database that a connection leads to.
///
/// # Errors
/// The database's.
pub async fn database(conn: &mut Conn) -> Result<Database, sqlx::Error> {
    let row = statement(DATABASE).fetch_one(&mut *conn).await?;
    let readable: bool = row.get(2);
    let system_identifier = if readable {
        let sql = "SELECT c.system_identifier::text FROM pg_catalog.pg_control_system() c";
        statement(sql).fetch_one(conn).await?.get(0)
    } else {
        None
    };
    Ok(Database { system_identifier, oid: row.get(0), name: row.get(1) })
}

/// Reads a fingerprint; part of the caller's transaction, in which names are written in full from here on.
///
/// # Errors
/// The database's; a lock that could not be taken, where PostgreSQL wants one to write an expression.
pub async fn fingerprint(
    conn: &mut Conn,
    plan: &Plan,
    state_schema: &Ident,
) -> Result<Fingerprint, sqlx::Error> {
    conn.run("SET LOCAL search_path = pg_catalog").await?;
    let version = statement("SELECT current_setting('server_version_num')::int4 / 10000");
    let mut found = Fingerprint {
        server_major: version.fetch_one(&mut *conn).await?.get::<i32, _>(0).unsigned_abs(),
        database: Some(database(conn).await?),
        ..Fingerprint::default()
    };
    let relies_on = || Json(&plan.relies_on);
    for row in statement(TABLES).bind(relies_on()).fetch_all(&mut *conn).await? {
        found.tables.insert(row.get(0), row.get(1));
        found.objects.insert(row.get(0), BTreeMap::new());
    }
    for query in [COLUMNS, CONSTRAINTS, INDEXES] {
        for row in statement(query).bind(relies_on()).fetch_all(&mut *conn).await? {
            found.objects.insert(row.get(0), row.get::<Json<BTreeMap<String, Value>>, _>(1).0);
        }
    }
    let triggers = statement(TRIGGERS).bind(Json(&plan.triggers));
    let functions = statement(FUNCTIONS).bind(relies_on()).bind(state_schema.as_str());
    let counters = statement(SEQUENCES).bind(&plan.counters);
    for query in [triggers, functions, counters] {
        for row in query.fetch_all(&mut *conn).await? {
            found.objects.insert(row.get(0), row.get::<Json<BTreeMap<String, Value>>, _>(1).0);
        }
    }
    let unseen = statement(UNSEEN).bind(Json(&plan.triggers)).fetch_all(&mut *conn).await?;
    found.unseen_triggers = Some(unseen.iter().map(|row| row.get(0)).collect());
    for row in statement(HANGING).bind(relies_on()).fetch_all(conn).await? {
        found.hanging.insert(row.get(0), row.get(1));
    }
    Ok(found)
}

const DATABASE: &str = "
SELECT d.oid::bigint, d.datname::text, pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// The tables of one list of the plan, as `r`: a name in JSON and what it is now.
macro_rules! relation_at {
    ($name:literal) => {
        concat!(
            "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ",
            $name,
            " ->> 'schema' AND c.relname = ",
            $name,
            " ->> 'name'"
        )
    };
}

const TABLES: &str = concat!(
    "SELECT format('%s %I.%I', r.kind, r.nspname, r.relname), r.oid::int8
     FROM jsonb_array_elements($1 -> 'tables') t,
     LATERAL (SELECT c.oid, n.nspname, c.relname, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind
              FROM ",
    relation_at!("t"),
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) r"
);

/// The columns of the plan that exist, as `used`.
macro_rules! used {
    () => {
        concat!(
            "WITH used AS (
               SELECT r.oid AS rel, r.nspname, r.relname, a.attnum, a.attname, (u ->> 'followed')::bool AS followed, (u ->> 'goes')::bool AS goes
               FROM jsonb_array_elements($1 -> 'columns') u,
               LATERAL (SELECT c.oid, n.nspname, c.relname FROM ",
            relation_at!("u -> 'table'"),
            ") r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE a.attname = u ->> 'column')"
        )
    };
}

const COLUMNS: &str = concat!(
    used!(),
    "SELECT format('column %I.%I.%I', u.nspname, u.relname, u.attname), jsonb_strip_nulls(jsonb_build_object(
              'type', format_type(a.atttypid, a.atttypmod),
              'collation', CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
              'NOT NULL', a.attnotnull,
              'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
              'generation expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
              'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END))
     FROM used u JOIN pg_attribute a ON a.attrelid = u.rel AND a.attnum = u.attnum
     JOIN pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
);

/// NOT NULL, which is a constraint since 18, is told with its column. What belongs to a partition follows its parent.
const CONSTRAINTS: &str = concat!(
    used!(),
    "SELECT format('constraint %I of %I.%I', k.conname, n.nspname, c.relname), jsonb_build_object(
              'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), 'valid', k.convalidated)
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
       AND (EXISTS (SELECT FROM used u WHERE u.followed AND (u.rel = k.conrelid AND u.attnum = ANY (k.conkey)
                                                             OR u.rel = k.confrelid AND u.attnum = ANY (k.confkey)))
            OR EXISTS (SELECT FROM jsonb_array_elements($1 -> 'constraints') m
                       WHERE m ->> 'name' = k.conname AND m #>> '{table,name}' = c.relname AND m #>> '{table,schema}' = n.nspname))"
);

/// An index that a constraint owns is told with it.
const INDEXES: &str = concat!(
    used!(),
    "SELECT format('index %I.%I', n.nspname, c.relname), jsonb_build_object(
              'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid AND i.indisready)
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
       AND (EXISTS (SELECT FROM used u JOIN pg_depend d ON d.refobjid = u.rel AND d.refobjsubid = u.attnum
                    WHERE u.followed AND u.rel = i.indrelid AND d.refclassid = 'pg_class'::regclass
                      AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid)
            OR EXISTS (SELECT FROM jsonb_array_elements($1 -> 'indexes') m
                       WHERE m ->> 'name' = c.relname AND m ->> 'schema' = n.nspname))"
);

const TRIGGERS: &str = concat!(
    "SELECT format('trigger %I of %I.%I', t.tgname, r.nspname, r.relname), jsonb_build_object(
              'definition', pg_get_triggerdef(t.oid),
              'firing', CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'origin' END)
     FROM jsonb_array_elements($1) m,
     LATERAL (SELECT c.oid, n.nspname, c.relname FROM ",
    relation_at!("m -> 'table'"),
    ") r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE t.tgname = m ->> 'name'"
);

/// BEFORE triggers of others that fire after midflight's; and those on UPDATE where midflight's waits for columns that the
/// statement names.
const UNSEEN: &str = concat!(
    "SELECT DISTINCT format('trigger %I of %I.%I', t.tgname, r.nspname, r.relname)
     FROM jsonb_array_elements($1) m,
     LATERAL (SELECT c.oid, n.nspname, c.relname FROM ",
    relation_at!("m -> 'table'"),
    ") r JOIN pg_trigger own ON own.tgrelid = r.oid JOIN pg_trigger t ON t.tgrelid = r.oid
     WHERE own.tgname = m ->> 'name' AND NOT t.tgisinternal AND t.tgname !~ '^zzzz_midflight_' AND (t.tgtype & 3) = 3 AND (t.tgtype & 20) <> 0
       AND (t.tgname::text COLLATE \"C\" > own.tgname::text COLLATE \"C\"
            OR (t.tgtype & 16) = 16 AND own.tgattr::text <> '')"
);

const FUNCTIONS: &str = "
SELECT format('function %s', p.oid::regprocedure), jsonb_build_object('digest', left(encode(sha256(convert_to(pg_get_functiondef(p.oid), 'UTF8')), 'hex'), 16))
FROM jsonb_array_elements_text($1 -> 'functions') m JOIN pg_proc p ON starts_with(p.proname::text, m)
JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $2 AND p.prokind = 'f'";

const SEQUENCES: &str = "
SELECT 'sequence ' || m, '{}'::jsonb FROM unnest($1::text[]) m WHERE to_regclass(m) IS NOT NULL";

/// What depends on a column that goes: not its own default or NOT NULL, and nothing of midflight's.
const HANGING: &str = concat!(
    used!(),
    "SELECT i.type || ' ' || i.identity, format('%I.%I.%I', u.nspname, u.relname, u.attname)
     FROM used u JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = u.rel AND d.refobjsubid = u.attnum
     LEFT JOIN pg_rewrite rule ON d.classid = 'pg_rewrite'::regclass AND rule.oid = d.objid
     LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
     LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid,
     LATERAL pg_identify_object(CASE WHEN rule.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass END,
                                coalesce(rule.ev_class, d.objid), 0) i
     WHERE u.goes AND d.deptype IN ('n', 'a')
       AND NOT coalesce(f.adrelid = u.rel AND f.adnum = u.attnum, false)
       AND k.contype IS DISTINCT FROM 'n' AND coalesce(k.conname::text, i.name, '') !~ '^.?_midflight_'
       AND NOT EXISTS (SELECT FROM jsonb_array_elements($1 -> 'indexes') m WHERE d.classid = 'pg_class'::regclass
                         AND quote_ident(m ->> 'name') = i.name AND quote_ident(m ->> 'schema') = i.schema)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements($1 -> 'constraints') m WHERE m ->> 'name' = k.conname)
     ORDER BY 1, 2"
);
