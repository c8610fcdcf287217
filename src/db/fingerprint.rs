//! Reads which database this is, and what the catalog says of a migration's objects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row};

use super::versions::is_version_schema;
use super::{Conn, Statement, statement};
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

/// Reads the fingerprint of a plan; part of the caller's transaction. Names are written in full.
///
/// # Errors
/// The database's; a lock that could not be taken, where PostgreSQL wants one to write an expression.
pub async fn fingerprint(
    conn: &mut Conn,
    plan: &Plan,
    state_schema: &Ident,
) -> Result<Fingerprint, sqlx::Error> {
    let mut found = fingerprints(conn, &[plan], state_schema).await?;
    found.pop().ok_or(sqlx::Error::RowNotFound)
}

/// The same for several plans, with as many statements as for one.
///
/// # Errors
/// As above.
pub async fn fingerprints(
    conn: &mut Conn,
    plans: &[&Plan],
    state_schema: &Ident,
) -> Result<Vec<Fingerprint>, sqlx::Error> {
    let version = statement("SELECT current_setting('server_version_num')::int4 / 10000");
    let empty = Fingerprint {
        server_major: version.fetch_one(&mut *conn).await?.get::<i32, _>(0).unsigned_abs(),
        database: Some(database(conn).await?),
        unseen_triggers: Some(BTreeSet::new()),
        with_attributes: true,
        ..Fingerprint::default()
    };
    let mut found = vec![empty; plans.len()];
    let docs: Vec<Value> = plans.iter().map(|plan| document(plan)).collect();
    let docs = Value::Array(docs);
    for row in of_each(TABLES, &docs, state_schema).fetch_all(&mut *conn).await? {
        let one = &mut found[place(&row)];
        one.tables.insert(row.get(1), row.get(2));
        one.objects.insert(row.get(1), BTreeMap::new());
    }
    for query in [COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, FUNCTIONS, SEQUENCES] {
        for row in of_each(query, &docs, state_schema).fetch_all(&mut *conn).await? {
            let facts: Json<BTreeMap<String, Value>> = row.get(2);
            found[place(&row)].objects.insert(row.get(1), facts.0);
        }
    }
    for row in of_each(UNSEEN, &docs, state_schema).fetch_all(&mut *conn).await? {
        found[place(&row)].unseen_triggers.get_or_insert_default().insert(row.get(1));
    }
    for row in of_each(HANGING, &docs, state_schema).fetch_all(conn).await? {
        found[place(&row)].hanging.insert(row.get(1), row.get(2));
    }
    Ok(found)
}

/// What the queries ask about a plan.
fn document(plan: &Plan) -> Value {
    json!({ "relies_on": plan.relies_on, "triggers": plan.triggers, "counters": plan.counters })
}

/// A query below for each of the documents, with the document's place in front of its rows.
fn of_each(query: &str, docs: &Value, state_schema: &Ident) -> Statement<'static> {
    let sql = format!(
        "SELECT doc.place - 1, found.* FROM jsonb_array_elements($1) WITH ORDINALITY AS doc (of, place), LATERAL ({}) found
         WHERE $2::text IS NOT NULL",
        query.replace(":plan", "(doc.of -> 'relies_on')").replace(":triggers", "(doc.of -> 'triggers')").replace(
            ":counters",
            "(doc.of -> 'counters')"
        )
    );
    statement(AssertSqlSafe(sql)).bind(Json(docs.clone())).bind(state_schema.as_str().to_owned())
}

fn place(row: &PgRow) -> usize {
    row.get::<i64, _>(0).unsigned_abs() as usize
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
     FROM jsonb_array_elements(:plan -> 'tables') t,
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
               FROM jsonb_array_elements(:plan -> 'columns') u,
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
              'identity', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END,
              -- They were carried over when the column was made that takes its place.
              'privileges', CASE WHEN u.followed AND u.goes THEN a.attacl::text END))
     FROM used u JOIN pg_attribute a ON a.attrelid = u.rel AND a.attnum = u.attnum
     JOIN pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
);

/// NOT NULL, which is a constraint since 18, is told with its column. What belongs to a partition follows its parent. Those
/// that may be meant are looked up by indexes of the catalog, however many others there are: a foreign key depends on the
/// columns that it refers to.
const CONSTRAINTS: &str = concat!(
    used!(),
    ", followed AS (SELECT DISTINCT rel FROM used WHERE followed),
     meant AS (
       SELECT k.oid FROM followed u JOIN pg_constraint k ON k.conrelid = u.rel
       UNION SELECT d.objid FROM followed u JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = u.rel
             WHERE d.classid = 'pg_constraint'::regclass
       UNION SELECT k.oid FROM jsonb_array_elements(:plan -> 'constraints') m JOIN pg_namespace n ON n.nspname = m #>> '{table,schema}'
             JOIN pg_class c ON c.relname = m #>> '{table,name}' AND c.relnamespace = n.oid
             JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = m ->> 'name')
     SELECT format('constraint %I of %I.%I', k.conname, n.nspname, c.relname), jsonb_build_object(
              'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), 'valid', k.convalidated)
     FROM meant JOIN pg_constraint k ON k.oid = meant.oid
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conparentid = 0
       AND (EXISTS (SELECT FROM used u WHERE u.followed AND (u.rel = k.conrelid AND u.attnum = ANY (k.conkey)
                                                             OR u.rel = k.confrelid AND u.attnum = ANY (k.confkey)))
            OR EXISTS (SELECT FROM jsonb_array_elements(:plan -> 'constraints') m
                       WHERE m ->> 'name' = k.conname AND m #>> '{table,name}' = c.relname AND m #>> '{table,schema}' = n.nspname))"
);

/// An index that a constraint owns is told with it.
const INDEXES: &str = concat!(
    used!(),
    ", followed AS (SELECT DISTINCT rel FROM used WHERE followed),
     meant AS (
       SELECT i.indexrelid AS oid FROM followed u JOIN pg_index i ON i.indrelid = u.rel
       UNION SELECT c.oid FROM jsonb_array_elements(:plan -> 'indexes') m JOIN pg_namespace n ON n.nspname = m ->> 'schema'
             JOIN pg_class c ON c.relname = m ->> 'name' AND c.relnamespace = n.oid)
     SELECT format('index %I.%I', n.nspname, c.relname), jsonb_build_object(
              'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid AND i.indisready)
     FROM meant JOIN pg_index i ON i.indexrelid = meant.oid
     JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
       AND (EXISTS (SELECT FROM used u JOIN pg_depend d ON d.refobjid = u.rel AND d.refobjsubid = u.attnum
                    WHERE u.followed AND u.rel = i.indrelid AND d.refclassid = 'pg_class'::regclass
                      AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid)
            OR EXISTS (SELECT FROM jsonb_array_elements(:plan -> 'indexes') m
                       WHERE m ->> 'name' = c.relname AND m ->> 'schema' = n.nspname))"
);

const TRIGGERS: &str = concat!(
    "SELECT format('trigger %I of %I.%I', t.tgname, r.nspname, r.relname), jsonb_build_object(
              'definition', pg_get_triggerdef(t.oid),
              'firing', CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'origin' END)
     FROM jsonb_array_elements(:triggers) m,
     LATERAL (SELECT c.oid, n.nspname, c.relname FROM ",
    relation_at!("m -> 'table'"),
    ") r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE t.tgname = m ->> 'name'"
);

/// BEFORE triggers of others that fire after midflight's; and those on UPDATE where midflight's waits for columns that the
/// statement names.
const UNSEEN: &str = concat!(
    "SELECT DISTINCT format('trigger %I of %I.%I', t.tgname, r.nspname, r.relname)
     FROM jsonb_array_elements(:triggers) m,
     LATERAL (SELECT c.oid, n.nspname, c.relname FROM ",
    relation_at!("m -> 'table'"),
    ") r JOIN pg_trigger own ON own.tgrelid = r.oid JOIN pg_trigger t ON t.tgrelid = r.oid
     WHERE own.tgname = m ->> 'name' AND NOT t.tgisinternal AND t.tgname !~ '^zzzz_midflight_' AND (t.tgtype & 3) = 3 AND (t.tgtype & 20) <> 0
       AND (t.tgname::text COLLATE \"C\" > own.tgname::text COLLATE \"C\"
            OR (t.tgtype & 16) = 16 AND own.tgattr::text <> '')"
);

const FUNCTIONS: &str = "
SELECT format('function %s', p.oid::regprocedure), jsonb_build_object('digest', left(encode(sha256(convert_to(pg_get_functiondef(p.oid), 'UTF8')), 'hex'), 16))
FROM jsonb_array_elements_text(:plan -> 'functions') m JOIN pg_proc p ON starts_with(p.proname::text, m)
JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $2 AND p.prokind = 'f'";

const SEQUENCES: &str = "
SELECT 'sequence ' || m, '{}'::jsonb FROM jsonb_array_elements_text(:counters) m WHERE to_regclass(m) IS NOT NULL";

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
       AND NOT EXISTS (SELECT FROM pg_class own WHERE own.oid = rule.ev_class AND ",
    is_version_schema!("own.relnamespace"),
    ")
       AND k.contype IS DISTINCT FROM 'n' AND coalesce(k.conname::text, i.name, '') !~ '^.?_midflight_'
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(:plan -> 'indexes') m WHERE d.classid = 'pg_class'::regclass
                         AND quote_ident(m ->> 'name') = i.name AND quote_ident(m ->> 'schema') = i.schema)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(:plan -> 'constraints') m WHERE m ->> 'name' = k.conname)
     ORDER BY 1, 2"
);
