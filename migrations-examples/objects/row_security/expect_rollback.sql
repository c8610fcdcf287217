SELECT NOT relrowsecurity FROM pg_class WHERE oid = 'documents'::regclass;
