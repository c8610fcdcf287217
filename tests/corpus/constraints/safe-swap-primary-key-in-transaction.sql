-- expect: nothing
-- because: The table has a key again before anyone can look.
-- observed: ACCESS EXCLUSIVE on logs
-- setup
CREATE TABLE logs (id integer PRIMARY KEY, big_id bigint NOT NULL);
CREATE UNIQUE INDEX logs_big_id ON logs (big_id);
-- migration
BEGIN;
ALTER TABLE logs DROP CONSTRAINT logs_pkey;
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_big_id;
COMMIT;
