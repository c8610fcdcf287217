SELECT 'large object', l.oid::text,
       jsonb_build_object('owner', pg_get_userbyid(l.lomowner), 'privileges', :acl(l.lomacl, 'L', l.lomowner), 'content', md5(lo_get(l.oid)))
FROM pg_largeobject_metadata l
