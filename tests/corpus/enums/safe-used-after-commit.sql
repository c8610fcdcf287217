-- expect: nothing
-- because: COMMIT stands between the two.
-- observed: ROW EXCLUSIVE on tickets
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL);
-- migration
BEGIN;
ALTER TYPE status ADD VALUE 'stuck';
COMMIT;
BEGIN;
UPDATE tickets SET status = 'stuck' WHERE id = 17;
COMMIT;
