-- expect: table-storage-rewrite
-- because: Every page goes to the write-ahead log, in a new file.
-- observed: ACCESS EXCLUSIVE on imports; rewrites imports
-- setup
CREATE UNLOGGED TABLE imports (id bigint PRIMARY KEY, line text);
-- migration
ALTER TABLE imports SET LOGGED;
