-- expect: nothing
-- because: The valid CHECK proves that there is no NULL.
-- observed: ACCESS EXCLUSIVE on logs
-- setup
CREATE TABLE logs (id bigint, message text, CONSTRAINT id_given CHECK (id IS NOT NULL));
CREATE UNIQUE INDEX logs_id_idx ON logs (id);
-- migration
ALTER TABLE logs ADD PRIMARY KEY USING INDEX logs_id_idx;
