-- expect: add-primary-key-builds-index
-- because: The index is built under ACCESS EXCLUSIVE, and a nullable column is scanned for NULLs besides.
-- observed: ACCESS EXCLUSIVE on logs; scans logs; builds logs_pkey
-- setup
CREATE TABLE logs (id bigint, message text);
-- migration
ALTER TABLE logs ADD PRIMARY KEY (id);
