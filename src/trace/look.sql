SELECT json_build_object(
  'locks', coalesce(json_agg(json_build_object(
      'oid', l.relation::bigint,
      'mode', upper(ltrim(regexp_replace(replace(l.mode, 'Lock', ''), '([A-Z])', ' \1', 'g')))
    )) FILTER (
      WHERE l.locktype = 'relation' AND l.mode <> 'SIReadLock'
        AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
    ), '[]'),
  'waiting', coalesce(bool_or(NOT l.granted), false)
)::text
FROM pg_catalog.pg_locks l
WHERE l.pid = $1
