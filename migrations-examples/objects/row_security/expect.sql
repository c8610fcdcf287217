SELECT title = 'x' FROM documents WHERE id = 1;
SELECT bool_and(title = 'y') FROM documents WHERE id IN (2, 5);
SELECT relrowsecurity FROM pg_class WHERE oid = 'documents'::regclass;
