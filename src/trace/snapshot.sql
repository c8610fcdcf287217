SELECT json_build_object(
  'relations', (
    SELECT coalesce(json_agg(json_build_object(
      'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind, 'file', c.relfilenode::bigint,
      'table', i.indrelid::bigint, 'rows_read', pg_catalog.pg_stat_get_xact_tuples_returned(c.oid)
    )), '[]')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'i', 'I', 'm', 'v', 'S', 'f')
  ),
  'locks', (
    SELECT coalesce(json_agg(json_build_object(
      'oid', l.relation::bigint,
      'mode', upper(ltrim(regexp_replace(replace(l.mode, 'Lock', ''), '([A-Z])', ' \1', 'g')))
    )), '[]')
    FROM pg_catalog.pg_locks l
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.mode <> 'SIReadLock'
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
  ),
  'at', extract(epoch FROM clock_timestamp())
)::text AS midflight_snapshot
