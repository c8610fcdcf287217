SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE c.relkind::text END,
       c.oid::regclass::text,
       jsonb_build_object(
         'owner', pg_get_userbyid(c.relowner), 'persistence', c.relpersistence::text,
         'access method', (SELECT amname FROM pg_am WHERE oid = c.relam),
         'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
         'replica identity', c.relreplident::text,
         'row-level security', c.relrowsecurity, 'forced row-level security', c.relforcerowsecurity,
         'storage parameters', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o),
         'storage parameters of TOAST', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(t.reloptions) o),
         'privileges', :acl(c.relacl, 'r', c.relowner),
         'inherits', (SELECT string_agg(inhparent::regclass::text || CASE WHEN (to_jsonb(i) ->> 'inhdetachpending')::boolean THEN ' (detach pending)' ELSE '' END, ', ' ORDER BY inhseqno)
                      FROM pg_inherits i WHERE inhrelid = c.oid),
         'partition bound', pg_get_expr(c.relpartbound, c.oid),
         'partition key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
         'of type', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
         'attributes', CASE WHEN c.relkind = 'c' THEN (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND NOT attisdropped) END,
         'query', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
         'populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated END,
         'server', (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
         'options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM pg_foreign_table f, unnest(f.ftoptions) o WHERE f.ftrelid = c.oid))
FROM pg_class c JOIN own_schemas n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind NOT IN ('i', 'I', 'S', 't') AND c.oid >= 16384
