-- Whether a key or foreign key of a partition is `connoinherit` says only whether it was there before the one above took it
-- over: no statement reads it. Before 18 VALIDATE leaves what a key has towards partitions as it was, and nothing reads that either.
-- What PostgreSQL makes for each partition that a foreign key refers to has a name of the server's choice.
SELECT 'constraint',
       CASE WHEN p.conrelid = k.conrelid AND k.conrelid <> 0
            THEN format('%I on %s towards %s', p.conname, k.conrelid::regclass, k.confrelid::regclass)
            WHEN k.contypid <> 0 THEN format('%I on %s', k.conname, format_type(k.contypid, NULL))
            ELSE format('%I on %s', k.conname, k.conrelid::regclass) END,
       jsonb_build_object(
         'definition', CASE WHEN p.conrelid = k.conrelid THEN regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') ELSE pg_get_constraintdef(k.oid) END,
         'kind', k.contype::text, 'valid', CASE WHEN p.conrelid = k.conrelid THEN NULL ELSE k.convalidated END,
         'deferrable', k.condeferrable, 'deferred', k.condeferred, 'enforced', coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
         'not inherited', CASE WHEN k.conparentid = 0 THEN k.connoinherit END, 'own', k.conislocal, 'inherited from', nullif(k.coninhcount, 0),
         'parent', CASE WHEN p.oid IS NOT NULL THEN format('%I on %s', p.conname, p.conrelid::regclass) END,
         'index', CASE WHEN k.conindid <> 0 THEN k.conindid::regclass::text END)
FROM pg_constraint k JOIN own_schemas n ON n.oid = k.connamespace LEFT JOIN pg_constraint p ON p.oid = k.conparentid
WHERE k.oid >= 16384 AND k.contype <> 't'
