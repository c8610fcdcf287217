-- expect: nothing
-- because: The schema is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE SCHEMA billing_new;
CREATE TABLE billing_new.invoices (id bigint PRIMARY KEY);
ALTER SCHEMA billing_new RENAME TO billing;
CREATE INDEX invoices_id ON billing.invoices (id);
