SELECT 'index', i.indexrelid::regclass::text,
       jsonb_build_object(
         'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid, 'ready', i.indisready, 'live', i.indislive,
         'unique', i.indisunique, 'primary key', i.indisprimary, 'checked at once', i.indimmediate,
         'replica identity', i.indisreplident, 'clustered', i.indisclustered,
         'part of', (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = i.indexrelid),
         'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
         'statistics targets', (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
                                FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget <> -1))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN own_schemas n ON n.oid = c.relnamespace
WHERE c.oid >= 16384
