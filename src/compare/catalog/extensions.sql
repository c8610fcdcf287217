SELECT 'extension', e.extname::text,
       jsonb_build_object(
         'version', e.extversion, 'schema', e.extnamespace::regnamespace::text, 'owner', pg_get_userbyid(e.extowner),
         'relocatable', e.extrelocatable,
         'dumped tables', (SELECT string_agg(t::regclass::text, ', ' ORDER BY t::regclass::text) FROM unnest(e.extconfig) t),
         'which rows of them', array_to_string(e.extcondition, ', '),
         'members', (SELECT string_agg(o.type || ' ' || o.identity, ', ' ORDER BY o.type || ' ' || o.identity)
                     FROM pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) o
                     WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'))
FROM pg_extension e
