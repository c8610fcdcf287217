SELECT 'schema', n.nspname::text, jsonb_build_object('owner', pg_get_userbyid(n.nspowner), 'privileges', :acl(n.nspacl, 'n', n.nspowner))
FROM pg_namespace n JOIN own_schemas o ON o.oid = n.oid
WHERE n.nspname <> 'pg_catalog'
