SELECT 'labels of enum', format_type(t.oid, NULL),
       jsonb_build_object('labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t JOIN own_schemas n ON n.oid = t.typnamespace
WHERE t.typtype = 'e'
