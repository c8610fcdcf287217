SELECT 'rule', format('%I on %s', r.rulename, r.ev_class::regclass),
       jsonb_build_object('definition', CASE WHEN r.rulename <> '_RETURN' THEN pg_get_ruledef(r.oid) END, 'enabled', r.ev_enabled::text)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN own_schemas n ON n.oid = c.relnamespace
WHERE r.oid >= 16384
UNION ALL
SELECT 'policy', format('%I on %s', p.polname, p.polrelid::regclass),
       jsonb_build_object(
         'permissive', p.polpermissive, 'for', p.polcmd::text,
         'to', (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', ' ORDER BY role::regrole::text COLLATE "C") FROM unnest(p.polroles) role),
         'using', pg_get_expr(p.polqual, p.polrelid), 'with check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN own_schemas n ON n.oid = c.relnamespace
