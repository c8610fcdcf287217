-- The server lists plain columns in the order that they have in the table, which is not compared.
SELECT 'statistics', format('%I.%I', (SELECT nspname FROM pg_namespace WHERE oid = s.stxnamespace), s.stxname),
       jsonb_build_object(
         'table', s.stxrelid::regclass::text, 'owner', pg_get_userbyid(s.stxowner), 'target', nullif(s.stxstattarget, -1),
         'kinds', (SELECT string_agg(k::text, ' ' ORDER BY k::text) FROM unnest(s.stxkind) k),
         'columns', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::int2[])),
         'expressions', (SELECT string_agg(e, ', ') FROM unnest(pg_get_statisticsobjdef_expressions(s.oid)) e))
FROM pg_statistic_ext s JOIN own_schemas n ON n.oid = s.stxnamespace
