-- The binary form of a type with OIDs in it differs between databases.
SELECT c.oid::regclass::text,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname::text COLLATE "C"),
       ARRAY(SELECT CASE WHEN t.typtype = 'b' AND t.oid < 16384 AND t.typelem = 0 AND t.typsend <> 0 AND t.typname !~ '^reg'
                         THEN t.typsend::regproc::text END
             FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname::text COLLATE "C"),
       ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[])
             WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attname::text COLLATE "C")
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) AND c.oid >= 16384
  AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('information_schema', :state)
