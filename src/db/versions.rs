//! Reads version schemas and what each release sees in its own.

use serde::Deserialize;
use sqlx::Row;
use sqlx::types::Json;

use super::{Conn, Session, statement};
use crate::catalog::{Catalog, Mark, Version, VersionView};
use crate::error::Result;
use crate::ident::Ident;

/// True for a schema of a release: it and what is in it is nobody's but midflight's.
macro_rules! is_version_schema {
    ($schema:literal) => {
        concat!(
            "EXISTS (SELECT FROM pg_catalog.pg_description mark WHERE mark.objoid = ",
            $schema,
            " AND mark.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND mark.objsubid = 0
                AND pg_catalog.starts_with(mark.description, 'midflight version '))"
        )
    };
}
pub(super) use is_version_schema;

/// All of the database, in their order. Whoever comments on a schema by hand makes no version of it.
pub async fn versions(conn: &mut Conn) -> Result<Vec<Version>, sqlx::Error> {
    let rows = statement(VERSIONS).fetch_all(conn).await?;
    let mut versions: Vec<Version> = rows
        .iter()
        .filter_map(|row| {
            let mark: Mark = serde_json::from_str(row.get(1)).ok()?;
            let Json(views): Json<Vec<Read>> = row.try_get(2).ok()?;
            let views = views.into_iter().map(|Read { view }| view).collect();
            Some(Version { schema: Ident::new(row.get::<&str, _>(0)), mark, views })
        })
        .collect();
    versions.sort_by_key(|version| version.mark.ordinal);
    Ok(versions)
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Read {
    view: VersionView,
}

/// Which column of its table each column of a view shows stands in the view's rule only: in the form in which expressions
/// are stored, where each is a `VAR`. A view of another form is not midflight's.
const VERSIONS: &str = "
SELECT n.nspname::text, pg_catalog.substr(mark.description, 19), coalesce(shown.views, '[]'::json)
FROM pg_catalog.pg_description mark
JOIN pg_catalog.pg_namespace n ON n.oid = mark.objoid
LEFT JOIN LATERAL (
  SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
    'name', c.relname, 'table', pg_catalog.json_build_object('schema', tn.nspname, 'name', t.relname), 'table_oid', t.oid::bigint,
    'owner', pg_catalog.pg_get_userbyid(c.relowner),
    'columns', columns.list,
    'grants', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
        'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee) END,
        'privilege', g.privilege_type, 'grantable', g.is_grantable)) FROM pg_catalog.aclexplode(c.relacl) g
        WHERE g.grantee <> c.relowner), '[]'::json),
    'invoker', coalesce('security_invoker=true' = ANY (c.reloptions), false),
    'plain', columns.shown = (SELECT pg_catalog.array_agg(a.attname || '.' || a.attnum ORDER BY a.attnum)
                              FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped)
             AND c.relname = t.relname)) AS views
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
  CROSS JOIN LATERAL (SELECT d.refobjid FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> c.oid LIMIT 1) base
  JOIN pg_catalog.pg_class t ON t.oid = base.refobjid
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
  CROSS JOIN LATERAL (
    SELECT pg_catalog.count(*) AS count, pg_catalog.array_agg(v.attname || '.' || b.attnum ORDER BY v.attnum) AS shown,
      pg_catalog.json_agg(pg_catalog.json_build_object('name', v.attname, 'physical', b.attname, 'number', b.attnum,
        'default', (SELECT pg_catalog.pg_get_expr(f.adbin, f.adrelid) FROM pg_catalog.pg_attrdef f
                    WHERE f.adrelid = c.oid AND f.adnum = v.attnum),
        'grants', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee) END,
            'privilege', g.privilege_type, 'grantable', g.is_grantable)) FROM pg_catalog.aclexplode(v.attacl) g), '[]'::json))
        ORDER BY v.attnum) AS list
    FROM pg_catalog.regexp_matches(r.ev_action::text, 'TARGETENTRY :expr \\{VAR :varno \\d+ :varattno (\\d+)', 'g')
         WITH ORDINALITY entry (varattno, at)
    JOIN pg_catalog.pg_attribute v ON v.attrelid = c.oid AND v.attnum = entry.at
    JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid AND b.attnum = entry.varattno[1]::integer) columns
  WHERE c.relnamespace = n.oid AND c.relkind = 'v' AND t.relkind IN ('r', 'p') AND columns.count = c.relnatts
) shown ON true
WHERE mark.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND mark.objsubid = 0
  AND pg_catalog.starts_with(mark.description, 'midflight version ')";

/// Adds what planning has to know of them.
pub(super) async fn load(session: &mut Session, catalog: &mut Catalog) -> Result<()> {
    let mut found = versions(&mut session.conn).await?;
    found.retain(|version| version.mark.schema == catalog.schema);
    catalog.versions = found;
    let row = statement(MAY).bind(catalog.schema.as_str()).fetch_one(&mut session.conn).await?;
    catalog.creates_schemas = row.get(0);
    let Json(users): Json<Vec<Option<String>>> = row.get(1);
    catalog.schema_users = users;
    Ok(())
}

const MAY: &str = "
SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
       coalesce((SELECT pg_catalog.json_agg(DISTINCT CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee)::text END)
                 FROM pg_catalog.pg_namespace n,
                      pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
                 WHERE n.nspname = $1 AND g.privilege_type = 'USAGE'), '[]'::json)";
