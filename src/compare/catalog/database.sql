SELECT 'database', 'itself',
       jsonb_build_object(
         'owner', pg_get_userbyid(d.datdba),
         'privileges', :acl(d.datacl, 'd', d.datdba),
         'encoding', pg_encoding_to_char(d.encoding), 'collation', d.datcollate, 'character type', d.datctype,
         'comment', (SELECT description FROM pg_shdescription WHERE classoid = 'pg_database'::regclass AND objoid = d.oid),
         'connection limit', nullif(d.datconnlimit, -1), 'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = d.dattablespace))
FROM pg_database d
WHERE d.datname = current_database()
UNION ALL
SELECT 'settings of the database', CASE s.setrole WHEN 0 THEN 'for all roles' ELSE 'for ' || s.setrole::regrole::text END,
       jsonb_build_object('settings', (SELECT string_agg(c, ', ' ORDER BY c COLLATE "C") FROM unnest(s.setconfig) c))
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
WHERE d.datname = current_database()
UNION ALL
-- of objects that every database has, only what somebody granted or revoked
SELECT 'privileges of a built-in', o.type || ' ' || o.identity, jsonb_build_object('privileges', :acl(f.acl, 'f', 10::oid))
FROM (SELECT 'pg_proc'::regclass AS class, oid, proacl AS acl FROM pg_proc UNION ALL
      SELECT 'pg_class'::regclass, oid, relacl FROM pg_class UNION ALL
      SELECT 'pg_type'::regclass, oid, typacl FROM pg_type UNION ALL
      SELECT 'pg_language'::regclass, oid, lanacl FROM pg_language UNION ALL
      SELECT 'pg_namespace'::regclass, oid, nspacl FROM pg_namespace WHERE oid <> 'public'::regnamespace) f,
     pg_identify_object(f.class, f.oid, 0) o
WHERE f.oid < 16384 AND f.acl IS NOT NULL
