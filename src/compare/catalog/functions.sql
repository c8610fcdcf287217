SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, p.oid::regprocedure::text,
       jsonb_build_object(
         'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
         'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid),
         'volatility', p.provolatile::text, 'parallel', p.proparallel::text, 'strict', p.proisstrict,
         'security definer', p.prosecdef, 'leakproof', p.proleakproof,
         'owner', pg_get_userbyid(p.proowner), 'privileges', :acl(p.proacl, 'f', p.proowner),
         'transforms', (SELECT string_agg(format_type(t, NULL), ', ' ORDER BY format_type(t, NULL)) FROM unnest(p.protrftypes) t),
         'marked to depend on', (SELECT string_agg(e.extname, ', ' ORDER BY e.extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                                 WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'))
FROM pg_proc p JOIN own_schemas n ON n.oid = p.pronamespace
WHERE p.oid >= 16384
