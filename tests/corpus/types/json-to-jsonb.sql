-- expect: change-type-rewrites
-- because: Each document is parsed and written in binary form.
-- observed: ACCESS EXCLUSIVE on payloads; rewrites payloads
-- setup
CREATE TABLE payloads (id bigint PRIMARY KEY, body json);
-- migration
ALTER TABLE payloads ALTER COLUMN body TYPE jsonb USING body::jsonb;
