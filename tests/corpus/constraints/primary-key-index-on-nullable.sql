-- expect: primary-key-index-nullable
-- because: A key's columns are set NOT NULL on the way: a scan under ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on logs; scans logs
-- setup
CREATE TABLE logs (id bigint, message text);
CREATE UNIQUE INDEX logs_id_idx ON logs (id);
-- migration
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;
