-- expect: add-column-volatile-default, add-primary-key-builds-index
-- because: Each row gets a value of its own in a rewrite, and the key's index is built with it.
-- observed: ACCESS EXCLUSIVE on logs; rewrites logs; builds logs_pkey
-- setup
CREATE TABLE logs (message text);
-- migration
ALTER TABLE logs ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid();
