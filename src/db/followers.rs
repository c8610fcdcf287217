//! Reads what depends on columns beside indexes and constraints. Each query gives the table and one JSON object.

use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::types::Json;

use super::versions::is_version_schema;
use super::{Session, statement};
use crate::error::{Error, Kind, Result};

/// The rows of one of the queries below, with the table each belongs to.
pub(super) async fn read<T: DeserializeOwned>(
    session: &mut Session,
    query: &'static str,
    tables: &[i64],
) -> Result<Vec<(i64, T)>> {
    let rows = statement(query).bind(tables).fetch_all(&mut session.conn).await?;
    let parsed = rows.iter().map(|row| {
        let Json(value): Json<serde_json::Value> = row.get(1);
        let value = serde_json::from_value(value)
            .map_err(|error| Error::new(Kind::Failed, format!("the catalog can't be read: {error}")))?;
        Ok((row.get(0), value))
    });
    parsed.collect()
}

/// Views over the tables' columns, through other views too.
pub(super) const VIEWS: &str = concat!(
    "
WITH RECURSIVE direct AS (
  SELECT DISTINCT d.refobjid AS base, r.ev_class AS view, a.attname::text AS column_name
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ANY ($1::bigint[]::oid[]) AND d.refobjsubid > 0
    AND r.ev_class <> d.refobjid
    -- What releases see through follows by itself.
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class own WHERE own.oid = r.ev_class AND ",
    is_version_schema!("own.relnamespace"),
    ")
), reached AS (
  SELECT base, view, column_name, 1 AS depth FROM direct
  UNION
  SELECT x.base, r.ev_class, x.column_name, x.depth + 1
  FROM reached x
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = x.view
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  WHERE r.ev_class <> x.view AND x.depth < 64
), views AS (
  SELECT base, view, max(depth) AS depth, pg_catalog.json_agg(DISTINCT column_name) AS columns FROM reached GROUP BY base, view
)
SELECT v.base::bigint, pg_catalog.json_build_object(
  'name', pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname),
  'columns', v.columns, 'depth', v.depth,
  'definition', pg_catalog.pg_get_viewdef(c.oid),
  'options', coalesce(pg_catalog.to_json(c.reloptions), '[]'::json),
  'owner', pg_catalog.pg_get_userbyid(c.relowner),
  'owned', pg_catalog.pg_has_role(c.relowner, 'USAGE'),
  'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
  'column_comments', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, pg_catalog.col_description(c.oid, a.attnum)))
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND pg_catalog.col_description(c.oid, a.attnum) IS NOT NULL), '[]'::json),
  'grants', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee) END,
      'privilege', g.privilege_type, 'grantable', g.is_grantable)) FROM pg_catalog.aclexplode(c.relacl) g), '[]'::json),
  'obstacle', CASE
      WHEN c.relkind NOT IN ('v', 'm') THEN 'it is no view'
      WHEN c.relkind = 'm' AND v.depth > 1 THEN 'it is materialized, over another view'
      WHEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') THEN 'the connected role does not own it'
      WHEN c.relkind = 'm' AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)
           THEN 'its columns have privileges'
      WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid
                     AND d.classid NOT IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_class'::regclass,
                                           'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_attrdef'::regclass))
           OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid = c.reltype
                     AND d.classid <> 'pg_catalog.pg_type'::regclass) THEN 'a function or another object depends on it'
      END,
  'privileges', c.relacl IS NOT NULL,
  'more', coalesce((SELECT pg_catalog.json_agg(m.sql ORDER BY m.at, m.sql) FROM (
      SELECT 1 AS at, pg_catalog.format('GRANT %s (%I) ON %I.%I TO %s', x.privilege_type, a.attname, n.nspname, c.relname,
               CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
               || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS sql
      FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x WHERE a.attrelid = c.oid
      UNION ALL
      SELECT 2, pg_catalog.format('ALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT %s', n.nspname, c.relname, a.attname,
               pg_catalog.pg_get_expr(f.adbin, f.adrelid))
      FROM pg_catalog.pg_attrdef f JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE f.adrelid = c.oid
      UNION ALL
      SELECT 3, pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'
      UNION ALL
      SELECT 4, pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
      UNION ALL
      SELECT 5, pg_catalog.format('ALTER TABLE %I.%I %s TRIGGER %I', n.nspname, c.relname,
               CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
      FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'O'
      UNION ALL
      SELECT 6, pg_catalog.format('COMMENT ON TRIGGER %I ON %I.%I IS %L', t.tgname, n.nspname, c.relname, pg_catalog.obj_description(t.oid, 'pg_trigger'))
      FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND pg_catalog.obj_description(t.oid, 'pg_trigger') IS NOT NULL
      UNION ALL
      SELECT 6, pg_catalog.format('COMMENT ON RULE %I ON %I.%I IS %L', r.rulename, n.nspname, c.relname, pg_catalog.obj_description(r.oid, 'pg_rewrite'))
      FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND pg_catalog.obj_description(r.oid, 'pg_rewrite') IS NOT NULL) m), '[]'::json),
  'stored', CASE WHEN c.relkind = 'm' THEN pg_catalog.json_build_object(
      'populated', c.relispopulated,
      'method', (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = c.relam),
      'tablespace', (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
      'settings', coalesce((SELECT pg_catalog.json_agg(x.action) FROM (
          SELECT pg_catalog.format('ALTER COLUMN %I SET STATISTICS %s', a.attname, a.attstattarget) AS action
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attstattarget >= 0
          UNION ALL
          SELECT pg_catalog.format('ALTER COLUMN %I SET (%s)', a.attname, pg_catalog.array_to_string(a.attoptions, ', '))
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attoptions IS NOT NULL
          UNION ALL
          SELECT pg_catalog.format('ALTER COLUMN %I SET STORAGE %s', a.attname,
                   CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END)
          FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attstorage <> t.typstorage
          UNION ALL
          SELECT pg_catalog.format('ALTER COLUMN %I SET COMPRESSION %s', a.attname, CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attcompression <> '') x), '[]'::json),
      'indexes', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
          'name', ic.relname, 'definition', pg_catalog.pg_get_indexdef(i.indexrelid), 'unique', i.indisunique,
          'comment', pg_catalog.obj_description(i.indexrelid, 'pg_class'), 'clustered', i.indisclustered) ORDER BY i.indexrelid)
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisvalid), '[]'::json)) END)
FROM views v JOIN pg_catalog.pg_class c ON c.oid = v.view JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY v.base, v.depth, c.oid"
);

/// Extended statistics.
pub(super) const STATISTICS: &str = "
SELECT s.stxrelid::bigint, pg_catalog.json_build_object(
  'name', pg_catalog.json_build_object('schema', n.nspname, 'name', s.stxname),
  'columns', coalesce((SELECT pg_catalog.json_agg(DISTINCT a.attname) FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_statistic_ext'::regclass AND d.objid = s.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.stxrelid AND d.refobjsubid > 0), '[]'::json),
  'definition', pg_catalog.pg_get_statisticsobjdef(s.oid),
  'target', nullif(s.stxstattarget, -1),
  'comment', pg_catalog.obj_description(s.oid, 'pg_statistic_ext'))
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxrelid = ANY ($1::bigint[]::oid[]) ORDER BY s.oid";

/// Row-level security policies.
pub(super) const POLICIES: &str = "
SELECT p.polrelid::bigint, pg_catalog.json_build_object(
  'name', p.polname,
  'columns', coalesce((SELECT pg_catalog.json_agg(DISTINCT a.attname) FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = p.polrelid AND d.refobjsubid > 0), '[]'::json),
  'permissive', p.polpermissive,
  'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  'roles', coalesce((SELECT pg_catalog.json_agg(pg_catalog.pg_get_userbyid(r)) FROM pg_catalog.unnest(p.polroles) r WHERE r <> 0), '[]'::json),
  'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
  'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
  'comment', pg_catalog.obj_description(p.oid, 'pg_policy'))
FROM pg_catalog.pg_policy p WHERE p.polrelid = ANY ($1::bigint[]::oid[]) ORDER BY p.polname";

/// Triggers that name columns.
pub(super) const TRIGGERS: &str = "
SELECT t.tgrelid::bigint, pg_catalog.json_build_object(
  'name', t.tgname, 'columns', pg_catalog.json_agg(DISTINCT a.attname),
  'definition', pg_catalog.pg_get_triggerdef(t.oid), 'enabled', t.tgenabled::text,
  'comment', pg_catalog.obj_description(t.oid, 'pg_trigger'))
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = t.oid
     AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.tgrelid AND d.refobjsubid > 0
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE t.tgrelid = ANY ($1::bigint[]::oid[]) AND NOT t.tgisinternal AND NOT pg_catalog.starts_with(t.tgname::text, 'zzzz_midflight_')
GROUP BY t.oid, t.tgrelid, t.tgname, t.tgenabled ORDER BY t.tgname";

/// Sequences of identity columns.
pub(super) const SEQUENCES: &str = "
SELECT d.refobjid::bigint, pg_catalog.json_build_object(
  'name', pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname),
  'column', a.attname, 'type', pg_catalog.format_type(s.seqtypid, NULL),
  'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle,
  'grants', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee) END,
      'privilege', g.privilege_type, 'grantable', g.is_grantable)) FROM pg_catalog.aclexplode(c.relacl) g), '[]'::json))
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
JOIN pg_catalog.pg_class c ON c.oid = d.objid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'
  AND d.refobjid = ANY ($1::bigint[]::oid[]) ORDER BY c.oid";
