-- expect: nothing
-- because: The column is NOT NULL already, so nothing is read.
-- observed: ACCESS EXCLUSIVE on logs; builds logs_pkey
-- setup
CREATE TABLE logs (id bigint NOT NULL, message text);
-- migration
CREATE UNIQUE INDEX CONCURRENTLY logs_pkey ON logs (id);
ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_pkey;
