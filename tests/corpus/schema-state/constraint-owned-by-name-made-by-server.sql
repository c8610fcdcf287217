-- expect: drop-constraint-owned-index
-- also: index-drop-blocks-access
-- because: The server named the index of the inline UNIQUE users_login_key.
-- observed: fails 2BP01
-- setup
CREATE TABLE users (id bigint PRIMARY KEY, login text UNIQUE);
-- migration
DROP INDEX IF EXISTS users_login_key;
