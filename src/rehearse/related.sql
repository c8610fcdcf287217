-- Every relation, and whether files that hold the names $1 are concerned with it. What depends on an object that
-- they name is concerned, by whatever way but foreign keys; tables that refer to it, and what all of these need to be
-- created, come along; so does what the bodies of their functions name ($2), which no dependency tells.
WITH RECURSIVE part (class, oid, relation) AS (
  SELECT 'pg_rewrite'::regclass, oid, ev_class FROM pg_rewrite
  UNION ALL SELECT 'pg_attrdef'::regclass, oid, adrelid FROM pg_attrdef
  UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint WHERE conrelid <> 0
  UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger
  UNION ALL SELECT 'pg_policy'::regclass, oid, polrelid FROM pg_policy
  UNION ALL SELECT 'pg_class'::regclass, indexrelid, indrelid FROM pg_index
  UNION ALL SELECT 'pg_type'::regclass, oid, typrelid FROM pg_type WHERE typrelid <> 0
  UNION ALL SELECT 'pg_type'::regclass, row_type.typarray, row_type.typrelid FROM pg_type row_type WHERE row_type.typrelid <> 0
), edge AS MATERIALIZED (
  SELECT DISTINCT
    CASE WHEN part.relation IS NULL THEN d.classid ELSE 'pg_class'::regclass END AS class,
    coalesce(part.relation, d.objid) AS id,
    CASE WHEN whole.relation IS NULL THEN d.refclassid ELSE 'pg_class'::regclass END AS refclass,
    coalesce(whole.relation, d.refobjid) AS refid,
    coalesce(k.contype = 'f', false) AS foreign_key
  FROM pg_depend d
  LEFT JOIN part ON part.class = d.classid AND part.oid = d.objid
  LEFT JOIN part whole ON whole.class = d.refclassid AND whole.oid = d.refobjid
  LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
  WHERE d.refobjid >= 16384 AND d.classid <> 'pg_extension'::regclass AND d.refclassid <> 'pg_extension'::regclass
    AND d.refclassid <> 'pg_namespace'::regclass
), named (class, id) AS (
  SELECT 'pg_class'::regclass, coalesce(i.indrelid, c.oid)
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.oid >= 16384 AND c.relname = ANY ($1::text[])
  UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE oid >= 16384 AND typname = ANY ($1::text[])
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE oid >= 16384 AND proname = ANY ($1::text[])
  -- a whole schema, where the file drops one or changes its tables
  UNION ALL SELECT 'pg_class'::regclass, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE $3::boolean AND c.oid >= 16384 AND n.nspname = ANY ($1::text[])
), concerned (class, id) AS (
  SELECT class::oid, id FROM named
  UNION
  SELECT edge.class::oid, edge.id FROM concerned JOIN edge ON edge.refclass = concerned.class AND edge.refid = concerned.id
  WHERE NOT edge.foreign_key
), needed (class, id) AS (
  SELECT class, id FROM concerned
  UNION ALL
  SELECT edge.class::oid, edge.id FROM concerned JOIN edge ON edge.refclass = concerned.class AND edge.refid = concerned.id
  WHERE edge.foreign_key
  UNION ALL
  SELECT 'pg_class'::regclass, oid FROM pg_class WHERE oid >= 16384 AND relkind <> 'i' AND relname = ANY ($2::text[])
), wanted (class, id) AS (
  SELECT class, id FROM needed
  UNION
  SELECT edge.refclass::oid, edge.refid FROM wanted JOIN edge ON edge.class = wanted.class AND edge.id = wanted.id
  WHERE NOT edge.foreign_key OR EXISTS (
    SELECT FROM concerned WHERE concerned.class = wanted.class AND concerned.id = wanted.id)
), owned AS (
  SELECT objid AS sequence, refobjid AS relation FROM pg_depend
  WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
)
SELECT n.nspname::text, c.relname::text, c.relkind::text,
  -- a sequence that belongs to no table is locked by nobody who reads its definition
  c.relkind = 'S' AND owned.sequence IS NULL OR EXISTS (SELECT FROM wanted WHERE wanted.class = 'pg_class'::regclass
          AND wanted.id IN (c.oid, CASE WHEN c.relkind = 'S' THEN owned.relation END)),
  EXISTS (SELECT FROM concerned WHERE concerned.class = 'pg_class'::regclass AND concerned.id = c.oid),
  -- an extension brings its tables, and their rows
  EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN owned ON owned.sequence = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_(toast|temp)'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', $4::text)
UNION ALL
SELECT '', p.prosrc, 'body', true, false, false
FROM wanted JOIN pg_proc p ON p.oid = wanted.id AND wanted.class = 'pg_proc'::regclass AND p.prosqlbody IS NULL
ORDER BY 1, 2
