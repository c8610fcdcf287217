-- expect: nothing
-- because: Adding a label inside a transaction is fine as long as it isn't used there.
-- observed: nothing on existing tables
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
BEGIN;
ALTER TYPE status ADD VALUE 'stuck';
ALTER TYPE status ADD VALUE 'gone';
COMMIT;
