-- expect: rename-schema
-- because: Every qualified name and every search_path with it breaks at once.
-- observed: nothing on existing tables
-- setup
CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id bigint PRIMARY KEY);
-- migration
ALTER SCHEMA billing RENAME TO accounting;
