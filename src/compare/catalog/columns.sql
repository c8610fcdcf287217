SELECT 'column', c.oid::regclass::text || '.' || quote_ident(a.attname),
       jsonb_build_object(
         'type', format_type(a.atttypid, a.atttypmod), 'NOT NULL', a.attnotnull,
         'default', pg_get_expr(d.adbin, d.adrelid),
         'identity', nullif(a.attidentity::text, ''), 'generated', nullif(a.attgenerated::text, ''),
         'collation', CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END,
         'storage', a.attstorage::text, 'compression', nullif(a.attcompression::text, ''),
         'statistics target', nullif(a.attstattarget, -1),
         'settings', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attoptions) o),
         'options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attfdwoptions) o),
         'privileges', (SELECT string_agg(p::text, ', ' ORDER BY p::text COLLATE "C") FROM unnest(a.attacl) p),
         'own', a.attislocal, 'inherited from', nullif(a.attinhcount, 0))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN own_schemas n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.oid >= 16384
