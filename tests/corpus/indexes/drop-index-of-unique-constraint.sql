-- expect: drop-constraint-owned-index
-- because: A UNIQUE constraint owns its index; CONCURRENTLY does not change that.
-- observed: SHARE UPDATE EXCLUSIVE on accounts; fails 2BP01
-- setup
CREATE TABLE accounts (id bigint PRIMARY KEY, login text, CONSTRAINT accounts_login_key UNIQUE (login));
-- migration
DROP INDEX CONCURRENTLY accounts_login_key;
