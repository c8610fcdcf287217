-- expect: drop-database
-- because: A database is not something a migration drops.
-- observed: nothing on existing tables
-- setup
-- migration
DROP DATABASE IF EXISTS no_such_legacy_app;
