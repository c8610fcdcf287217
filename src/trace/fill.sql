SELECT coalesce(json_agg(columns), '[]')::text FROM (
  SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) AS written,
    b.typname AS base, b.typcategory::text AS category, b.typtype = 'e' AS enumerated,
    CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS modifier,
    a.attnotnull AS required, a.atthasdef OR a.attidentity <> '' AS has_default,
    (
      SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), ' ')
      FROM pg_catalog.pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)
    ) AS checks,
    CASE WHEN parent.first_key = a.attname THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_catalog.pg_partitioned_table own ON own.partrelid = c.oid
  LEFT JOIN LATERAL (
    SELECT p.partstrat, key.attname AS first_key
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = i.inhparent
    LEFT JOIN pg_catalog.pg_attribute key ON key.attrelid = p.partrelid AND key.attnum = p.partattrs[0]
    WHERE i.inhrelid = c.oid
  ) AS parent ON c.relispartition
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    -- rows find their hash partition through the parent, and other partitions directly
    AND (c.relkind = 'r' AND parent.partstrat IS DISTINCT FROM 'h' OR own.partstrat = 'h' AND NOT c.relispartition)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  ORDER BY c.oid, a.attnum
) AS columns
