-- expect: primary-key-index-nullable
-- because: A NOT VALID not-null constraint does not do for a key: it fails.
-- pg: 18
-- observed: fails 55000
-- setup
CREATE TABLE logs (id bigint, message text);
ALTER TABLE logs ADD CONSTRAINT logs_id_nn NOT NULL id NOT VALID;
CREATE UNIQUE INDEX logs_id_idx ON logs (id);
-- migration
ALTER TABLE logs ADD PRIMARY KEY USING INDEX logs_id_idx;
