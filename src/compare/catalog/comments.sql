SELECT what, (object).type || ' ' || (object).identity, jsonb_build_object('text', said)
FROM (
  SELECT 'comment' AS what, d.description AS said, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS object FROM pg_description d
  WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass)
    -- the name of such a trigger has an OID in it
    AND NOT (d.classoid = 'pg_trigger'::regclass AND EXISTS (SELECT FROM pg_trigger WHERE oid = d.objoid AND tgisinternal))
  UNION ALL
  SELECT 'security label of ' || l.provider, l.label, pg_identify_object(l.classoid, l.objoid, l.objsubid) FROM pg_seclabel l
) found
WHERE coalesce((object).schema, '') <> :state AND (object).identity <> quote_ident(:state)
  AND strpos((object).identity, ' on ' || quote_ident(:state) || '.') = 0
  AND said NOT LIKE 'midflight version %'
