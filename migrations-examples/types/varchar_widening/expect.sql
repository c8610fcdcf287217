-- not compared: storage_before.file
SELECT bool_and(pg_relation_filenode(relname::regclass) = file) AND count(*) = 2 FROM storage_before;
SELECT length(name) = 20 FROM users WHERE id = 1;
