-- Membership; the publications themselves are read like other plain catalogs.
SELECT 'table of a publication', format('%s in %I', r.prrelid::regclass, p.pubname),
       jsonb_build_object(
         'columns', (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname) FROM pg_attribute a
                     WHERE a.attrelid = r.prrelid AND to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)),
         'rows', :row_filter)
FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid JOIN own_schemas n ON n.oid = c.relnamespace
