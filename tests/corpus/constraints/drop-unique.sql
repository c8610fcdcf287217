-- expect: drop-constraint
-- because: The index goes with the constraint, and with it what ON CONFLICT and lookups rely on.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on accounts
-- setup
CREATE TABLE accounts (id bigint PRIMARY KEY, login text, CONSTRAINT accounts_login_key UNIQUE (login));
-- migration
ALTER TABLE "accounts" DROP CONSTRAINT IF EXISTS "accounts_login_key";
