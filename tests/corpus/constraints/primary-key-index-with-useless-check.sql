-- expect: primary-key-index-nullable
-- because: CHECK (id > 0) accepts NULL, so the column is scanned.
-- observed: ACCESS EXCLUSIVE on logs; scans logs; builds logs_id_idx
-- setup
CREATE TABLE logs (id bigint CHECK (id > 0), message text);
-- migration
CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);
ALTER TABLE logs ADD PRIMARY KEY USING INDEX logs_id_idx;
