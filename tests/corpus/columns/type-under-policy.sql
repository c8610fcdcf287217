-- expect: column-has-dependents
-- also: change-type-rewrites
-- because: The policy names the column.
-- observed: fails 0A000
-- setup
CREATE TABLE docs (id int PRIMARY KEY, tenant int, body text);
CREATE POLICY own ON docs USING (tenant = current_setting('app.tenant')::int);
-- migration
ALTER TABLE docs ALTER COLUMN tenant TYPE bigint;
