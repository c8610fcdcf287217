-- expect: enum-value-same-transaction
-- because: A new label can't be used before the transaction that adds it has committed.
-- observed: fails 55P04
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
BEGIN;
ALTER TYPE status ADD VALUE 'stuck';
UPDATE tickets SET status = 'stuck' WHERE id = 1;
COMMIT;
