-- The server's own triggers have OIDs in their names; they are told by constraint, table and function.
SELECT CASE WHEN g.tgisinternal AND g.tgparentid = 0 THEN 'trigger of a constraint' ELSE 'trigger' END,
       CASE WHEN g.tgconstraint <> 0 AND g.tgisinternal
            THEN format('%s of %I on %s for %s', p.proname, (SELECT conname FROM pg_constraint WHERE oid = coalesce(nullif(k.conparentid, 0), k.oid)), k.conrelid::regclass, g.tgrelid::regclass)
            ELSE format('%I on %s', g.tgname, g.tgrelid::regclass) END,
       jsonb_build_object(
         'definition', CASE WHEN NOT g.tgisinternal OR g.tgconstraint = 0 THEN pg_get_triggerdef(g.oid) END,
         'enabled', g.tgenabled::text, 'deferrable', g.tgdeferrable, 'deferred', g.tginitdeferred,
         'parent', (SELECT CASE WHEN NOT tgisinternal THEN tgname END FROM pg_trigger WHERE oid = g.tgparentid))
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN own_schemas n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = g.tgfoid LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint
