-- expect: add-column-auto-increment
-- also: add-primary-key-builds-index
-- because: The rewrite numbers the rows, and the key's index is built under the same ACCESS EXCLUSIVE.
-- observed: ACCESS EXCLUSIVE on logs; rewrites logs; builds logs_pkey
-- setup
CREATE TABLE logs (message text);
-- migration
ALTER TABLE logs ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
