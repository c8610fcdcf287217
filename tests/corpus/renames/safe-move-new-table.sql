-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
CREATE SCHEMA archive;
-- migration
CREATE TABLE old_orders (id bigint PRIMARY KEY);
ALTER TABLE old_orders SET SCHEMA archive;
CREATE INDEX old_orders_id ON archive.old_orders (id);
