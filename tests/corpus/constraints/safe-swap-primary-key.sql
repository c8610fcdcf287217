-- expect: nothing
-- also: drop-constraint
-- because: One key goes and the other comes in one statement, with an index that is there already.
-- observed: ACCESS EXCLUSIVE on logs
-- setup
CREATE TABLE logs (id integer PRIMARY KEY, big_id bigint NOT NULL);
CREATE UNIQUE INDEX logs_big_id ON logs (big_id);
-- migration
ALTER TABLE logs DROP CONSTRAINT logs_pkey, ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_big_id;
